#include "unit/http/fixture.h"

/* Says who asks, how, and from which page. */
static void handle(struct request *r, void *arg)
{
    static const char *const origins[] = {"none", "own", "foreign"};
    struct buf out = {0};

    (void)arg;
    addr_write_ip(&out, request_peer(r));
    buf_printf(&out, " %s %s %s ", request_secure(r) ? "https" : "http",
               request_local(r) ? "local" : "remote", origins[request_origin(r)]);
    request_base_url(r, &out);
    buf_add_char(&out, '.');
    http_respond(r, &(struct response){.status = 200, .type = "text/plain", .take = &out});
}

static void check(const struct fixture *f, const char *fields, const char *want)
{
    struct buf ask = {0};

    buf_printf(&ask, "GET /x HTTP/1.1\r\nConnection: close\r\n%s\r\n", fields);
    const char *reply = client_ask(f, buf_cstr(&ask));
    if (!strstr(reply, want))
        test_fail(__FILE__, __LINE__, "to \"%s\" came \"%.700s\"", fields, reply);
    buf_done(&ask);
}

static void start(struct fixture *f, const char *public_url, const char *proxies)
{
    static struct addr_prefix trusted[4];
    struct span list = span_str(proxies);
    struct span one;
    size_t n = 0;

    while (span_split(&list, ' ', &one))
        CHECK_OK(addr_prefix_parse(one, &trusted[n++]));
    fixture_start(
        f,
        (struct http_conf){
            .handle = handle, .public_url = public_url, .trusted = trusted, .trusted_count = n},
        NULL);
}

TEST(without_trusted_proxies_nothing_they_say_counts)
{
    struct fixture f;

    start(&f, NULL, NULL);
    check(&f, "Host: localhost:8080\r\n", "127.0.0.1 http local none http://localhost:8080.");
    check(&f, "Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n",
          "127.0.0.1 http remote none http://localhost.");
    fixture_stop(&f);
}

TEST(the_client_is_the_right_most_address_that_is_no_proxy)
{
    struct fixture f;

    start(&f, NULL, "127.0.0.0/8 10.0.0.0/8");
#define FOR(list) "Host: localhost\r\nX-Forwarded-For: " list "\r\n"
    check(&f, FOR("192.0.2.1"), "192.0.2.1 http remote");
    check(&f, FOR("203.0.113.9, 192.0.2.1, 10.0.0.7"), "192.0.2.1 http remote");
    check(&f, FOR("203.0.113.9") "X-Forwarded-For: 192.0.2.1, 10.0.0.7\r\n", "192.0.2.1 http");
    check(&f, FOR("2001:db8::1"), "2001:db8::1 http");
    check(&f, FOR("[2001:db8::1]:4711"), "2001:db8::1 http");
    check(&f, FOR("192.0.2.1:4711"), "192.0.2.1 http");
    check(&f, FOR("192.0.2.1, nonsense, 10.0.0.7"), "10.0.0.7 http");
    check(&f, FOR("10.0.0.8, 10.0.0.7"), "10.0.0.8 http");
    check(&f, FOR("192.0.2.1") "X-Forwarded-Proto: https\r\n", "192.0.2.1 https");
    check(&f, FOR("192.0.2.1") "X-Forwarded-Proto: https, http\r\n", "192.0.2.1 http ");
    fixture_stop(&f);
}

TEST(a_host_that_is_not_ours_is_refused)
{
    struct fixture f;

    start(&f, NULL, NULL);
    check(&f, "Host: 127.0.0.1:8080\r\n", " 200 ");
    check(&f, "Host: [::1]\r\n", " 200 ");
    check(&f, "Host: 192.0.2.4\r\n", " 200 ");
    check(&f, "Host: a.localhost\r\n", " 200 ");
    check(&f, "Host: LOCALHOST\r\n", " 200 ");
    check(&f, "Host: evil.example\r\n", " 421 ");
    check(&f, "Host: localhost.evil.example\r\n", "\"wrong_host\"");
    check(&f, "Host: notlocalhost\r\n", " 421 ");
    fixture_stop(&f);
    start(&f, "https://chat.example.org", NULL);
    check(&f, "Host: chat.example.org\r\n", "https://chat.example.org.");
    check(&f, "Host: CHAT.example.org:443\r\n", " 200 ");
    check(&f, "Host: localhost\r\n", " 200 "); /* from this machine */
    check(&f, "Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n", " 421 ");
    check(&f, "Host: other.example.org\r\n", " 421 ");
    fixture_stop(&f);
}

TEST(the_machines_own_name_is_ours)
{
    char name[256] = "";
    struct fixture f;
    struct buf fields = {0};

    CHECK_OK(gethostname(name, sizeof(name) - 1));
    start(&f, NULL, NULL);
    buf_printf(&fields, "Host: %s\r\n", name);
    check(&f, buf_cstr(&fields), " 200 ");
    buf_clear(&fields);
    buf_printf(&fields, "Host: %s.local:8080\r\n", name);
    check(&f, buf_cstr(&fields), " 200 ");
    buf_done(&fields);
    fixture_stop(&f);
}

TEST(an_origin_is_ours_by_host_or_by_public_url)
{
    struct fixture f;

    start(&f, "https://chat.example.org", "127.0.0.1/32");
#define AT "Host: chat.example.org\r\n"
    check(&f, AT "Origin: https://chat.example.org\r\n", " own ");
    check(&f, AT "Origin: http://chat.example.org\r\n", " own "); /* as it came: plain */
    check(&f, AT "X-Forwarded-Proto: https\r\nOrigin: http://chat.example.org\r\n", " foreign ");
    check(&f, AT "Origin: https://chat.example.org.evil.example\r\n", " foreign ");
    check(&f, AT "Origin: https://chat.example.org:8443\r\n", " foreign ");
    check(&f, AT "Origin: null\r\n", " foreign ");
    check(&f, AT, " none ");
    fixture_stop(&f);
}

TEST(a_public_url_that_is_none_is_told)
{
    struct loop *l = loop_new();
    struct http_server *s = NULL;
    struct http_conf conf = {.loop = l, .handle = handle, .public_url = "chat.example.org"};

    CHECK_EQ(http_server_new(&conf, &s), -EBADMSG);
    conf.public_url = "https://chat.example.org/x";
    CHECK_EQ(http_server_new(&conf, &s), -EBADMSG);
    conf.public_url = "";
    CHECK_EQ(http_server_new(&conf, &s), -EBADMSG);
    conf.public_url = "https://chat.example.org/";
    CHECK_OK(http_server_new(&conf, &s));
    http_server_free(s);
    loop_free(l);
}
