#include "app/doubts.h"
#include "base/mem.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    const char *name;
    const char *value;
} given[8];
static size_t given_count;

static void set(const char *name, const char *value)
{
    given[given_count].name = name;
    given[given_count++].value = value;
}

static char *lookup(const char *name)
{
    for (size_t i = 0; i < given_count; i++) {
        if (!strcmp(given[i].name, name))
            return (char *)given[i].value;
    }
    return NULL;
}

/* Loads, expecting a refusal that names the setting. */
static void refused(const char *name, const char *value, const char *said)
{
    struct config c;
    struct buf why = {0};

    set(name, value);
    CHECK_EQ(config_load(lookup, &c, &why), -EBADMSG);
    CHECK(strstr(buf_cstr(&why), said) != NULL);
    config_done(&c);
    buf_done(&why);
    given_count = 0;
}

/* A file of the test's own; its name is good until the next one is made. */
static const char *temp_file(const char *text)
{
    static char path[64];
    int fd;

    (void)snprintf(path, sizeof(path), "/tmp/convene-test-XXXXXX");
    fd = mkstemp(path);
    CHECK(fd >= 0);
    CHECK_EQ(write(fd, text, strlen(text)), (long long)strlen(text));
    close(fd);
    return path;
}

TEST(nothing_set_is_a_whole_configuration)
{
    struct config c;
    struct buf why = {0};

    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_EQ(c.port, 8080);
    CHECK_STR(c.data_dir, "./data");
    CHECK(!c.public_url && !c.tls_cert && !c.turn_urls && c.limits);
    CHECK_EQ(c.log_level, LOG_INFO);
    config_done(&c);
}

TEST(every_setting_is_taken_from_the_environment)
{
    struct config c;
    struct buf why = {0};

    set("PORT", "0");
    set("PUBLIC_URL", "https://chat.example.org/");
    set("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1");
    set("ALLOWED_PEERS", "10.0.5.7,fd12::/16");
    set("LOG_LEVEL", "warn");
    set("TURN_URLS", "stun:a.example:3478,turns:b.example");
    set("TURN_SECRET", "s3cret");
    set("RATE_LIMITS", "off");
    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_EQ(c.port, 0);
    CHECK_STR(c.public_url, "https://chat.example.org");
    CHECK_EQ(c.trusted_count, 3);
    CHECK_EQ(c.peers_count, 2);
    CHECK_EQ(c.log_level, LOG_WARN);
    CHECK_STR(c.turn_secret, "s3cret");
    CHECK(!c.limits);
    config_done(&c);
}

TEST(an_empty_value_is_as_none)
{
    struct config c;
    struct buf why = {0};

    set("PORT", "");
    set("DATABASE_URL", " ");
    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_EQ(c.port, 8080);
    config_done(&c);
}

TEST(what_makes_no_sense_is_refused_by_name)
{
    static const char *const no_place[] = {"0.0.0.0", "224.0.0.1", "255.255.255.255", "169.254.1.1",
                                           "::",      "ff02::1",   "fe80::1"};

    refused("PORT", "80a", "PORT");
    refused("PORT", "65536", "PORT");
    refused("PORT", "-1", "PORT");
    refused("PUBLIC_URL", "chat.example.org", "PUBLIC_URL");
    refused("PUBLIC_URL", "https://chat.example.org/x", "PUBLIC_URL");
    refused("TRUSTED_PROXIES", "10.0.0.0/40", "TRUSTED_PROXIES");
    refused("TRUSTED_PROXIES", "localhost", "TRUSTED_PROXIES");
    refused("ALLOWED_PEERS", "10.0.0.0/40", "ALLOWED_PEERS");
    refused("CA_FILE", "/nowhere/ca.crt", "CA_FILE");
    for (size_t i = 0; i < ARRAY_SIZE(no_place); i++)
        refused("PUBLIC_IP", no_place[i], "names no place");
    refused("TURN_RELAY_PORTS", "50000-50030", "at least 32");
    refused("SMTP_URL", "smtp://mail.example.org", "MAIL_FROM");
    refused("MAIL_FROM", "convene@example.org", "SMTP_URL");
    refused("LOG_LEVEL", "loud", "LOG_LEVEL");
    refused("METRICS_TOKEN", "short", "METRICS_TOKEN");
    refused("TURN_URLS", "http://x", "TURN_URLS");
    refused("TURN_URLS", "turn:", "TURN_URLS");
    refused("TURN_URLS", "stun:a,turn:a?transport=sctp", "turn:a?transport=sctp");
    refused("RATE_LIMITS", "maybe", "RATE_LIMITS");
}

