#include "base/mem.h"
#include "crypto/devcert.h"
#include "fetch/fetch.h"
#include "os/clock.h"
#include "os/loop.h"
#include "support/folder.h"
#include "support/test.h"
#include "support/web.h"

#include <errno.h>
#include <stdio.h>

enum { BODY_MAX = 1000, URL_MAX = 512 };

static char endless_body[200 * 1024];
static char endless_head[200 * 1024];

static const struct {
    const char *path;
    const char *text;
} answers[] = {
    {"/hello", "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\n"
               "Cache-Control: public, max-age=3600\r\ncache-control: Max-Age=60\r\n"
               "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\nContent-Length: 5\r\n\r\nhello"},
    {"/bare", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: yesterday\r\n\r\n"},
    {"/keep-not",
     "HTTP/1.1 200 OK\r\nCache-Control: max-age=9, no-store\r\nContent-Length: 0\r\n\r\n"},
    {"/keep-long", "HTTP/1.1 200 OK\r\nCache-Control: max-age=99999999999999999999\r\n\r\n"},
    {"/gone", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"},
    {"/redirect", "HTTP/1.1 302 Found\r\nLocation: /hello\r\nContent-Length: 0\r\n\r\n"},
    {"/long", "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"},
    {"/short", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"},
    {"/old", "hello"},
    {"/strange", "SSH-2.0-OpenSSH_9.2\r\n"},
    {"/body", endless_body},
    {"/head", endless_head},
    {"/hang", NULL},
};

/* The path decides. */
static const char *say(const char *request, size_t *ret_len)
{
    const char *path = strchr(request, ' ') + 1;

    for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
        const size_t n = strlen(answers[i].path);
        if (strncmp(path, answers[i].path, n) != 0 || (path[n] != ' ' && path[n] != '?'))
            continue;
        if (!answers[i].text)
            return NULL;
        *ret_len = strlen(answers[i].text);
        return answers[i].text;
    }
    return NULL;
}

/* To be done before there is a server. */
static void fill(char *room, size_t size, const char *begin, const char *more)
{
    size_t at = (size_t)snprintf(room, size, "%s", begin);

    while (at + strlen(more) < size) {
        memcpy(room + at, more, strlen(more));
        at += strlen(more);
    }
    room[at] = 0;
}

struct bench {
    struct loop *loop;
    struct web *web;
    struct fetcher *fetcher;
    size_t waiting;
    size_t answers;
    int error; /* of the last answer, as what follows */
    int status;
    int64_t max_age;
    int64_t date;
    char type[64];
    char why[512];
    char body[BODY_MAX + 1];
};

static void on_answer(const struct fetch_answer *a, void *arg)
{
    struct bench *b = arg;

    b->answers++;
    b->error = a->error;
    b->status = a->status;
    b->max_age = a->max_age;
    b->date = a->date;
    (void)snprintf(b->type, sizeof(b->type), "%s", a->type);
    (void)snprintf(b->why, sizeof(b->why), "%s", a->why);
    CHECK(a->body.len <= BODY_MAX && (a->error == 0) == (a->why[0] == 0));
    (void)snprintf(b->body, sizeof(b->body), "%.*s", SPAN_ARG(a->body));
    if (--b->waiting == 0)
        loop_stop(b->loop);
}

static struct fetcher *fetcher_with(struct loop *loop, const char *prefix, const char *ca_file)
{
    struct addr_prefix allowed;

    if (prefix)
        CHECK_OK(addr_prefix_parse(span_str(prefix), &allowed));
    return fetcher_new(&(struct fetcher_conf){
        .loop = loop, .allowed = &allowed, .allowed_count = prefix ? 1 : 0, .ca_file = ca_file});
}

static void open_bench(struct bench *b, const char *prefix)
{
    *b = (struct bench){.loop = loop_new(), .web = web_new(&(struct web_conf){.answer = say})};
    b->fetcher = fetcher_with(b->loop, prefix, NULL);
}

static void close_bench(struct bench *b)
{
    b->fetcher = fetcher_free(b->fetcher);
    b->web = web_free(b->web);
    b->loop = loop_free(b->loop);
}

static void start(struct bench *b, const struct fetch_request *r)
{
    struct fetch_request whole = *r;

    whole.max_bytes = r->max_bytes ? r->max_bytes : BODY_MAX;
    whole.seconds = r->seconds ? r->seconds : 20;
    b->waiting++;
    fetch_start(b->fetcher, &whole, on_answer, b);
    CHECK(b->waiting > 0); /* no answer before it returns */
}

static void ask(struct bench *b, const struct fetch_request *r)
{
    start(b, r);
    loop_run(b->loop);
}

/* http://host:port and path. */
static const char *url(const struct bench *b, const char *host, const char *path)
{
    static char text[URL_MAX];

    (void)snprintf(text, sizeof(text), "http://%s:%u%s", host, web_port(b->web), path);
    return text;
}

static void get(struct bench *b, const char *path)
{
    ask(b, &(struct fetch_request){.url = url(b, "127.0.0.1", path), .http_allowed = true});
}

TEST(an_answer_comes_with_what_is_asked_of_it)
{
    struct bench b;

    open_bench(&b, "127.0.0.1");
    get(&b, "/hello?a=b");
    CHECK_EQ(b.error, 0);
    CHECK_EQ(b.status, 200);
    CHECK_STR(b.type, "application/json");
    CHECK_EQ(b.max_age, 60);
    CHECK_EQ(b.date, 1700000000);
    CHECK_STR(b.body, "hello");
    const char *request = web_last(b.web);
    CHECK(strncmp(request, "GET /hello?a=b HTTP/1.1\r\n", 25) == 0);
    CHECK(strstr(request, "\r\nUser-Agent: Convene\r\n"));
    CHECK(!strcasestr(request, "\r\nauthorization:") && !strcasestr(request, "\r\ncookie:") &&
          !strcasestr(request, "accept-encoding"));
    get(&b, "/bare");
    CHECK_EQ(b.status, 200);
    CHECK_STR(b.type, "");
    CHECK_STR(b.body, "");
    CHECK_EQ(b.max_age, -1);
    CHECK_EQ(b.date, 0);
    get(&b, "/keep-not");
    CHECK_EQ(b.max_age, 0);
    get(&b, "/keep-long");
    CHECK_EQ(b.max_age, 2147483647);
    get(&b, "/gone");
    CHECK_EQ(b.error, 0);
    CHECK_EQ(b.status, 404);
    CHECK_STR(b.body, "gone");
    close_bench(&b);
}

TEST(a_form_is_posted_with_headers_and_a_password)
{
    const struct fetch_pair form[] = {{"code", span_str("a b&c=d/\xc3\xa4+%")},
                                      {"grant_type", span_str("authorization_code")}};
    const struct fetch_pair headers[] = {{"Accept", span_str("application/json")}};
    struct bench b;

    open_bench(&b, "127.0.0.1");
    ask(&b, &(struct fetch_request){.method = FETCH_POST,
                                    .url = url(&b, "127.0.0.1", "/hello"),
                                    .http_allowed = true,
                                    .headers = headers,
                                    .headers_count = 1,
                                    .form = form,
                                    .form_count = 2,
                                    .user = "client",
                                    .password = "s3cret"});
    CHECK_EQ(b.status, 200);
    const char *request = web_last(b.web);
    CHECK(strncmp(request, "POST /hello HTTP/1.1\r\n", 22) == 0);
    CHECK(strstr(request, "\r\nAuthorization: Basic Y2xpZW50OnMzY3JldA==\r\n"));
    CHECK(strstr(request, "\r\nAccept: application/json\r\n"));
    CHECK(strstr(request, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    CHECK_STR(strstr(request, "\r\n\r\n") + 4,
              "code=a+b%26c%3Dd%2F%C3%A4%2B%25&grant_type=authorization_code");
    close_bench(&b);
}

TEST(a_redirect_is_an_answer_and_is_not_followed)
{
    struct bench b;

    open_bench(&b, "127.0.0.1");
    get(&b, "/redirect");
    CHECK_EQ(b.error, 0);
    CHECK_EQ(b.status, 302);
    CHECK_EQ(web_count(b.web), 1);
    close_bench(&b);
}

TEST(an_answer_that_is_too_large_is_given_up)
{
    struct bench b;

    fill(endless_body, sizeof(endless_body), "HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxx");
    fill(endless_head, sizeof(endless_head), "HTTP/1.1 200 OK\r\n",
         "X-More: yes, still more of it\r\n");
    open_bench(&b, "127.0.0.1");
    get(&b, "/long");
    CHECK_EQ(b.error, -EFBIG);
    CHECK_STR(b.why, "The answer of 127.0.0.1 is larger than 1000 bytes.");
    get(&b, "/body");
    CHECK_EQ(b.error, -EFBIG);
    get(&b, "/head");
    CHECK_EQ(b.error, -EFBIG);
    ask(&b, &(struct fetch_request){
                .url = url(&b, "127.0.0.1", "/hello"), .http_allowed = true, .max_bytes = 5});
    CHECK_EQ(b.error, 0);
    ask(&b, &(struct fetch_request){
                .url = url(&b, "127.0.0.1", "/hello"), .http_allowed = true, .max_bytes = 4});
    CHECK_EQ(b.error, -EFBIG);
    close_bench(&b);
}

TEST(what_is_no_whole_answer_of_http_is_told_as_broken)
{
    static const char *const paths[] = {"/short", "/old", "/strange"};
    struct bench b;

    open_bench(&b, "127.0.0.1");
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        get(&b, paths[i]);
        CHECK_EQ(b.error, -EIO);
        CHECK(strncmp(b.why, "The exchange with 127.0.0.1 failed: ", 36) == 0);
    }
    close_bench(&b);
}

TEST(addresses_inside_are_not_asked_however_they_are_written)
{
    static const char *const hosts[] = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "localhost",
        "a.localhost",
        "LOCALHOST.",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::]",
        "10.0.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::7f00:1]",
        "[::ffff:0:127.0.0.1]",
        "127.0.0.1.",
    };
    struct bench b;

    open_bench(&b, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
        ask(&b, &(struct fetch_request){.url = url(&b, hosts[i], "/hello"), .http_allowed = true});
        if (b.error != -EPERM && b.error != -ENXIO)
            test_fail(__FILE__, __LINE__, "%s: %d, %s", hosts[i], b.error, b.why);
    }
    get(&b, "/hello");
    CHECK_STR(b.why, "127.0.0.1 is at 127.0.0.1, an address that is asked only where ALLOWED_PEERS "
                     "lists it.");
    CHECK_EQ(web_count(b.web), 0);
    close_bench(&b);
}

TEST(what_is_opened_is_opened_for_its_address_alone)
{
    struct bench b;

    open_bench(&b, "127.0.0.1");
    ask(&b, &(struct fetch_request){.url = url(&b, "127.0.0.2", "/hello"), .http_allowed = true});
    CHECK_EQ(b.error, -EPERM);
    /* of the two addresses of this name the denied one is passed over */
    ask(&b, &(struct fetch_request){.url = url(&b, "localhost", "/hello"), .http_allowed = true});
    CHECK_EQ(b.error, 0);
    close_bench(&b);
}

TEST(a_request_that_cannot_be_made_says_why)
{
    static const struct {
        const char *url;
        bool http;
    } bad[] = {
        {"http://127.0.0.1/", false},
        {"file:///etc/passwd", true},
        {"ftp://127.0.0.1/", true},
        {"gopher://127.0.0.1/", true},
        {"dict://127.0.0.1/", true},
        {"smtp://127.0.0.1/", true},
        {"127.0.0.1/", true},
        {"", true},
        {"https://", true},
        {"//127.0.0.1/", true},
        {"https://u:p@127.0.0.1/", true},
        {"https://u@127.0.0.1/", true},
        {"https://a b/", true},
        {"https://a\r\nb/", true},
        {"https://127.0.0.1:99999/", true},
        {"https://127.0.0.1/\nX: y", true},
        {"javascript:alert(1)", true},
    };
    static const char *const values[] = {"", "a\r\nX-Evil: 1", "a\nb", "a\rb", "a\x01", "a\x7f"};
    struct bench b;

    open_bench(&b, "127.0.0.0/8");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        ask(&b, &(struct fetch_request){.url = bad[i].url, .http_allowed = bad[i].http});
        if (b.error != -EBADMSG)
            test_fail(__FILE__, __LINE__, "%s: %d, %s", bad[i].url, b.error, b.why);
    }
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        const struct fetch_pair header = {"X-Test", span_str(values[i])};
        ask(&b, &(struct fetch_request){.url = url(&b, "127.0.0.1", "/hello"),
                                        .http_allowed = true,
                                        .headers = &header,
                                        .headers_count = 1});
        CHECK_EQ(b.error, -EBADMSG);
    }
    CHECK_EQ(web_count(b.web), 0);
    close_bench(&b);
}

