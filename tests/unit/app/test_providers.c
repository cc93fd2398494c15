#include "app/providers.h"
#include "support/test.h"

#include <errno.h>

static const char *const (*given)[2];

static char *lookup(const char *name)
{
    for (size_t i = 0; given[i][0]; i++) {
        if (!strcmp(given[i][0], name))
            return (char *)given[i][1];
    }
    return NULL;
}

static void load(const char *const (*env)[2], struct config *c, int want, const char *said)
{
    struct buf why = {0};

    given = env;
    CHECK_EQ(config_load(lookup, c, &why), want);
    CHECK(strstr(buf_cstr(&why), said) != NULL);
    buf_done(&why);
}

static void refused(const char *const (*env)[2], const char *said)
{
    struct config c;

    load(env, &c, -EBADMSG, said);
    config_done(&c);
}

#define ENV(...)                                                                                   \
    (const char *const[][2])                                                                       \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL                                                                             \
        }                                                                                          \
    }

TEST(providers_are_taken_in_the_order_of_their_numbers)
{
    struct config c;

    load(ENV({"GOOGLE_CLIENT_ID", "g"}, {"GOOGLE_CLIENT_SECRET", "s"},
             {"GOOGLE_DOMAINS", "Corp.Example, other.example"},
             {"OIDC_3_ISSUER", "https://id.example:8443/realms/a"}, {"OIDC_3_CLIENT_ID", "c"},
             {"OIDC_3_CLIENT_SECRET", "s"}, {"OIDC_3_DOMAINS", "*"}),
         &c, 0, "");
    struct providers *p = providers_new(&c);
    const struct provider_conf *list = providers_list(p);
    CHECK_EQ(providers_count(p), 2);
    CHECK_STR(list[0].id, "google");
    CHECK_STR(list[0].issuer, GOOGLE_ISSUER);
    CHECK(list[0].google && list[0].domains.google && list[0].domains.count == 2);
    CHECK(span_is(list[0].domains.names[1], "other.example"));
    CHECK_STR(list[1].id, "oidc3");
    CHECK_STR(list[1].name, "id.example:8443");
    CHECK(list[1].domains.any && list[1].domains.count == 0 && !list[1].google);
    providers_free(p);
    config_done(&c);
}

TEST(half_a_provider_is_refused_by_name)
{
    refused(ENV({"GOOGLE_CLIENT_ID", "g"}), "GOOGLE_CLIENT_SECRET");
    refused(ENV({"GOOGLE_DOMAINS", "a.example"}), "GOOGLE_CLIENT_ID");
    refused(ENV({"OIDC_ISSUER", "https://a.example"}), "OIDC_CLIENT_SECRET belong together");
    refused(ENV({"OIDC_2_CLIENT_ID", "c"}), "OIDC_2_ISSUER");
}

TEST(issuer_callback_and_domains_must_make_sense)
{
    static const char *const issuers[] = {"a.example",
                                          "ftp://a.example",
                                          "https://",
                                          "https://a b",
                                          "https://a.example/?x",
                                          "https://a.example/#x",
                                          "https://u:p@a.example"};
    static const char *const callbacks[] = {"https://a.example", "https://a.example/",
                                            "https://a.example/x/", "/auth",
                                            "https://a.example/x?y"};
    static const char *const domains[] = {"corp",     "@corp.example", "a.example,,b.example",
                                          ".example", "a.example/",    "**"};

    for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++) {
        refused(
            ENV({"OIDC_ISSUER", issuers[i]}, {"OIDC_CLIENT_ID", "c"}, {"OIDC_CLIENT_SECRET", "s"}),
            "OIDC_ISSUER");
    }
    for (size_t i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
        refused(ENV({"GOOGLE_CLIENT_ID", "g"}, {"GOOGLE_CLIENT_SECRET", "s"},
                    {"GOOGLE_CALLBACK_URL", callbacks[i]}),
                "GOOGLE_CALLBACK_URL");
    }
    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        refused(ENV({"GOOGLE_CLIENT_ID", "g"}, {"GOOGLE_CLIENT_SECRET", "s"},
                    {"GOOGLE_DOMAINS", domains[i]}),
                "GOOGLE_DOMAINS");
    }
}

TEST(some_way_in_must_be_left)
{
    struct config c;

    refused(ENV({"LOCAL_ACCOUNTS", "off"}), "nobody could sign in");
    refused(ENV({"LOCAL_ACCOUNTS", "no"}), "LOCAL_ACCOUNTS must be on or off");
    load(ENV({"LOCAL_ACCOUNTS", "off"}, {"OIDC_ISSUER", "https://a.example"},
             {"OIDC_CLIENT_ID", "c"}, {"OIDC_CLIENT_SECRET", "s"}),
         &c, 0, "");
    CHECK(!c.local_accounts);
    config_done(&c);
}
