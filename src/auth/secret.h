/*
 * secret - SESSION_SECRET, and what follows from it: keys that are the same on every node and after
 * every start.
 *
 * Without the setting one is made and kept in DATA_DIR/session.secret, for its owner alone (0600).
 * Whoever has the secret can read second factors and make sign-ins under way look real; it is neither
 * logged nor told.
 *
 * Thread: any; constant once it is made.
 */
#pragma once

#include "base/buf.h"
#include "crypto/seal.h"

enum { SECRET_MIN = 32, SECRET_MAX = 4096 /* bytes */ };

struct secret;

/*
 * given: of the setting, or NULL; folder: DATA_DIR, used and made only when none is given.  -errno with a
 * sentence for the operator in why: -EACCES: others can read the file; -EBADMSG: it is too short.
 */
int secret_load(const char *given, const char *folder, struct secret **ret, struct buf *why);
/* One of chance, that is nowhere kept: for tests. */
struct secret *secret_new(void);
struct secret *secret_free(struct secret *s);

/* What it is for: a name of ours, in any order but never changed once released. */
enum purpose_of_secret {
    SECRET_FLOW,          /* a sign-in by a provider that is under way */
    SECRET_SECOND_FACTOR, /* the secrets of authenticators */
    SECRET_RECOVERY_CODE,
    SECRET_AUDIT,
    SECRET_CHECK, /* tells whether it is the same as before */
    SECRET_TURN,  /* credentials of relays */
    SECRET_PURPOSES_,
};

const uint8_t *secret_key(const struct secret *s, enum purpose_of_secret purpose);

/* As seal() and seal_open(), with the key for the purpose; bound: to whom it belongs. */
void secret_seal(const struct secret *s, enum purpose_of_secret purpose, struct span bound,
                 struct span plain, struct buf *out);
int secret_open(const struct secret *s, enum purpose_of_secret purpose, struct span bound,
                struct span sealed, struct buf *out);
/* Appends the HMAC-SHA256 of text as hex. */
void secret_mac(const struct secret *s, enum purpose_of_secret purpose, struct span text,
                struct buf *out);
