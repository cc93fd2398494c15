#include "crypto/jose.h"

#include "base/mem.h"
#include "base/text.h"

#include <cjose/cjose.h>
#include <openssl/err.h>

#include <errno.h>

enum { KID_MAX = 512, EC_COORDINATE = 32, RSA_EXPONENT_MAX = 8 };

static const struct alg {
    const char *name;
    const char *kty;
    const char *crv; /* NULL: has none */
} algs[] = {{"RS256", "RSA", NULL}, {"PS256", "RSA", NULL}, {"ES256", "EC", "P-256"}};

/* A token in its three parts, as written. */
struct token_parts {
    struct span header;
    struct span claims;
    struct span signature;
};

static int fail(int rc, const char *why, const char **ret_why)
{
    *ret_why = why;
    return rc;
}

static int split(struct span token, struct token_parts *ret, const char **ret_why)
{
    struct span rest = token;
    struct span excess;

    if (token.len > JOSE_TOKEN_MAX)
        return fail(-EBADMSG, "the token is too long", ret_why);
    if (!span_split(&rest, '.', &ret->header) || !span_split(&rest, '.', &ret->claims) ||
        !span_split(&rest, '.', &ret->signature) || span_split(&rest, '.', &excess))
        return fail(-EBADMSG, "the token has not three parts", ret_why);
    return 0;
}

/* One part as the JSON object that it must be. */
static int parse_part(struct span part, json_t **ret, const char **ret_why)
{
    struct buf text = {0};
    int rc = text_from_base64url(part, &text);

    if (rc) {
        *ret_why = "a part of the token is not base64url";
    } else {
        rc = json_parse_object(buf_span(&text), ret, ret_why);
    }
    buf_done(&text);
    return rc;
}

static bool is_type_jwt(const json_t *header)
{
    const json_t *typ = json_object_get(header, "typ");

    if (!typ)
        return true;
    const struct span s = json_get_span(header, "typ");
    return span_eq_nocase(s, span_str("JWT")) || span_eq_nocase(s, span_str("application/jwt"));
}

static int check_header(const json_t *header, const struct alg **ret, const char **ret_why)
{
    const json_t *kid = json_object_get(header, "kid");
    const struct span name = json_get_span(header, "alg");

    if (json_object_get(header, "crit") || json_object_get(header, "b64"))
        return fail(-EPERM, "the token asks for an extension", ret_why);
    if (!is_type_jwt(header))
        return fail(-EPERM, "the token is of another type", ret_why);
    if (kid && (!json_is_string(kid) || json_string_length(kid) > KID_MAX))
        return fail(-EBADMSG, "the token's kid is no short text", ret_why);
    for (size_t i = 0; i < ARRAY_SIZE(algs); i++) {
        if (span_is(name, algs[i].name)) {
            *ret = &algs[i];
            return 0;
        }
    }
    return fail(-EPERM, "the token's algorithm is not allowed", ret_why);
}

static bool is_or_absent(const json_t *key, const char *member, const char *want)
{
    return !json_object_get(key, member) || span_is(json_get_span(key, member), want);
}

static bool may_verify(const json_t *key)
{
    const json_t *ops = json_object_get(key, "key_ops");
    const json_t *op = NULL;
    size_t i = 0;

    if (!ops)
        return true;
    json_array_foreach(ops, i, op)
    {
        if (json_is_string(op) && strcmp(json_string_value(op), "verify") == 0)
            return true;
    }
    return false;
}

static bool fits(const json_t *key, const struct alg *alg)
{
    if (!span_is(json_get_span(key, "kty"), alg->kty))
        return false;
    if (alg->crv && !span_is(json_get_span(key, "crv"), alg->crv))
        return false;
    return is_or_absent(key, "use", "sig") && is_or_absent(key, "alg", alg->name) &&
           may_verify(key);
}

/* Both without, or the same. */
static bool same_kid(const json_t *key, const json_t *header)
{
    const json_t *kid = json_object_get(header, "kid");

    if (!kid)
        return !json_object_get(key, "kid");
    return span_eq(json_get_span(key, "kid"), json_get_span(header, "kid")) &&
           json_is_string(json_object_get(key, "kid"));
}

static int find_key(const json_t *set, const json_t *header, const struct alg *alg,
                    const json_t **ret, const char **ret_why)
{
    const json_t *keys = json_object_get(set, "keys");
    const json_t *found = NULL;
    const json_t *key = NULL;
    size_t i = 0;
    size_t fitting = 0;

    if (!json_is_array(keys) || json_array_size(keys) > JOSE_KEYS_MAX)
        return fail(-EBADMSG, "the key set has no list of at most 100 keys", ret_why);
    json_array_foreach(keys, i, key)
    {
        if (!fits(key, alg))
            continue;
        fitting++;
        if (!same_kid(key, header))
            continue;
        if (found)
            return fail(-EBADMSG, "the key set has two keys of that name", ret_why);
        found = key;
    }
    if (!found || (!json_object_get(header, "kid") && fitting != 1))
        return fail(-ENOENT, "the key set has no key that fits", ret_why);
    *ret = found;
    return 0;
}

/* A number of the key as bytes without leading zeros. */
static int take_number(const json_t *key, const char *member, struct buf *out)
{
    size_t zeros = 0;
    const int rc = text_from_base64url(json_get_span(key, member), out);

    while (zeros < out->len && out->p[zeros] == 0)
        zeros++;
    buf_drop(out, zeros);
    return rc ? rc : out->len > 0 ? 0 : -EBADMSG;
}

