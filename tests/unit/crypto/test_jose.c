#include "base/mem.h"
#include "base/text.h"
#include "crypto/hmac.h"
#include "crypto/jose.h"
#include "support/test.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <errno.h>

enum { COORDINATE = 32, NOW_S = 1700000000 };

static const struct wall now = {(int64_t)NOW_S * 1000};
static const char good_claims[] = "{\"sub\":\"ada\",\"exp\":1700000300,\"iat\":1700000000}";

static const char *why;

static int verify_at(struct span token, struct span set, int64_t seconds)
{
    json_t *claims = NULL;

    why = NULL;
    const int rc = jose_verify(token, set, (struct wall){seconds * 1000}, &claims, &why);
    CHECK(rc == 0 ? claims != NULL : claims == NULL && why != NULL);
    json_decref(claims);
    return rc;
}

static int verify(const struct buf *token, const struct buf *set)
{
    return verify_at(buf_span(token), buf_span(set), NOW_S);
}

static void add_number(struct buf *out, const EVP_PKEY *key, const char *param, size_t size)
{
    BIGNUM *n = NULL;
    uint8_t bytes[JOSE_RSA_MAX / 8 + 1];

    CHECK_EQ(EVP_PKEY_get_bn_param(key, param, &n), 1);
    const int len = size ? BN_bn2binpad(n, bytes, (int)size) : BN_bn2bin(n, bytes);
    CHECK(len > 0);
    text_base64url(out, span_of(bytes, (size_t)len));
    BN_free(n);
}

/* {"kty":…, more, its numbers}: more begins with a comma or is empty. */
static void add_rsa(struct buf *out, const EVP_PKEY *key, const char *more)
{
    buf_printf(out, "{\"kty\":\"RSA\"%s,\"n\":\"", more);
    add_number(out, key, OSSL_PKEY_PARAM_RSA_N, 0);
    buf_add_str(out, "\",\"e\":\"");
    add_number(out, key, OSSL_PKEY_PARAM_RSA_E, 0);
    buf_add_str(out, "\"}");
}

static void add_ec(struct buf *out, const EVP_PKEY *key, const char *more)
{
    buf_printf(out, "{\"kty\":\"EC\"%s,\"x\":\"", more);
    add_number(out, key, OSSL_PKEY_PARAM_EC_PUB_X, COORDINATE);
    buf_add_str(out, "\",\"y\":\"");
    add_number(out, key, OSSL_PKEY_PARAM_EC_PUB_Y, COORDINATE);
    buf_add_str(out, "\"}");
}

static void sign_bytes(EVP_PKEY *key, const char *alg, struct span input, struct buf *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pctx = NULL;
    uint8_t sig[1024];
    size_t len = sizeof(sig);

    CHECK_EQ(EVP_DigestSignInit(ctx, &pctx, EVP_sha256(), NULL, key), 1);
    if (strcmp(alg, "PS256") == 0) {
        CHECK_EQ(EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING), 1);
        CHECK_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST), 1);
    }
    CHECK_EQ(EVP_DigestSign(ctx, sig, &len, (const uint8_t *)input.p, input.len), 1);
    EVP_MD_CTX_free(ctx);
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
        const uint8_t *p = sig;
        ECDSA_SIG *rs = d2i_ECDSA_SIG(NULL, &p, (long)len);
        uint8_t raw[2 * COORDINATE];
        CHECK(rs);
        CHECK_EQ(BN_bn2binpad(ECDSA_SIG_get0_r(rs), raw, COORDINATE), COORDINATE);
        CHECK_EQ(BN_bn2binpad(ECDSA_SIG_get0_s(rs), raw + COORDINATE, COORDINATE), COORDINATE);
        ECDSA_SIG_free(rs);
        buf_add(out, raw, sizeof(raw));
    } else {
        buf_add(out, sig, len);
    }
}

static void begin_token(struct buf *out, const char *header, const char *claims)
{
    buf_clear(out);
    text_base64url(out, span_str(header));
    buf_add_char(out, '.');
    text_base64url(out, span_str(claims));
}

