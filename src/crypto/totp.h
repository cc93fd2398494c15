/*
 * totp - codes of an authenticator (RFC 6238 with HMAC-SHA1, 30 seconds, six digits: what all
 * authenticators do), and its secret as they take it.
 *
 * A clock may be one step off either way, and a step counts once: who calls keeps the last one taken.
 *
 * Thread: any; pure.
 */
#pragma once

#include "base/buf.h"

enum {
    TOTP_SECRET_SIZE = 20, /* as long as the hash (RFC 4226, 4) */
    TOTP_PERIOD = 30,      /* seconds */
    TOTP_DIGITS = 6,
};

/* The code of a step (seconds since 1970 / TOTP_PERIOD): below 1000000. */
uint32_t totp_code(struct span secret, int64_t step);
/* Which step's code it is, of those around now and later than last.  -ENOENT: none's. */
int totp_find(struct span secret, struct span code, int64_t now_seconds, int64_t last,
              int64_t *ret_step);

/* Appends base32 without padding (RFC 4648, 6). */
void totp_base32(struct buf *out, struct span bytes);
/* Appends otpauth://totp/ISSUER:ACCOUNT?secret=…, of which a QR code is made. */
void totp_uri(struct buf *out, struct span secret, struct span issuer, struct span account);