TEST(halves_of_a_pair_are_refused)
{
    refused("TLS_CERT", "x.pem", "TLS_KEY");
    refused("TURN_USERNAME", "u", "TURN_CREDENTIAL");
    refused("TURN_URLS", "turn:t.example", "TURN_SECRET");
    refused("TURN_API_KEY", "k", "TURN_API_HOST");
    refused("TURN_API_HOST", "a.metered.live", "TURN_API_KEY");
}

/* TURN_API_HOST as it comes to be; NULL: refused in its own name. */
static void api_host(const char *text, const char *url)
{
    struct config c;
    struct buf why = {0};

    set("TURN_API_KEY", "key");
    set("TURN_API_HOST", text);
    CHECK_EQ(config_load(lookup, &c, &why), url ? 0 : -EBADMSG);
    if (url) {
        CHECK_STR(c.turn_api_url, url);
    } else {
        CHECK(strstr(buf_cstr(&why), "TURN_API_HOST must be"));
    }
    given_count = 0;
    buf_done(&why);
    config_done(&c);
}

TEST(the_api_of_a_relay_is_asked_by_https_but_on_this_machine)
{
    api_host("example.metered.live", "https://example.metered.live");
    api_host("https://example.metered.live/", "https://example.metered.live");
    api_host("http://127.0.0.1:8000", "http://127.0.0.1:8000");
    api_host("http://127.0.0.1.evil.example", NULL);
    api_host("http://example.metered.live", NULL);
    api_host("ftp://example.metered.live", NULL);
    api_host("example.metered.live/api", NULL);
    api_host("user@example.metered.live", NULL);
    api_host("exa mple", NULL);
    api_host("/", NULL);
}

TEST(a_key_that_does_not_fit_into_an_address_is_refused)
{
    struct config c;
    struct buf why = {0};

    set("TURN_API_KEY", "a b");
    set("TURN_API_HOST", "example.metered.live");
    CHECK_EQ(config_load(lookup, &c, &why), -EBADMSG);
    CHECK(strstr(buf_cstr(&why), "TURN_API_KEY"));
    CHECK(!strstr(buf_cstr(&why), "a b"));
    buf_done(&why);
    config_done(&c);
}

TEST(a_database_is_named_by_url)
{
    struct config c;
    struct buf why = {0};

    refused("DATABASE_URL", "mysql://db/x", "postgres://");
    refused("DATABASE_POOL", "1", "DATABASE_POOL");
    refused("DATABASE_POOL", "65", "DATABASE_POOL");
    refused("DATABASE_WAIT", "-1", "DATABASE_WAIT");
    refused("BACKUP_EVERY", "0", "hours");
    refused("BACKUP_KEEP", "0", "BACKUP_KEEP");
    set("DATABASE_URL", "postgres://db/x?sslmode=require");
    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_STR(c.database_url, "postgres://db/x?sslmode=require");
    CHECK_EQ(c.database_wait, 30);
    config_done(&c);
}

TEST(several_nodes_are_refused_clearly)
{
    refused("REDIS_URL", "redis://r", "one node");
}

TEST(a_platform_tells_its_address_and_proxies)
{
    struct config c;
    struct buf why = {0};

    set("RAILWAY_PUBLIC_DOMAIN", "chat.up.example.app");
    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_STR(c.public_url, "https://chat.up.example.app");
    CHECK_EQ(c.trusted_count, 1);
    config_done(&c);
    given_count = 0;
    set("RENDER_EXTERNAL_URL", "https://chat.onrender.example");
    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_STR(c.public_url, "https://chat.onrender.example");
    CHECK_EQ(c.trusted_count, 1);
    struct addr proxy;
    CHECK_OK(addr_parse_ip(span_str("10.21.157.68"), &proxy));
    CHECK(addr_in(&proxy, &c.trusted[0]));
    config_done(&c);
}

TEST(what_the_operator_says_goes_before_the_platform)
{
    struct config c;
    struct buf why = {0};

    set("RAILWAY_PUBLIC_DOMAIN", "chat.up.example.app");
    set("PUBLIC_URL", "https://chat.example.org");
    set("TRUSTED_PROXIES", "10.0.0.0/8,10.1.0.0/16");
    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_STR(c.public_url, "https://chat.example.org");
    CHECK_EQ(c.trusted_count, 2);
    config_done(&c);
}

static void note_doubt(const char *event, const char *why, const char *advice, void *arg)
{
    struct buf *said = arg;

    CHECK(*why && *advice);
    buf_printf(said, "%s ", event);
}

/* The doubts about what was set. */
static void doubted(const char *events)
{
    struct config c;
    struct buf why = {0};
    struct buf said = {0};

    CHECK_OK(config_load(lookup, &c, &why));
    config_doubts(&c, note_doubt, &said);
    CHECK_STR(buf_cstr(&said), events);
    config_done(&c);
    buf_done(&said);
    buf_done(&why);
    given_count = 0;
}