static void sign(struct buf *out, EVP_PKEY *key, const char *header, const char *claims)
{
    struct buf sig = {0};

    begin_token(out, header, claims);
    sign_bytes(key, strstr(header, "PS256") ? "PS256" : "", buf_span(out), &sig);
    buf_add_char(out, '.');
    text_base64url(out, buf_span(&sig));
    buf_done(&sig);
}

static EVP_PKEY *rsa_key(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
}

static EVP_PKEY *ec_key(const char *curve)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
}

/* An RSA key "r", an EC key "e", their set, and room for a token. */
struct bench {
    EVP_PKEY *rsa;
    EVP_PKEY *ec;
    struct buf set;
    struct buf token;
};

static void open_bench(struct bench *b)
{
    *b = (struct bench){.rsa = rsa_key(), .ec = ec_key("P-256")};
    buf_add_str(&b->set, "{\"keys\":[");
    add_rsa(&b->set, b->rsa, ",\"kid\":\"r\",\"use\":\"sig\"");
    buf_add_char(&b->set, ',');
    add_ec(&b->set, b->ec, ",\"kid\":\"e\",\"crv\":\"P-256\",\"alg\":\"ES256\"");
    buf_add_str(&b->set, "]}");
}

static void close_bench(struct bench *b)
{
    EVP_PKEY_free(b->rsa);
    EVP_PKEY_free(b->ec);
    buf_done(&b->set);
    buf_done(&b->token);
}

static void put_set(struct bench *b, void (*add)(struct buf *, const EVP_PKEY *, const char *),
                    const EVP_PKEY *key, const char *more)
{
    buf_clear(&b->set);
    buf_add_str(&b->set, "{\"keys\":[");
    add(&b->set, key, more);
    buf_add_str(&b->set, "]}");
}

TEST(a_token_of_each_algorithm_is_believed)
{
    struct bench b;
    json_t *claims = NULL;

    open_bench(&b);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"JWT\"}", good_claims);
    CHECK_OK(verify(&b.token, &b.set));
    sign(&b.token, b.rsa, "{\"alg\":\"PS256\",\"kid\":\"r\"}", good_claims);
    CHECK_OK(verify(&b.token, &b.set));
    sign(&b.token, b.ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", good_claims);
    CHECK_OK(verify(&b.token, &b.set));
    CHECK_OK(jose_verify(buf_span(&b.token), buf_span(&b.set), now, &claims, &why));
    CHECK(span_is(json_get_span(claims, "sub"), "ada"));
    json_decref(claims);
    close_bench(&b);
}

