/*
 * claims - what an id_token says (OpenID Connect Core 1.0, 2 and 3.1.3.7), once its signature and its
 * times were found to be right (crypto/jose.h): is it for us, from whom we asked, for this very sign-in;
 * and who is it about.
 *
 * Thread: any; pure.
 */
#pragma once

#include "base/json.h"

enum {
    CLAIM_SUB_MAX = 255, /* Core, 2 */
    CLAIM_TEXT_MAX = 2048,
};

struct claims_want {
    struct span issuer;
    struct span client_id;
    struct span nonce;
};

/* -EBADMSG with a short reason, static text. */
int claims_check(const json_t *claims, const struct claims_want *want, const char **ret_why);

enum verified { VERIFIED_UNSAID, VERIFIED_NO, VERIFIED_YES };

/* Spans into the claims; SPAN_NONE where nothing of use is said. */
struct who {
    struct span sub;
    struct span email; /* as the provider has it */
    enum verified email_verified;
    struct span hd; /* Google: the domain of the organisation that owns the account */
    struct span name;
    struct span picture; /* a URL */
};

void claims_read(const json_t *claims, struct who *ret);
/* Adds what `more` says and `who` does not have yet: the address goes with its confirmation. */
void claims_add(struct who *who, const struct who *more);

/* Which domains may come in without an invitation. */
struct domains {
    const struct span *names; /* lower case */
    size_t count;
    bool any;    /* everybody whom the provider knows */
    bool google; /* hd decides: it tells a domain's owner from somebody with an address there */
};

/*
 * 0; -EPERM: none of the domains; -EKEYREJECTED: the address is one, but is not confirmed; -ENOENT: there
 * is no such rule.
 */
int domains_check(const struct domains *d, const struct who *who);