TEST(nobody_at_home_and_an_unknown_name_are_told_apart)
{
    struct bench b;
    char text[URL_MAX];

    open_bench(&b, "127.0.0.1");
    (void)snprintf(text, sizeof(text), "%s", url(&b, "127.0.0.1", "/"));
    b.web = web_free(b.web);
    ask(&b, &(struct fetch_request){.url = text, .http_allowed = true});
    CHECK_EQ(b.error, -ECONNREFUSED);
    CHECK_STR(b.why, "127.0.0.1 does not take a connection: Connection refused.");
    /* a label of 64 characters is no name, so no server is asked for it */
    ask(&b, &(struct fetch_request){
                .url = "https://"
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                       "aaa.example/"});
    CHECK_EQ(b.error, -ENXIO);
    b.web = web_new(&(struct web_conf){.answer = say});
    close_bench(&b);
}

TEST(proxies_of_the_environment_are_not_used)
{
    struct bench b;

    CHECK_OK(setenv("http_proxy", "http://127.0.0.1:9/", 1));
    CHECK_OK(setenv("ALL_PROXY", "socks5://127.0.0.1:9/", 1));
    open_bench(&b, "127.0.0.1");
    get(&b, "/hello");
    CHECK_EQ(b.status, 200);
    close_bench(&b);
}

