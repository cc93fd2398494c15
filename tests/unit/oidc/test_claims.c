#include "support/test.h"

#include <errno.h>

#include "oidc/claims.h"

static const struct claims_want want = {
    .issuer = {"https://id.example", 18}, .client_id = {"us", 2}, .nonce = {"n0nce", 5}};

#define GOOD                                                                                       \
    "\"iss\":\"https://id.example\",\"aud\":\"us\",\"iat\":1,\"nonce\":\"n0nce\",\"sub\":\"7\""

static json_t *parse(const char *text)
{
    json_t *obj = NULL;
    const char *why;

    CHECK_EQ(json_parse_object(span_str(text), &obj, &why), 0);
    return obj;
}

static int check(const char *text)
{
    const char *why = NULL;
    json_t *obj = parse(text);
    const int rc = claims_check(obj, &want, &why);

    CHECK((rc == 0) == (why == NULL));
    json_decref(obj);
    return rc;
}

TEST(good_token_is_believed)
{
    CHECK_EQ(check("{" GOOD "}"), 0);
    CHECK_EQ(check("{" GOOD ",\"azp\":\"us\"}"), 0);
    CHECK_EQ(
        check("{\"iss\":\"https://id.example\",\"aud\":[\"a\",\"us\"],\"azp\":\"us\",\"iat\":1,"
              "\"nonce\":\"n0nce\",\"sub\":\"7\"}"),
        0);
}

TEST(token_for_somebody_else_is_not)
{
    static const char *const bad[] = {
        "{}",
        "{" GOOD ",\"azp\":\"them\"}",
        "{" GOOD ",\"azp\":7}",
        "{\"iss\":\"https://id.example/\",\"aud\":\"us\",\"iat\":1,\"nonce\":\"n0nce\",\"sub\":\"7\"}",
        "{\"iss\":\"https://id.example\",\"aud\":\"usa\",\"iat\":1,\"nonce\":\"n0nce\",\"sub\":\"7\"}",
        "{\"iss\":\"https://id.example\",\"aud\":[],\"iat\":1,\"nonce\":\"n0nce\",\"sub\":\"7\"}",
        "{\"iss\":\"https://id.example\",\"aud\":{\"0\":\"us\"},\"iat\":1,\"nonce\":\"n0nce\",\"sub\":"
        "\"7\"}",
        "{\"iss\":\"https://id.example\",\"aud\":[\"us\",7],\"iat\":1,\"nonce\":\"n0nce\",\"sub\":\"7\"}",
        "{\"iss\":\"https://id.example\",\"aud\":[\"us\",\"a\"],\"iat\":1,\"nonce\":\"n0nce\",\"sub\":"
        "\"7\"}",
        "{\"iss\":\"https://id.example\",\"aud\":\"us\",\"iat\":\"1\",\"nonce\":\"n0nce\",\"sub\":\"7\"}",
        "{\"iss\":\"https://id.example\",\"aud\":\"us\",\"iat\":1,\"nonce\":\"N0nce\",\"sub\":\"7\"}",
        "{\"iss\":\"https://id.example\",\"aud\":\"us\",\"iat\":1,\"nonce\":\"n0nce\",\"sub\":\"\"}",
        "{\"iss\":\"https://id.example\",\"aud\":\"us\",\"iat\":1,\"nonce\":\"n0nce\",\"sub\":\"\\u00e4\"}",
        "{\"iss\":\"https://id.example\",\"aud\":\"us\",\"iat\":1,\"nonce\":\"n0nce\",\"sub\":7}",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(check(bad[i]), -EBADMSG);
}

TEST(token_without_nonce_is_not_believed_even_if_none_was_sent)
{
    const struct claims_want none = {.issuer = want.issuer, .client_id = want.client_id};
    const char *why;
    json_t *obj = parse("{\"iss\":\"https://id.example\",\"aud\":\"us\",\"iat\":1,\"nonce\":\"\","
                        "\"sub\":\"7\"}");

    CHECK_EQ(claims_check(obj, &none, &why), -EBADMSG);
    json_decref(obj);
}

static int may(const struct domains *d, const char *claims)
{
    json_t *obj = parse(claims);
    struct who who;

    claims_read(obj, &who);
    const int rc = domains_check(d, &who);
    json_decref(obj);
    return rc;
}

static const struct span corp[] = {{"corp.example", 12}, {"gmail.com", 9}};

TEST(confirmed_address_of_the_domain_decides)
{
    const struct domains d = {.names = corp, .count = 1};
    const struct domains none = {.count = 0};
    const struct domains any = {.any = true};

    CHECK_EQ(may(&d, "{\"email\":\"a@Corp.Example\",\"email_verified\":true}"), 0);
    CHECK_EQ(may(&d, "{\"email\":\"a@corp.example\",\"email_verified\":\"true\"}"), 0);
    CHECK_EQ(may(&d, "{\"email\":\"a@corp.example\",\"email_verified\":\"false\"}"), -EKEYREJECTED);
    CHECK_EQ(may(&d, "{\"email\":\"a@corp.example\",\"email_verified\":1}"), -EKEYREJECTED);
    CHECK_EQ(may(&d, "{\"email\":\"a@corp.example\"}"), -EKEYREJECTED);
    CHECK_EQ(may(&d, "{\"email\":\"a@sub.corp.example\",\"email_verified\":true}"), -EPERM);
    CHECK_EQ(may(&d, "{\"email\":\"corp.example\",\"email_verified\":true}"), -EPERM);
    CHECK_EQ(may(&d, "{\"email\":\"a@corp.example@evil.example\",\"email_verified\":true}"),
             -EPERM);
    CHECK_EQ(may(&d, "{\"hd\":\"corp.example\"}"), -EPERM);
    CHECK_EQ(may(&none, "{\"email\":\"a@corp.example\",\"email_verified\":true}"), -ENOENT);
    CHECK_EQ(may(&any, "{}"), 0);
}

TEST(at_google_hd_decides_and_no_address)
{
    const struct domains d = {.names = corp, .count = 2, .google = true};

    CHECK_EQ(may(&d, "{\"hd\":\"corp.example\",\"email\":\"a@corp.example\"}"), 0);
    CHECK_EQ(
        may(&d, "{\"hd\":\"evil.example\",\"email\":\"a@corp.example\",\"email_verified\":true}"),
        -EPERM);
    CHECK_EQ(may(&d, "{\"email\":\"a@corp.example\",\"email_verified\":true}"), -EPERM);
    CHECK_EQ(may(&d, "{\"email\":\"a@gmail.com\",\"email_verified\":true}"), 0);
    CHECK_EQ(may(&d, "{\"email\":\"a@gmail.com\"}"), -EKEYREJECTED);
}

TEST(userinfo_adds_an_address_only_with_its_confirmation)
{
    json_t *token = parse("{\"sub\":\"7\",\"email_verified\":true}");
    json_t *info = parse("{\"sub\":\"7\",\"email\":\"a@b.example\",\"name\":\"A\"}");
    struct who who;
    struct who more;

    claims_read(token, &who);
    claims_read(info, &more);
    claims_add(&who, &more);
    CHECK(span_is(who.email, "a@b.example"));
    CHECK_EQ(who.email_verified, VERIFIED_UNSAID);
    CHECK(span_is(who.name, "A"));
    json_decref(token);
    json_decref(info);
}