static cjose_jwk_t *import_rsa(const json_t *key, size_t signature_len, const char **ret_why)
{
    cjose_jwk_t *jwk = NULL;
    struct buf n = {0};
    struct buf e = {0};

    if (take_number(key, "n", &n) || take_number(key, "e", &e) || e.len > RSA_EXPONENT_MAX) {
        *ret_why = "the key is malformed";
    } else if (n.len < JOSE_RSA_MIN / 8 || n.len > JOSE_RSA_MAX / 8) {
        *ret_why = "the key has less than 2048 or more than 8192 bits";
    } else if ((e.p[e.len - 1] & 1) == 0 || (e.len == 1 && e.p[0] == 1)) {
        *ret_why = "the key's exponent is even or 1";
    } else if (signature_len != n.len) {
        *ret_why = "the signature has not the key's length";
    } else {
        const cjose_jwk_rsa_keyspec spec = {
            .n = (uint8_t *)n.p, .nlen = n.len, .e = (uint8_t *)e.p, .elen = e.len};
        jwk = cjose_jwk_create_RSA_spec(&spec, NULL);
        *ret_why = "the key is malformed";
    }
    buf_done(&n);
    buf_done(&e);
    return jwk;
}

static cjose_jwk_t *import_ec(const json_t *key, size_t signature_len, const char **ret_why)
{
    cjose_jwk_t *jwk = NULL;
    struct buf x = {0};
    struct buf y = {0};

    /* RFC 7518, 6.2.1.2: always of the curve's full length. */
    if (text_from_base64url(json_get_span(key, "x"), &x) || x.len != EC_COORDINATE ||
        text_from_base64url(json_get_span(key, "y"), &y) || y.len != EC_COORDINATE) {
        *ret_why = "the key is malformed";
    } else if (signature_len != (size_t)2 * EC_COORDINATE) {
        *ret_why = "the signature has not the key's length";
    } else {
        const cjose_jwk_ec_keyspec spec = {.crv = CJOSE_JWK_EC_P_256,
                                           .x = (uint8_t *)x.p,
                                           .xlen = x.len,
                                           .y = (uint8_t *)y.p,
                                           .ylen = y.len};
        jwk = cjose_jwk_create_EC_spec(&spec, NULL);
        *ret_why = "the key is no point of its curve";
    }
    buf_done(&x);
    buf_done(&y);
    return jwk;
}

/*
 * libcjose takes a signature of any length, so that is seen to here.  And a part with a '=' within
 * ends the program (an assertion of its base64 decoder), so all three have been decoded before.
 */
static int check_signature(struct span token, struct span signature, const struct alg *alg,
                           const json_t *key, const char **ret_why)
{
    struct buf bytes = {0};
    cjose_jwk_t *jwk = NULL;
    cjose_jws_t *jws = NULL;
    int rc = text_from_base64url(signature, &bytes);

    if (rc) {
        *ret_why = "the signature is not base64url";
    } else {
        jwk = alg->crv ? import_ec(key, bytes.len, ret_why) : import_rsa(key, bytes.len, ret_why);
        rc = jwk ? 0 : -EPERM;
    }
    if (jwk) {
        jws = cjose_jws_import(token.p, token.len, NULL);
        if (!jws || !cjose_jws_verify(jws, jwk, NULL))
            rc = fail(-EPERM, "the signature is wrong", ret_why);
    }
    cjose_jws_release(jws);
    (void)cjose_jwk_release(jwk);
    ERR_clear_error(); /* what it left would be taken for an error of the next TLS connection */
    buf_done(&bytes);
    return rc;
}

/* A time by RFC 7519, 2 (seconds, perhaps with a fraction).  -ENOENT, -EBADMSG. */
static int get_time(const json_t *claims, const char *name, double *ret)
{
    const json_t *v = json_object_get(claims, name);

    if (!v)
        return -ENOENT;
    if (!json_is_number(v))
        return -EBADMSG;
    *ret = json_number_value(v);
    return 0;
}

static int check_times(const json_t *claims, struct wall now, const char **ret_why)
{
    const double seconds = (double)now.ms / 1000;
    double exp = 0;
    double nbf = 0;
    double iat = 0;

    if (get_time(claims, "exp", &exp) || get_time(claims, "nbf", &nbf) == -EBADMSG ||
        get_time(claims, "iat", &iat) == -EBADMSG)
        return fail(-EBADMSG, "a time of the token is missing or is no number", ret_why);
    if (seconds >= exp + JOSE_LEEWAY)
        return fail(-ETIMEDOUT, "the token has expired", ret_why);
    if (seconds + JOSE_LEEWAY < nbf || seconds + JOSE_LEEWAY < iat)
        return fail(-ETIMEDOUT, "the token is from the future", ret_why);
    return 0;
}

int jose_verify(struct span token, struct span jwks, struct wall now, json_t **ret,
                const char **ret_why)
{
    struct token_parts parts;
    const struct alg *alg = NULL;
    const json_t *key = NULL;
    json_t *header = NULL;
    json_t *claims = NULL;
    json_t *set = NULL;
    int rc = split(token, &parts, ret_why);

    if (rc == 0)
        rc = parse_part(parts.header, &header, ret_why);
    if (rc == 0)
        rc = check_header(header, &alg, ret_why);
    if (rc == 0 && jwks.len > JOSE_SET_MAX)
        rc = fail(-EBADMSG, "the key set is too long", ret_why);
    if (rc == 0)
        rc = json_parse_object(jwks, &set, ret_why);
    if (rc == 0)
        rc = find_key(set, header, alg, &key, ret_why);
    if (rc == 0)
        rc = parse_part(parts.claims, &claims, ret_why);
    if (rc == 0)
        rc = check_signature(token, parts.signature, alg, key, ret_why);
    if (rc == 0)
        rc = check_times(claims, now, ret_why);
    if (rc == 0)
        *ret = take(claims);
    json_decref(header);
    json_decref(claims);
    json_decref(set);
    return rc;
}