TEST(a_server_that_hangs_is_left_at_the_deadline)
{
    struct bench b;

    open_bench(&b, "127.0.0.1");
    ask(&b, &(struct fetch_request){
                .url = url(&b, "127.0.0.1", "/hang"), .http_allowed = true, .seconds = 1});
    CHECK_EQ(b.error, -ETIMEDOUT);
    CHECK_STR(b.why, "127.0.0.1 has not answered within 1 seconds.");
    close_bench(&b);
}

TEST(some_run_at_once_some_wait_and_the_end_tells_all)
{
    const size_t most = FETCH_A_HOST + FETCH_QUEUE_A_HOST;
    struct bench b;

    open_bench(&b, "127.0.0.1");
    const struct fetch_request hang = {.url = url(&b, "127.0.0.1", "/hang"), .http_allowed = true};
    for (size_t i = 0; i < most; i++)
        start(&b, &hang);
    b.waiting = 1;
    fetch_start(b.fetcher,
                &(struct fetch_request){
                    .url = hang.url, .http_allowed = true, .max_bytes = BODY_MAX, .seconds = 20},
                on_answer, &b);
    loop_run(b.loop);
    CHECK_EQ(b.error, -EAGAIN);
    CHECK_EQ(b.answers, 1);
    while (web_count(b.web) < FETCH_A_HOST)
        clock_sleep(MSEC);
    CHECK_EQ(web_count(b.web), FETCH_A_HOST);
    b.waiting = most + 1; /* so that nobody stops the loop */
    const usec_t begun = clock_now();
    fetcher_end(b.fetcher);
    CHECK(clock_now() - begun < 5 * SEC);
    CHECK_EQ(b.answers, most + 1);
    CHECK_EQ(b.error, -ECANCELED);
    b.waiting++;
    b.error = 0;
    start(&b, &hang);
    b.fetcher = fetcher_free(b.fetcher);
    CHECK_EQ(b.answers, most + 2);
    CHECK_EQ(b.error, -ECANCELED);
    close_bench(&b);
}

