/*
 * second_factor - the authenticator of a person, and the recovery codes for when it is lost.
 *
 * It is asked for behind a right password only, so wrong codes are counted against the account: a
 * stranger without the password can lock nobody out.  Who has the password gets SECOND_FACTOR_TRIES
 * wrong codes in an hour; then none counts until the hour is over or an administrator ends the factor.
 *
 * The secret is sealed by SESSION_SECRET and of recovery codes only an HMAC by it is kept: with another
 * SESSION_SECRET none of them is right any more (log_warn tells).
 *
 * Thread: a store thread with its job's connection.
 */
#pragma once

#include "auth/secret.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/store.h"

enum {
    SECOND_FACTOR_TRIES = 10,
    RECOVERY_CODES = 10,
    RECOVERY_CHARS = 10, /* of base32: 50 bits */
};

/* What came of asking.  The transaction must be committed whatever it is: a wrong code counts, a right
 * one is used up. */
struct proof {
    int rc; /* 0: right, or none is asked for; -ENOKEY: one is needed; -EKEYREJECTED: wrong, or used
               before; -EDQUOT: too many were wrong */
    bool asked;
    bool recovery; /* it was a recovery code */
    usec_t wait;   /* of -EDQUOT */
};

/* A reading job: is it asked for, and how many recovery codes are left?  0 or -errno. */
int second_factor_get(struct db *db, const struct id *person, bool *ret_on, int64_t *ret_codes);

/* code: as typed, may be none.  0 or -errno of the store, and then nothing in *ret counts. */
int second_factor_ask(struct db *db, const struct secret *secret, const struct id *person,
                      struct span code, const struct job *job, struct proof *ret);

/* A new authenticator, which counts once it was confirmed.  Appends its secret (bytes) to ret.
 * -EPROTO: there is one already. */
int second_factor_begin(struct db *db, const struct secret *secret, const struct id *person,
                        struct buf *ret);
/* -EPROTO: none was begun, or it is confirmed already. */
int second_factor_confirm(struct db *db, const struct secret *secret, const struct id *person,
                          struct span code, const struct job *job, struct proof *ret);
/* New recovery codes in place of the old ones, as strings of an array that is open. */
int second_factor_renew(struct db *db, const struct secret *secret, const struct id *person,
                        struct json_out *o);
/* -ENOENT: there was none. */
int second_factor_end(struct db *db, const struct id *person);