TEST(settings_that_hardly_mean_what_they_say_are_doubted)
{
    doubted("");
    set("PUBLIC_URL", "http://localhost:8080");
    doubted("");
    set("PUBLIC_URL", "https://chat.example.org");
    doubted("server.proxy ");
    set("PUBLIC_URL", "https://chat.example.org");
    set("TRUSTED_PROXIES", "127.0.0.1");
    doubted("");
    set("PUBLIC_URL", "https://chat.example.org");
    set("TLS_CERT", "a.crt");
    set("TLS_KEY", "a.key");
    doubted("");
    set("PUBLIC_URL", "http://chat.example.org");
    set("TLS_CERT", "a.crt");
    set("TLS_KEY", "a.key");
    doubted("server.url ");
    set("RENDER_EXTERNAL_URL", "https://chat.onrender.example");
    doubted("media.platform ");
    set("RENDER_EXTERNAL_URL", "https://chat.onrender.example");
    set("TURN_URLS", "stun:stun.example.org");
    doubted("media.platform ");
    set("RENDER_EXTERNAL_URL", "https://chat.onrender.example");
    set("TURN_API_KEY", "key");
    set("TURN_API_HOST", "example.metered.live");
    doubted("");
    set("RENDER_EXTERNAL_URL", "https://chat.onrender.example");
    set("MEDIA_PORT", "3478");
    doubted("");
    set("MEDIA_PORT", "off");
    doubted("media.off ");
    set("MEDIA_PORT", "off");
    set("TURN_API_KEY", "key");
    set("TURN_API_HOST", "example.metered.live");
    doubted("");
    set("PUBLIC_IP", "192.168.1.5");
    doubted("media.address ");
    set("PUBLIC_IP", "192.168.1.5");
    set("ALLOWED_PEERS", "192.168.0.0/16");
    doubted("");
    set("TURN_SECRET", "secret");
    doubted("server.turn ");
    set("TURN_URLS", "turn:turn.example.org");
    set("TURN_SECRET", "secret");
    doubted("");
    set("TURN_URLS", "turn:turn.example.org");
    set("TURN_SECRET", "secret");
    set("TURN_USERNAME", "u");
    set("TURN_CREDENTIAL", "c");
    doubted("server.turn ");
}

TEST(a_value_can_stand_in_a_file_of_its_own)
{
    struct config c;
    struct buf why = {0};
    const char *path = temp_file("0123456789abcdef\n");

    set("METRICS_TOKEN_FILE", path);
    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_STR(c.metrics_token, "0123456789abcdef");
    config_done(&c);
    set("METRICS_TOKEN", "fedcba9876543210");
    refused("X", "", "both set");
    (void)unlink(path);
    refused("PORT_FILE", "/nonexistent/port", "PORT_FILE");
}

TEST(the_environment_is_above_the_config_file)
{
    struct config c;
    struct buf why = {0};
    const char *path = temp_file("# ours\n\nPORT=1\n DATA_DIR = /srv/x \n");

    set("CONFIG", path);
    set("PORT", "2");
    CHECK_OK(config_load(lookup, &c, &why));
    CHECK_EQ(c.port, 2);
    CHECK_STR(c.data_dir, "/srv/x");
    config_done(&c);
    (void)unlink(path);
}

TEST(a_config_file_may_hold_nothing_else)
{
    refused("CONFIG", temp_file("PROT=80\n"), "Line 1");
    refused("CONFIG", temp_file("PORT=80\nhello\n"), "Line 2");
    refused("CONFIG", temp_file("PROT=80\n"), "sets PROT");
    refused("CONFIG", temp_file("PORT=x\n"), "PORT");
    refused("CONFIG", temp_file("PORT=80\nPORT=81\n"), "Line 2");
    refused("CONFIG", temp_file("LOG_LEVEL=\"debug\"\n"), "quotes");
    refused("CONFIG", temp_file("LOG_LEVEL='debug'\r\n"), "quotes");
    refused("CONFIG", "/nonexistent/config", "CONFIG");
}

TEST(names_that_look_like_settings_are_doubted)
{
    static const char *const given_names[] = {"OIDC_DOMAIN=x",
                                              "OIDC_DOMAINS=x",
                                              "OIDC_9_ISSUER=x",
                                              "GOOGLE_DOMAIN=x",
                                              "TURN_SECRET_FILE=x",
                                              "TURN_USER=x",
                                              "GOOGLE_CLOUD_KEY=x",
                                              "HOME=/",
                                              NULL};
    struct buf said = {0};

    config_doubt_names(given_names, note_doubt, &said);
    CHECK_STR(buf_cstr(&said), "server.setting server.setting server.setting server.setting ");
    buf_done(&said);
    CHECK(config_knows(span_str("OIDC_2_ISSUER")) && !config_knows(span_str("OIDC_2_ISSUE")));
}