TEST(a_token_of_another_key_or_changed_in_any_character_is_refused)
{
    struct bench b;
    EVP_PKEY *other = ec_key("P-256");

    open_bench(&b);
    sign(&b.token, other, "{\"alg\":\"ES256\",\"kid\":\"e\"}", good_claims);
    CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    sign(&b.token, b.ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", good_claims);
    for (size_t i = 0; i < b.token.len; i++) {
        const char was = b.token.p[i];
        b.token.p[i] = was == 'A' ? 'B' : 'A';
        CHECK(verify(&b.token, &b.set) < 0);
        b.token.p[i] = '.';
        if (was != '.')
            CHECK_EQ(verify(&b.token, &b.set), -EBADMSG);
        b.token.p[i] = was;
    }
    CHECK_OK(verify(&b.token, &b.set));
    EVP_PKEY_free(other);
    close_bench(&b);
}

TEST(a_token_cut_anywhere_or_with_something_behind_is_refused)
{
    struct bench b;

    open_bench(&b);
    sign(&b.token, b.ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", good_claims);
    for (size_t i = 0; i < b.token.len; i++)
        CHECK(verify_at(span_sub(buf_span(&b.token), 0, i), buf_span(&b.set), NOW_S) < 0);
    static const char *const behind[] = {".", "=", "\n", "A", "AAAA", " ", ".AAAA"};
    for (size_t i = 0; i < ARRAY_SIZE(behind); i++) {
        struct buf longer = {0};
        buf_add_span(&longer, buf_span(&b.token));
        buf_add_str(&longer, behind[i]);
        CHECK(verify(&longer, &b.set) < 0);
        buf_done(&longer);
    }
    buf_add_char(&b.token, 0);
    CHECK(verify(&b.token, &b.set) < 0);
    close_bench(&b);
}

/* libcjose's own decoder aborts at some of these. */
TEST(what_is_no_base64url_is_refused_in_every_part)
{
    static const char *const odd[] = {"=",       "==", "=AAA", "A",    "A=",   "AA=A",
                                      "AAA=AAA", "+/", " ",    "\xff", "AB=\n"};
    struct bench b;
    struct buf parts[3] = {{0}};
    struct buf whole = {0};
    struct span one;

    open_bench(&b);
    sign(&b.token, b.ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", good_claims);
    struct span rest = buf_span(&b.token);
    for (size_t i = 0; span_split(&rest, '.', &one); i++)
        buf_add_span(&parts[i], one);
    for (size_t part = 0; part < 3; part++) {
        for (size_t i = 0; i < 3 * ARRAY_SIZE(odd); i++) {
            buf_clear(&whole);
            for (size_t k = 0; k < 3; k++) {
                const char *text = odd[i % ARRAY_SIZE(odd)];
                buf_add_str(&whole, k > 0 ? "." : "");
                buf_add_str(&whole, k == part && i < ARRAY_SIZE(odd) ? text : "");
                if (k != part || i < 2 * ARRAY_SIZE(odd))
                    buf_add_span(&whole, buf_span(&parts[k]));
                buf_add_str(&whole, k == part && i >= ARRAY_SIZE(odd) ? text : "");
            }
            CHECK(verify(&whole, &b.set) < 0);
        }
    }
    for (size_t i = 0; i < 3; i++)
        buf_done(&parts[i]);
    buf_done(&whole);
    close_bench(&b);
}

TEST(none_is_no_algorithm)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\"}",
        "{\"alg\":\"None\"}",
        "{\"alg\":\"none\",\"kid\":\"r\"}",
        "{\"alg\":\"\",\"kid\":\"r\"}",
        "{\"kid\":\"r\"}",
        "{\"alg\":null,\"kid\":\"r\"}",
        "{\"alg\":[\"RS256\"],\"kid\":\"r\"}",
        "{\"alg\":\"rs256\",\"kid\":\"r\"}",
    };
    struct bench b;

    open_bench(&b);
    for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
        begin_token(&b.token, headers[i], good_claims);
        buf_add_char(&b.token, '.');
        CHECK_EQ(verify(&b.token, &b.set), -EPERM);
        buf_add_str(&b.token, "AAAA");
        CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    }
    close_bench(&b);
}

static void mac_token(struct bench *b, struct span secret)
{
    uint8_t mac[SHA256_SIZE];

    begin_token(&b->token, "{\"alg\":\"HS256\",\"kid\":\"r\"}", good_claims);
    hmac_sha256(secret, buf_span(&b->token), mac);
    buf_add_char(&b->token, '.');
    text_base64url(&b->token, span_of(mac, sizeof(mac)));
}

TEST(a_public_key_is_no_secret_of_an_hmac)
{
    struct bench b;
    BIO *pem = BIO_new(BIO_s_mem());
    uint8_t *der = NULL;
    char *text = NULL;

    open_bench(&b);
    const int der_len = i2d_PUBKEY(b.rsa, &der);
    CHECK(der_len > 0);
    mac_token(&b, span_of(der, (size_t)der_len));
    CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    CHECK_EQ(PEM_write_bio_PUBKEY(pem, b.rsa), 1);
    const long pem_len = BIO_get_mem_data(pem, &text);
    mac_token(&b, span_of(text, (size_t)pem_len));
    CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    /* nor is a secret that the set itself hands out */
    mac_token(&b, span_str("secret"));
    buf_clear(&b.set);
    buf_add_str(&b.set, "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"r\",\"k\":\"c2VjcmV0\"}]}");
    CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    OPENSSL_free(der);
    (void)BIO_free(pem);
    close_bench(&b);
}

