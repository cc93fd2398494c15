/*
 * Long-term credentials (RFC 8489, 9.2.4), in the order that RFC gives; the key follows from the name
 * (turn/credential.h), or is the allocation's.
 */
#include "crypto/equal.h"
#include "crypto/hmac.h"
#include "turn/inside.h"

static bool signed_with(const struct exchange *x, const uint8_t word[CREDENTIAL_KEY])
{
    uint8_t covered[STUN_MESSAGE_MAX];
    uint8_t mac[SHA1_SIZE];
    struct span rest;
    struct span value;

    if (x->m.len > sizeof(covered) || !stun_covered(&x->m, covered, &rest) ||
        !stun_get(&x->m, STUN_MESSAGE_INTEGRITY, &value))
        return false;
    memcpy(covered + STUN_HEADER, rest.p, rest.len);
    hmac_sha1(span_of(word, CREDENTIAL_KEY), span_of(covered, STUN_HEADER + rest.len), mac);
    return equal_secret(value, span_of(mac, sizeof(mac)));
}

/* With the name and the word of the allocation it speaks of. */
static bool as_allocated(struct exchange *x)
{
    const struct allocation *a = x->allocation;

    if (!signed_with(x, a->word)) {
        core_refuse_stranger(x, 401);
        return false;
    }
    memcpy(x->word, a->word, CREDENTIAL_KEY);
    x->authenticated = true;
    return true;
}

static bool as_named(struct exchange *x)
{
    const struct core *c = x->core;

    if (credential_parse(x->name, &x->credential) != 0 ||
        credential_expired(&x->credential, x->t->wall)) {
        core_refuse_stranger(x, 401);
        return false;
    }
    credential_key(c->conf.secret, x->name, x->word);
    if (!signed_with(x, x->word)) {
        core_refuse_stranger(x, 401);
        return false;
    }
    x->authenticated = true;
    return true;
}

bool core_authenticate(struct exchange *x)
{
    struct span realm;
    struct span nonce;

    if (!stun_has(&x->m, STUN_MESSAGE_INTEGRITY)) {
        core_refuse_stranger(x, 401);
        return false;
    }
    if (!stun_get(&x->m, STUN_USERNAME, &x->name) || !stun_get(&x->m, STUN_REALM, &realm) ||
        !stun_get(&x->m, STUN_NONCE, &nonce) || x->name.len > STUN_USERNAME_MAX) {
        core_refuse_stranger(x, 400);
        return false;
    }
    if (!core_nonce_good(x->core, x->from, x->t->now, nonce)) {
        core_refuse_stranger(x, 438);
        return false;
    }
    if (!x->allocation)
        return as_named(x);
    /* RFC 8656, 5: what speaks of an allocation must be by the one who made it. */
    if (!span_eq(x->name, x->allocation->name)) {
        if (as_named(x))
            core_refuse(x, 441, "Wrong Credentials");
        return false;
    }
    return as_allocated(x);
}