TEST(a_host_that_hangs_keeps_no_other_waiting)
{
    struct bench b;

    open_bench(&b, "127.0.0.0/8");
    const struct fetch_request hang = {.url = url(&b, "127.0.0.1", "/hang"), .http_allowed = true};
    for (size_t i = 0; i < FETCH_A_HOST + FETCH_QUEUE_A_HOST; i++)
        start(&b, &hang);
    b.waiting = 1;
    fetch_start(b.fetcher,
                &(struct fetch_request){.url = url(&b, "127.0.0.2", "/hello"),
                                        .http_allowed = true,
                                        .max_bytes = BODY_MAX,
                                        .seconds = 20},
                on_answer, &b);
    loop_run(b.loop);
    CHECK_EQ(b.error, 0);
    CHECK_EQ(b.answers, 1);
    CHECK_STR(b.body, "hello");
    /* and all are told when the server stops, in turns of the loop that goes on */
    b.waiting = FETCH_A_HOST + FETCH_QUEUE_A_HOST;
    const usec_t begun = clock_now();
    fetcher_stop(b.fetcher);
    loop_run(b.loop);
    CHECK(clock_now() - begun < 5 * SEC);
    CHECK_EQ(b.error, -ECANCELED);
    CHECK_EQ(b.answers, 1 + FETCH_A_HOST + FETCH_QUEUE_A_HOST);
    close_bench(&b);
}