TEST(other_algorithms_of_the_same_key_are_not_allowed)
{
    static const char *const names[] = {"RS384", "RS512",  "PS384", "PS512", "ES384",
                                        "ES512", "HS384",  "HS512", "EdDSA", "ES256K",
                                        "RS1",   "RSA1_5", "dir"};
    struct bench b;

    open_bench(&b);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct buf header = {0};
        buf_printf(&header, "{\"alg\":\"%s\",\"kid\":\"r\"}", names[i]);
        sign(&b.token, b.rsa, buf_cstr(&header), good_claims);
        CHECK_EQ(verify(&b.token, &b.set), -EPERM);
        buf_done(&header);
    }
    close_bench(&b);
}

TEST(a_key_is_found_by_its_name_among_those_that_fit)
{
    struct bench b;

    open_bench(&b);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\",\"kid\":\"new\"}", good_claims);
    CHECK_EQ(verify(&b.token, &b.set), -ENOENT);
    /* named, but of another kind */
    sign(&b.token, b.ec, "{\"alg\":\"ES256\",\"kid\":\"r\"}", good_claims);
    CHECK_EQ(verify(&b.token, &b.set), -ENOENT);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\",\"kid\":7}", good_claims);
    CHECK_EQ(verify(&b.token, &b.set), -EBADMSG);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", good_claims);
    static const char *const unfit[] = {
        ",\"kid\":\"r\",\"use\":\"enc\"",
        ",\"kid\":\"r\",\"alg\":\"PS256\"",
        ",\"kid\":\"r\",\"alg\":\"RS512\"",
        ",\"kid\":\"r\",\"key_ops\":[\"encrypt\"]",
        ",\"kid\":\"r\",\"key_ops\":\"verify\"",
        ",\"kid\":\"R\"",
        ",\"kid\":\"r\",\"use\":[\"sig\"]",
        ",\"kid\":\"\"",
        ",\"kid\":null",
        "",
    };
    for (size_t i = 0; i < ARRAY_SIZE(unfit); i++) {
        put_set(&b, add_rsa, b.rsa, unfit[i]);
        CHECK_EQ(verify(&b.token, &b.set), -ENOENT);
    }
    put_set(&b, add_rsa, b.rsa, ",\"kid\":\"r\",\"key_ops\":[\"verify\"],\"alg\":\"RS256\"");
    CHECK_OK(verify(&b.token, &b.set));
    close_bench(&b);
}

TEST(without_names_there_must_be_one_key_alone)
{
    struct bench b;

    open_bench(&b);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\"}", good_claims);
    CHECK_EQ(verify(&b.token, &b.set), -ENOENT); /* the key has a name */
    put_set(&b, add_rsa, b.rsa, "");
    CHECK_OK(verify(&b.token, &b.set));
    b.set.len -= 2;
    buf_add_char(&b.set, ',');
    add_ec(&b.set, b.ec, ",\"crv\":\"P-256\"");
    buf_add_str(&b.set, "]}");
    CHECK_OK(verify(&b.token, &b.set)); /* the other cannot have signed it */
    b.set.len -= 2;
    buf_add_char(&b.set, ',');
    add_rsa(&b.set, b.rsa, ",\"kid\":\"r\"");
    buf_add_str(&b.set, "]}");
    CHECK_EQ(verify(&b.token, &b.set), -ENOENT);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", good_claims);
    CHECK_OK(verify(&b.token, &b.set));
    b.set.len -= 2;
    buf_add_char(&b.set, ',');
    add_rsa(&b.set, b.rsa, ",\"kid\":\"r\"");
    buf_add_str(&b.set, "]}");
    CHECK_EQ(verify(&b.token, &b.set), -EBADMSG); /* two of one name */
    close_bench(&b);
}

