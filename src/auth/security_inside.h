/*
 * security_inside - one act on how somebody signs in, on its way.  Private to auth/security*.c.
 *
 * Where a password proves it, that is looked at before the errand runs: a hash takes too long for a
 * transaction.
 *
 * Thread: run() and what takes a db on the store thread; the rest the main loop's.
 */
#pragma once

#include "auth/account_inside.h"
#include "auth/security.h"
#include "crypto/token.h"

struct security_act {
    struct errand errand;
    struct accounts *accounts;
    struct job look;
    struct addr from;
    struct person me; /* as look found it */
    struct span given;
    struct span wanted;
    struct span code;
    struct span issuer;
    struct span encoded; /* of wanted */
    struct token token;
    bool rotated;
    bool fresh; /* signed in a short while ago */
    bool
        connect; /* is to be proved for an account elsewhere: there may be no password to prove it by */
    struct proof proof;
    usec_t wait;
    struct span try_key;
    security_fn *fn;
    void *arg;
};

static inline struct security_act *security_act_of(struct errand *e)
{
    return container_of(e, struct security_act, errand);
}

struct security_act *security_act_new(const struct security_by *by, errand_run_fn *run,
                                      security_fn *fn, void *arg);
/* Asks for the password where there is one, then runs. */
void security_look(struct security_act *a);
/* 0, or -EDQUOT: too many tries. */
int security_hold_back(struct security_act *a);

int security_may(const struct errand *e);
/* 1: go on; 0: the answer is in proof. */
int security_ask_code(struct db *db, struct security_act *a);
/* As every change ends: sessions, token, audit log. */
int security_change(struct db *db, struct security_act *a, const char *action);
