#include "oidc/claims.h"

#include "crypto/equal.h"

#include <errno.h>

static int fail(const char *why, const char **ret_why)
{
    *ret_why = why;
    return -EBADMSG;
}

/* Text of at most max bytes, not empty; or SPAN_NONE. */
static struct span text_of(const json_t *claims, const char *name, size_t max)
{
    const struct span s = json_get_span(claims, name);

    return s.len > 0 && s.len <= max ? s : SPAN_NONE;
}

/* aud is a text or a list of texts. */
static int check_audience(const json_t *claims, struct span us, bool *ret_several)
{
    const json_t *aud = json_object_get(claims, "aud");
    const json_t *one = NULL;
    bool found = false;
    size_t i = 0;

    *ret_several = false;
    if (json_is_string(aud))
        return span_eq(json_get_span(claims, "aud"), us) ? 0 : -EBADMSG;
    json_array_foreach(aud, i, one)
    {
        if (!json_is_string(one))
            return -EBADMSG;
        found |= span_eq(span_of(json_string_value(one), json_string_length(one)), us);
    }
    *ret_several = json_array_size(aud) > 1;
    return found ? 0 : -EBADMSG;
}

/* Core, 2: ASCII. */
static bool is_subject(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    }
    return s.len > 0;
}

int claims_check(const json_t *claims, const struct claims_want *want, const char **ret_why)
{
    const json_t *azp = json_object_get(claims, "azp");
    bool several;

    if (!span_eq(json_get_span(claims, "iss"), want->issuer))
        return fail("the token is of another issuer", ret_why);
    if (check_audience(claims, want->client_id, &several))
        return fail("the token is for somebody else", ret_why);
    if (several && !azp)
        return fail("the token is for several and says not who asked", ret_why);
    if (azp && !span_eq(json_get_span(claims, "azp"), want->client_id))
        return fail("somebody else has asked for the token", ret_why);
    if (!json_is_number(json_object_get(claims, "iat")))
        return fail("the token does not say when it was made", ret_why);
    if (want->nonce.len == 0 || !equal_secret(json_get_span(claims, "nonce"), want->nonce))
        return fail("the token is of another sign-in", ret_why);
    if (!is_subject(text_of(claims, "sub", CLAIM_SUB_MAX)))
        return fail("the token does not say whom it is about", ret_why);
    return 0;
}

/* A truth value, that some providers write as a text. */
static enum verified verified_of(const json_t *claims)
{
    const json_t *v = json_object_get(claims, "email_verified");

    if (!v || json_is_null(v))
        return VERIFIED_UNSAID;
    if (json_is_true(v) || span_is(json_get_span(claims, "email_verified"), "true"))
        return VERIFIED_YES;
    return VERIFIED_NO;
}

void claims_read(const json_t *claims, struct who *ret)
{
    *ret = (struct who){
        .sub = text_of(claims, "sub", CLAIM_SUB_MAX),
        .email = text_of(claims, "email", CLAIM_TEXT_MAX),
        .email_verified = verified_of(claims),
        .hd = text_of(claims, "hd", CLAIM_TEXT_MAX),
        .name = text_of(claims, "name", CLAIM_TEXT_MAX),
        .picture = text_of(claims, "picture", CLAIM_TEXT_MAX),
    };
    if (!ret->name.p)
        ret->name = text_of(claims, "preferred_username", CLAIM_TEXT_MAX);
}

void claims_add(struct who *who, const struct who *more)
{
    if (!who->email.p) {
        who->email = more->email;
        who->email_verified = more->email_verified;
    }
    if (!who->name.p)
        who->name = more->name;
    if (!who->picture.p)
        who->picture = more->picture;
}

static bool is_one(const struct domains *d, struct span domain)
{
    for (size_t i = 0; i < d->count; i++) {
        if (span_eq_nocase(d->names[i], domain))
            return true;
    }
    return false;
}

static struct span domain_of(struct span email)
{
    size_t at = email.len;

    while (at > 0 && email.p[at - 1] != '@')
        at--;
    return at > 0 ? span_sub(email, at, email.len) : SPAN_NONE;
}

int domains_check(const struct domains *d, const struct who *who)
{
    const struct span domain = domain_of(who->email);

    if (d->any)
        return 0;
    if (d->count == 0)
        return -ENOENT;
    /* Anybody can have an account at Google with a foreign address; of gmail.com it has all itself. */
    if (d->google && !span_eq_nocase(domain, span_str("gmail.com")))
        return who->hd.len > 0 && is_one(d, who->hd) ? 0 : -EPERM;
    if (domain.len == 0 || !is_one(d, domain))
        return -EPERM;
    return who->email_verified == VERIFIED_YES ? 0 : -EKEYREJECTED;
}