TEST(a_key_of_another_curve_or_off_its_curve_is_refused)
{
    struct bench b;
    EVP_PKEY *k1 = ec_key("secp256k1");

    open_bench(&b);
    sign(&b.token, k1, "{\"alg\":\"ES256\",\"kid\":\"e\"}", good_claims);
    put_set(&b, add_ec, k1, ",\"kid\":\"e\",\"crv\":\"secp256k1\"");
    CHECK_EQ(verify(&b.token, &b.set), -ENOENT);
    put_set(&b, add_ec, k1, ",\"kid\":\"e\",\"crv\":\"P-384\"");
    CHECK_EQ(verify(&b.token, &b.set), -ENOENT);
    put_set(&b, add_ec, k1, ",\"kid\":\"e\"");
    CHECK_EQ(verify(&b.token, &b.set), -ENOENT);
    put_set(&b, add_ec, k1, ",\"kid\":\"e\",\"crv\":\"P-256\"");
    CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    CHECK_STR(why, "the key is no point of its curve");
    EVP_PKEY_free(k1);
    close_bench(&b);
}

TEST(a_key_that_is_weak_or_immense_is_refused)
{
    struct bench b;
    EVP_PKEY *weak = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);

    open_bench(&b);
    sign(&b.token, weak, "{\"alg\":\"RS256\",\"kid\":\"r\"}", good_claims);
    put_set(&b, add_rsa, weak, ",\"kid\":\"r\"");
    CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", good_claims);
    buf_clear(&b.set);
    buf_add_str(&b.set, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"e\":\"AQAB\",\"n\":\"");
    for (size_t i = 0; i < (JOSE_RSA_MAX / 8 + 3) / 3; i++)
        buf_add_str(&b.set, "____");
    buf_add_str(&b.set, "\"}]}");
    CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    CHECK_STR(why, "the key has less than 2048 or more than 8192 bits");
    EVP_PKEY_free(weak);
    close_bench(&b);
}

TEST(keys_that_are_malformed_are_refused)
{
    static const char *const keys[] = {
        "{\"kty\":\"RSA\",\"kid\":\"r\"}",
        "{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":7,\"e\":8}",
        "{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"\",\"e\":\"\"}",
        "{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"AAAA\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"+/==\",\"e\":\"AQAB\"}",
    };
    static const char *const sets[] = {
        "", "[]", "null", "{}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":[}",
    };
    static const char *const odd[] = {
        "{\"keys\":[]}",
        "{\"keys\":[null,7,\"r\",[],{}]}",
        "{\"keys\":[{\"kty\":[\"RSA\"]}]}",
    };
    struct bench b;

    open_bench(&b);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", good_claims);
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        buf_clear(&b.set);
        buf_printf(&b.set, "{\"keys\":[%s]}", keys[i]);
        CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    }
    for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
        CHECK_EQ(verify_at(buf_span(&b.token), span_str(sets[i]), NOW_S), -EBADMSG);
    for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
        CHECK_EQ(verify_at(buf_span(&b.token), span_str(odd[i]), NOW_S), -ENOENT);
    close_bench(&b);
}

