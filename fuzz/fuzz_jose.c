/*
 * Signed tokens.  Against a set of ours no token is believed but what its key has signed; against a
 * set that comes with the token, what is believed names an algorithm that is allowed and is an object.
 */
#include "base/mem.h"
#include "base/text.h"
#include "crypto/jose.h"

#include "fuzz.h"

static const struct wall now = {1700000000000};

/* A key that was made for this and thrown away, and what it has signed that can be believed (the
 * seeds that begin with "own" have more). */
static const char own_set[] =
    "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"e\",\"crv\":\"P-256\",\"x\":\"CVs-xqwfFW"
    "GxtMOVcpLW7JDHqNPdotNgOPh7bujrizs\",\"y\":\"bqa9PNy7PDqnjH3xL9M_DPkctz4EKLeWc4giPQe17aY\"}]}";
static const char own_signed[] = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ.eyJzd"
                                 "WIiOiJhZGEiLCJleHAiOjE3MDAwMDAzMDB9";

/* Everything but the signature (which has a second form for each: s and n - s). */
static struct span signed_part(struct span token)
{
    size_t dot = token.len;

    while (dot > 0 && token.p[dot - 1] != '.')
        dot--;
    return span_sub(token, 0, dot > 0 ? dot - 1 : 0);
}

static bool is_allowed(struct span token)
{
    struct buf text = {0};
    json_t *header = NULL;
    const char *why = NULL;

    MUST(text_from_base64url(span_sub(token, 0, span_find(token, '.')), &text) == 0);
    MUST(json_parse_object(buf_span(&text), &header, &why) == 0);
    const struct span alg = json_get_span(header, "alg");
    const bool ok = span_is(alg, "RS256") || span_is(alg, "PS256") || span_is(alg, "ES256");
    json_decref(header);
    buf_done(&text);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span token = span_of(data, size);
    struct span set = span_str(own_set);
    json_t *claims = NULL;
    const char *why = NULL;
    const bool own = (fuzz_byte(&token) & 1) == 0;

    if (!own && !span_split(&token, '\n', &set))
        return 0;
    const int rc = jose_verify(token, set, now, &claims, &why);
    if (rc < 0) {
        MUST(!claims && why);
        return 0;
    }
    MUST(rc == 0 && json_is_object(claims) && is_allowed(token));
    MUST(!own || span_is(signed_part(token), own_signed));
    json_decref(claims);
    return 0;
}