TEST(who_waits_too_long_for_a_turn_is_told)
{
    struct bench b;

    open_bench(&b, "127.0.0.1");
    const struct fetch_request hang = {
        .url = url(&b, "127.0.0.1", "/hang"), .http_allowed = true, .seconds = 1};
    for (size_t i = 0; i < 2 * FETCH_A_HOST + 2; i++)
        start(&b, &hang);
    const usec_t begun = clock_now();
    loop_run(b.loop);
    CHECK(clock_now() - begun < 10 * SEC); /* not a second for each four */
    CHECK_EQ(b.error, -ETIMEDOUT);
    close_bench(&b);
}

TEST(what_the_operator_opened_is_closed_to_who_is_not_theirs)
{
    struct bench b;

    open_bench(&b, "127.0.0.1");
    ask(&b, &(struct fetch_request){
                .url = url(&b, "127.0.0.1", "/hello"), .http_allowed = true, .public_only = true});
    CHECK_EQ(b.error, -EPERM);
    CHECK_EQ(web_count(b.web), 0);
    close_bench(&b);
}

TEST(those_that_wait_get_their_turn)
{
    struct bench b;

    open_bench(&b, "127.0.0.1");
    const struct fetch_request r = {.url = url(&b, "127.0.0.1", "/hello"), .http_allowed = true};
    for (size_t i = 0; i < 20; i++)
        start(&b, &r);
    loop_run(b.loop);
    CHECK_EQ(b.answers, 20);
    CHECK_EQ(b.error, 0);
    CHECK_EQ(web_count(b.web), 20);
    close_bench(&b);
}

/* A file of the folder. */
static const char *in_folder(const char *folder, const char *name, char *room)
{
    (void)snprintf(room, URL_MAX, "%s/%s", folder, name);
    return room;
}

TEST(certificates_are_verified)
{
    const char *folder = folder_make();
    char ca[URL_MAX];
    char cert[URL_MAX];
    char key[URL_MAX];
    char text[URL_MAX];
    struct bench b = {.loop = loop_new()};

    CHECK_OK(devcert_make(folder, NULL, 0, loop_wall(b.loop)));
    b.web = web_new(&(struct web_conf){.answer = say,
                                       .cert_file = in_folder(folder, "server.crt", cert),
                                       .key_file = in_folder(folder, "server.key", key)});
    (void)snprintf(text, sizeof(text), "https://127.0.0.1:%u/hello", web_port(b.web));
    const struct fetch_request r = {.url = text};
    b.fetcher = fetcher_with(b.loop, "127.0.0.0/8", NULL);
    ask(&b, &r);
    CHECK_EQ(b.error, -EKEYREJECTED);
    CHECK(strncmp(b.why, "No secure connection with 127.0.0.1: SSL certificate problem: ", 62) ==
          0);
    CHECK_EQ(web_count(b.web), 0);
    b.fetcher = fetcher_free(b.fetcher);

    b.fetcher = fetcher_with(b.loop, "127.0.0.0/8", in_folder(folder, "ca.crt", ca));
    ask(&b, &r);
    CHECK_EQ(b.error, 0);
    CHECK_STR(b.body, "hello");
    /* the certificate is not for this name */
    (void)snprintf(text, sizeof(text), "https://127.0.0.2:%u/hello", web_port(b.web));
    ask(&b, &r);
    CHECK_EQ(b.error, -EKEYREJECTED);
    CHECK_EQ(web_count(b.web), 1);
    b.web = web_free(b.web);

    /* no TLS there at all */
    b.web = web_new(&(struct web_conf){.answer = say});
    (void)snprintf(text, sizeof(text), "https://127.0.0.1:%u/hello", web_port(b.web));
    ask(&b, &(struct fetch_request){.url = text, .seconds = 2});
    CHECK(b.error == -EKEYREJECTED || b.error == -ETIMEDOUT);
    close_bench(&b);
    folder_remove();
}