TEST(an_exponent_that_proves_nothing_is_refused)
{
    static const char *const exponents[] = {"AQ", "AA", "Ag", "AAE", "AQAAAAAAAAAB"};
    struct bench b;

    open_bench(&b);
    sign(&b.token, b.rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", good_claims);
    for (size_t i = 0; i < ARRAY_SIZE(exponents); i++) {
        buf_clear(&b.set);
        buf_add_str(&b.set, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"");
        add_number(&b.set, b.rsa, OSSL_PKEY_PARAM_RSA_N, 0);
        buf_printf(&b.set, "\",\"e\":\"%s\"}]}", exponents[i]);
        CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    }
    close_bench(&b);
}

TEST(keys_within_the_token_are_not_looked_at)
{
    struct bench b;
    EVP_PKEY *evil = ec_key("P-256");
    struct buf header = {0};

    open_bench(&b);
    buf_add_str(&header,
                "{\"alg\":\"ES256\",\"kid\":\"e\",\"jku\":\"https://evil.example/\",\"jwk\":");
    add_ec(&header, evil, ",\"kid\":\"e\",\"crv\":\"P-256\"");
    buf_add_char(&header, '}');
    sign(&b.token, evil, buf_cstr(&header), good_claims);
    CHECK_EQ(verify(&b.token, &b.set), -EPERM);
    buf_done(&header);
    EVP_PKEY_free(evil);
    close_bench(&b);
}

TEST(extensions_other_types_and_members_that_stand_twice_are_refused)
{
    static const struct {
        const char *header;
        int rc;
    } bad[] = {
        {"{\"alg\":\"ES256\",\"kid\":\"e\",\"crit\":[\"exp\"],\"exp\":1}", -EPERM},
        {"{\"alg\":\"ES256\",\"kid\":\"e\",\"crit\":[]}", -EPERM},
        {"{\"alg\":\"ES256\",\"kid\":\"e\",\"b64\":false}", -EPERM},
        {"{\"alg\":\"ES256\",\"kid\":\"e\",\"typ\":\"at+jwt\"}", -EPERM},
        {"{\"alg\":\"ES256\",\"kid\":\"e\",\"typ\":\"logout+jwt\"}", -EPERM},
        {"{\"alg\":\"ES256\",\"kid\":\"e\",\"typ\":1}", -EPERM},
        {"{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"e\"}", -EBADMSG},
        {"{\"alg\":\"ES256\",\"kid\":\"x\",\"kid\":\"e\"}", -EBADMSG},
        {"[\"ES256\"]", -EBADMSG},
        {"{\"alg\":\"ES256\",\"kid\":\"e\"", -EBADMSG},
        {"{\"alg\":\"ES256\",\"kid\":\"e\"}{}", -EBADMSG},
    };
    struct bench b;

    open_bench(&b);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        sign(&b.token, b.ec, bad[i].header, good_claims);
        CHECK_EQ(verify(&b.token, &b.set), bad[i].rc);
    }
    sign(&b.token, b.ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}",
         "{\"sub\":\"ada\",\"sub\":\"eve\",\"exp\":1700000300}");
    CHECK_EQ(verify(&b.token, &b.set), -EBADMSG);
    sign(&b.token, b.ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", "\"text\"");
    CHECK_EQ(verify(&b.token, &b.set), -EBADMSG);
    close_bench(&b);
}

TEST(times_are_held_to_with_a_minute_of_patience)
{
    static const char header[] = "{\"alg\":\"ES256\",\"kid\":\"e\"}";
    struct bench b;

    open_bench(&b);
    sign(&b.token, b.ec, header, "{\"exp\":1700000300,\"nbf\":1700000000.5,\"iat\":1700000000}");
    CHECK_OK(verify_at(buf_span(&b.token), buf_span(&b.set), 1700000359));
    CHECK_EQ(verify_at(buf_span(&b.token), buf_span(&b.set), 1700000360), -ETIMEDOUT);
    CHECK_OK(verify_at(buf_span(&b.token), buf_span(&b.set), 1699999941));
    CHECK_EQ(verify_at(buf_span(&b.token), buf_span(&b.set), 1699999939), -ETIMEDOUT);
    static const char *const bad[] = {
        "{}",
        "{\"exp\":\"1700000300\"}",
        "{\"exp\":null}",
        "{\"exp\":1700000300,\"nbf\":\"0\"}",
        "{\"exp\":1700000300,\"iat\":true}",
    };
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        sign(&b.token, b.ec, header, bad[i]);
        CHECK_EQ(verify(&b.token, &b.set), -EBADMSG);
    }
    close_bench(&b);
}

TEST(what_is_too_large_is_refused_unread)
{
    struct bench b;
    struct buf big = {0};

    open_bench(&b);
    while (big.len <= JOSE_SET_MAX)
        buf_add_str(&big, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    sign(&b.token, b.ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", good_claims);
    CHECK_EQ(verify(&b.token, &big), -EBADMSG);
    CHECK_STR(why, "the key set is too long");
    CHECK_EQ(verify(&big, &b.set), -EBADMSG);
    CHECK_STR(why, "the token is too long");
    buf_clear(&big);
    buf_add_str(&big, "{\"keys\":[{}");
    for (size_t i = 0; i < JOSE_KEYS_MAX; i++)
        buf_add_str(&big, ",{}");
    buf_add_str(&big, "]}");
    CHECK_EQ(verify(&b.token, &big), -EBADMSG);
    buf_done(&big);
    close_bench(&b);
}
