/*
 * account - coming in: the first administrator, invitations, signing in; and what a person may
 * change about themselves.
 *
 * Addresses and names are put in their one form here.  Signing in and links are limited per
 * account-and-site and per site (addr_site()), so that a stranger can slow down his own guessing but lock
 * nobody out; an unknown account costs a password hash like a known one, a made-up link none.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/audit.h"
#include "auth/session.h"
#include "store/person.h"

struct accounts;

struct accounts_conf {
    struct loop *loop;
    struct store *store;
    struct bus *bus;
    struct sessions *sessions;
    const struct secret *secret;
    /* In the transaction in which a person comes to a channel: writes the row that says so. */
    int (*joined)(struct db *db, const struct id *channel, const struct person *who,
                  struct wall now);
    /* After it: the channel has a new member and a new row. */
    void (*published)(const struct id *channel, void *arg);
    void *arg;
    bool local_off; /* LOCAL_ACCOUNTS=off: nobody comes in by a password */
    bool unlimited; /* nobody is held back: for measurements */
};

struct accounts *accounts_new(const struct accounts_conf *conf);
struct accounts *accounts_free(struct accounts *a);
/* For other ways in. */
const struct accounts_conf *accounts_conf(const struct accounts *a);

/* Where somebody comes from. */
struct origin_of {
    struct addr addr;
    struct span user_agent;
};

/*
 * rc 0: signed in, token and me are valid during the call.  -EACCES: wrong address or password;
 * -EBADMSG: the field named in why is not acceptable; -ENOENT: no such link, or spent; -EEXIST: the
 * address is taken; -EALREADY: set up already; -EDQUOT: too often, wait so long; -ENOKEY: the password
 * is right and a code is needed; -EKEYREJECTED: the code is wrong; -EOPNOTSUPP: LOCAL_ACCOUNTS=off;
 * -EAGAIN; -errno.
 */
struct arrival {
    int rc;
    const char *field; /* of -EBADMSG: "email", "name", "password", "team" */
    const char *why;   /* of -EBADMSG: a sentence */
    usec_t wait;       /* of -EDQUOT */
    struct span token;
    struct actor actor;
    const struct person *me;
};
typedef void arrival_fn(const struct arrival *e, void *arg);

struct sign_in {
    struct span email;
    struct span password;
    struct span code; /* of the second factor, or none */
};
void account_sign_in(struct accounts *a, const struct sign_in *s, const struct origin_of *from,
                     arrival_fn *fn, void *arg);

struct newcomer {
    struct span link_token;
    struct span email;
    struct span name;
    struct span password;
    struct span team; /* of the set-up only */
};
/* With the one-time link: makes the owner, the team, and the channel General. */
void account_set_up(struct accounts *a, const struct newcomer *n, const struct origin_of *from,
                    arrival_fn *fn, void *arg);
/* With an invitation: makes a member, who is in every standard channel. */
void account_accept(struct accounts *a, const struct newcomer *n, const struct origin_of *from,
                    arrival_fn *fn, void *arg);

/* While nobody exists: a new one-time token for the set-up, which ends the last one.  token is
 * SPAN_NONE when somebody exists. */
typedef void setup_token_fn(int rc, struct span token, void *arg);
void account_setup_token(struct accounts *a, setup_token_fn *fn, void *arg);

/* For `convene admin user add`: makes a person, and the house with the first.  rc 0, -EEXIST,
 * -EBADMSG with a sentence in why, or -errno. */
struct admin_add {
    struct span email;
    struct span name;
    struct span password; /* as typed; hashed by this */
    bool admin;
};
typedef void admin_added_fn(int rc, const char *why, void *arg);
void account_admin_add(struct accounts *a, const struct admin_add *add, admin_added_fn *fn,
                       void *arg);
