/*
 * jose - is a token (RFC 7519, as a compact JWS of RFC 7515) signed by a key of this set (RFC 7517)?
 * On libcjose, behind a check of what it leaves open.
 *
 * The algorithm is RS256, PS256 or ES256, never what a key of another kind could be abused for (none,
 * HS256: RFC 8725, 2.1), and EdDSA not, since libcjose has none.  The key is the one of the set whose kid
 * is the token's, among those that fit the algorithm by kty, crv, use, key_ops and alg; a token without kid is
 * accepted when exactly one fits and has no kid either.  Keys and addresses of keys within the token
 * (jwk, jku, x5c, x5u) are not looked at; crit is refused, as is a typ other than JWT.  No member may
 * stand twice.
 *
 * Not here: iss, aud, azp, nonce and all that a claim means, but for the times.
 *
 * Thread: any; pure.
 */
#pragma once

#include "base/clock.h"
#include "base/json.h"

enum {
    JOSE_TOKEN_MAX = 16 * 1024,
    JOSE_SET_MAX = 256 * 1024,
    JOSE_KEYS_MAX = 100,
    JOSE_RSA_MIN = 2048, /* bits */
    JOSE_RSA_MAX = 8192,
    JOSE_LEEWAY = 60, /* seconds that the issuer's clock may be off */
};

/*
 * *ret: the claims, which the caller ends with json_decref().  exp must be there and ahead; nbf and
 * iat, where they are, not ahead.  *ret_why, on failure: a short reason, static text.
 *
 * -EBADMSG: the token or the set is malformed; -EPERM: an algorithm or a key that is not allowed, or a
 * signature that is wrong; -ENOENT: no key of the set fits (the caller may fetch the set anew);
 * -ETIMEDOUT: a time is wrong (or this machine's clock is).
 */
int jose_verify(struct span token, struct span jwks, struct wall now, json_t **ret,
                const char **ret_why);
