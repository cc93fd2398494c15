#include "http/server.h"

#include <sched.h>
#include <stdatomic.h>

#include "unit/http/fixture.h"

#define HOST "Host: localhost\r\n"
#define LAST "Connection: close\r\n"

/* Answers with "METHOD path body"; /later a turn later, /big with a lot, /never never. */
static _Atomic int handled;
static _Atomic int dropped;

static void answer(void *arg)
{
    struct request *r = arg;
    struct buf out = {0};

    buf_printf(&out, "{\"m\":%d,\"path\":\"%.*s\",\"body\":\"%.*s\"}", (int)request_method(r),
               SPAN_ARG(request_path(r)), SPAN_ARG(request_body(r)));
    http_respond_json(r, 200, &out);
}

static void answer_big(struct request *r)
{
    struct buf out = {0};

    for (int i = 0; i < 40000; i++)
        buf_add_str(&out, "0123456789");
    http_respond(r, &(struct response){.status = 200, .type = "text/plain", .take = &out});
}

static struct timer later;
static struct request *held;

static void on_later(void *arg)
{
    (void)arg;
    atomic_fetch_add(&dropped, 1);
    answer(held);
}

static void handle(struct request *r, void *arg)
{
    (void)arg;
    atomic_fetch_add(&handled, 1);
    if (span_is(request_path(r), "/later")) {
        loop_post(request_loop(r), answer, r);
    } else if (span_is(request_path(r), "/slow")) {
        held = r;
        timer_init(&later, request_loop(r), on_later, NULL);
        timer_after(&later, 50 * MSEC);
    } else if (span_is(request_path(r), "/big")) {
        answer_big(r);
    } else {
        answer(r);
    }
}

static size_t limit(const struct request *r, void *arg)
{
    (void)arg;
    return span_is(request_path(r), "/small") ? 8 : 1000;
}

static const struct http_conf plain = {.handle = handle, .limit = limit};

static void check_status(const struct fixture *f, const char *request, const char *status,
                         const char *code)
{
    const char *reply = client_ask(f, request);

    if (!begins(reply, status) || !strstr(reply, code) || count_of(reply, "\r\nDate: ") != 1)
        test_fail(__FILE__, __LINE__, "to \"%.100s\" came \"%.300s\"", request, reply);
}

TEST(a_get_is_answered_with_all_the_security_fields)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const char *reply = client_ask(&f, "GET /x HTTP/1.1\r\n" HOST LAST "\r\n");
    CHECK(begins(reply, "HTTP/1.1 200 OK\r\n"));
    CHECK(strstr(reply, "\r\nContent-Length: 29\r\n"));
    CHECK(strstr(reply, "\r\nX-Content-Type-Options: nosniff\r\n"));
    CHECK(strstr(reply, "\r\nReferrer-Policy: no-referrer\r\n"));
    CHECK(strstr(reply, "\r\nCache-Control: no-store\r\n"));
    CHECK(strstr(reply, "\r\nContent-Security-Policy: default-src 'none'"));
    CHECK(strstr(reply, "\r\nCross-Origin-Opener-Policy: same-origin\r\n"));
    CHECK(strstr(reply, "\r\nCross-Origin-Resource-Policy: same-origin\r\n"));
    CHECK(strstr(reply, "\r\nDate: "));
    CHECK(strstr(reply, "\r\n\r\n{\"m\":0,\"path\":\"/x\",\"body\":\"\"}"));
    fixture_stop(&f);
}

TEST(head_has_the_fields_and_no_body)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const char *reply = client_ask(&f, "HEAD /x HTTP/1.1\r\n" HOST LAST "\r\n");
    CHECK(strstr(reply, "\r\nContent-Length: 29\r\n"));
    CHECK_STR(strstr(reply, "\r\n\r\n"), "\r\n\r\n");
    fixture_stop(&f);
}

/* RFC 9112, 3.2.2; the path of such a target is no part of it, and must not be looked for there. */
TEST(an_absolute_target_without_a_path_asks_for_the_root)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const char *reply =
        client_ask(&f, "GET http://localhost HTTP/1.1\r\nHost: localhost\r\n" LAST "\r\n");
    CHECK(strstr(reply, "\"path\":\"/\""));
    reply = client_ask(&f, "GET http://localhost?x=1 HTTP/1.1\r\nHost: localhost\r\n" LAST "\r\n");
    CHECK(strstr(reply, "\"path\":\"/\""));
    fixture_stop(&f);
}

TEST(a_request_may_come_byte_by_byte)
{
    static const char text[] = "POST /x HTTP/1.1\r\n" HOST LAST "Content-Length: 5\r\n\r\nhello";
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = client_connect(&f);
    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        client_send(fd, text + i, 1);
        usleep(100);
    }
    CHECK(strstr(client_hear(fd, NULL), "\"body\":\"hello\""));
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(a_body_may_come_in_chunks)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const char *reply =
        client_ask(&f, "POST /x HTTP/1.1\r\n" HOST LAST "Transfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    CHECK(strstr(reply, "\"body\":\"abcde\""));
    fixture_stop(&f);
}

TEST(pipelined_requests_are_answered_in_their_order)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const char *reply = client_ask(&f, "GET /1 HTTP/1.1\r\n" HOST "\r\n"
                                       "GET /later HTTP/1.1\r\n" HOST "\r\n"
                                       "POST /3 HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nok"
                                       "GET /big HTTP/1.1\r\n" HOST "\r\n"
                                       "GET /5 HTTP/1.1\r\n" HOST LAST "\r\n");
    CHECK_EQ(count_of(reply, "HTTP/1.1 200 OK"), 5);
    const char *one = strstr(reply, "\"/1\"");
    const char *two = strstr(reply, "\"/later\"");
    const char *three = strstr(reply, "\"body\":\"ok\"");
    const char *five = strstr(reply, "\"/5\"");
    CHECK(one && two && three && five && one < two && two < three && three < five);
    CHECK(five - three > 400000);
    fixture_stop(&f);
}

TEST(a_thousand_pipelined_requests_all_get_their_answer)
{
    struct fixture f;
    struct buf all = {0};

    fixture_start(&f, plain, NULL);
    for (int i = 0; i < 999; i++)
        buf_add_str(&all, "GET /many HTTP/1.1\r\n" HOST "\r\n");
    buf_add_str(&all, "GET /end HTTP/1.1\r\n" HOST LAST "\r\n");
    const char *reply = client_ask(&f, buf_cstr(&all));
    CHECK_EQ(count_of(reply, "HTTP/1.1 200 OK"), 1000);
    buf_done(&all);
    fixture_stop(&f);
}

TEST(the_connection_is_kept_for_the_next_request)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = client_connect(&f);
    for (int i = 0; i < 3; i++) {
        client_say(fd, "GET /x HTTP/1.1\r\n" HOST "\r\n");
        CHECK(begins(client_hear(fd, "}"), "HTTP/1.1 200 OK"));
    }
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(expect_continue_is_answered_before_the_body)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = client_connect(&f);
    client_say(fd, "POST /x HTTP/1.1\r\n" HOST LAST
                   "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK_STR(client_hear(fd, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client_say(fd, "ok");
    CHECK(strstr(client_hear(fd, NULL), "\"body\":\"ok\""));
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(what_cannot_be_served_is_refused_with_a_code)
{
    struct fixture f;
    struct buf fat = {0};

    fixture_start(&f, plain, NULL);
    check_status(&f, "GET /x HTTP/1.1\r\n" HOST "Bad : x\r\n\r\n", "HTTP/1.1 400", "\"malformed\"");
    check_status(&f, "GARBAGE\r\n\r\n", "HTTP/1.1 400", "\"malformed\"");
    check_status(&f, "GET /x HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                 "HTTP/1.1 400", "\"malformed\"");
    check_status(&f, "POST /small HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\n", "HTTP/1.1 413",
                 "\"too_large\"");
    check_status(&f,
                 "POST /small HTTP/1.1\r\n" HOST
                 "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n4\r\nfghi\r\n0\r\n\r\n",
                 "HTTP/1.1 413", "\"too_large\"");
    check_status(&f, "POST /x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                 "HTTP/1.1 400", "\"malformed\"");
    check_status(&f, "GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421", "PUBLIC_URL");
    buf_add_str(&fat, "GET /x HTTP/1.1\r\n" HOST "X: ");
    for (int i = 0; i < 20000; i++)
        buf_add_char(&fat, 'a');
    check_status(&f, buf_cstr(&fat), "HTTP/1.1 431", "\"headers_too_large\"");
    CHECK_EQ(atomic_load(&handled), 0);
    buf_done(&fat);
    fixture_stop(&f);
}

TEST(a_slow_head_and_a_slow_body_are_cut)
{
    struct fixture f;
    struct http_conf conf = plain;

    conf.times = (struct http_times){.head = 40 * MSEC, .body = 40 * MSEC};
    fixture_start(&f, conf, NULL);
    check_status(&f, "GET /x HTTP/1.1\r\nHo", "HTTP/1.1 408", "\"timeout\"");
    check_status(&f, "POST /x HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nslow", "HTTP/1.1 408",
                 "\"timeout\"");
    CHECK_EQ(atomic_load(&handled), 0);
    fixture_stop(&f);
}

TEST(an_idle_connection_is_closed_without_a_word)
{
    struct fixture f;
    struct http_conf conf = plain;

    conf.times = (struct http_times){.idle = 40 * MSEC};
    fixture_start(&f, conf, NULL);
    const int fd = client_connect(&f);
    client_say(fd, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    const char *reply = client_hear(fd, NULL);
    CHECK_EQ(count_of(reply, "HTTP/1.1 "), 1);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

struct asking {
    struct http_server *server;
    atomic_size_t connections;
    atomic_bool answered;
};

static void ask_connections(void *arg)
{
    struct asking *a = arg;

    atomic_store(&a->connections, http_server_connections(a->server));
    atomic_store(&a->answered, true);
}

static size_t connections_of(struct fixture *f)
{
    struct asking a = {.server = f->server};

    loop_post(f->loop, ask_connections, &a);
    while (!atomic_load(&a.answered))
        (void)sched_yield();
    return atomic_load(&a.connections);
}

TEST(who_does_not_read_the_answer_is_cut)
{
    enum { REQUESTS = 200, BIG = 400000 };
    static char sink[1 << 20];
    struct fixture f;
    struct http_conf conf = plain;
    struct buf all = {0};
    size_t got = 0;
    ssize_t n;

    conf.times = (struct http_times){.write = 50 * MSEC};
    fixture_start(&f, conf, NULL);
    const int fd = client_connect(&f);
    for (int i = 0; i < REQUESTS; i++)
        buf_add_str(&all, "GET /big HTTP/1.1\r\n" HOST "\r\n");
    client_send(fd, all.p, all.len);
    while (atomic_load(&handled) == 0 || connections_of(&f) > 0)
        (void)sched_yield();
    while ((n = recv(fd, sink, sizeof(sink), 0)) > 0)
        got += (size_t)n;
    CHECK(got < (size_t)REQUESTS * BIG); /* the end came before all of it */
    buf_done(&all);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(an_answer_to_a_dead_connection_is_dropped)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = client_connect(&f);
    client_say(fd, "GET /slow HTTP/1.1\r\n" HOST "\r\n");
    while (atomic_load(&handled) == 0)
        usleep(1000);
    const struct linger abort = {.l_onoff = 1};
    CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort)));
    CHECK_OK(close(fd)); /* by RST */
    while (atomic_load(&dropped) == 0)
        usleep(1000);
    fixture_stop(&f);
}

TEST(a_client_that_has_ended_its_half_still_gets_its_answer)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = client_connect(&f);
    client_say(fd, "GET /slow HTTP/1.1\r\n" HOST "\r\n");
    CHECK_OK(shutdown(fd, SHUT_WR));
    CHECK(begins(client_hear(fd, NULL), "HTTP/1.1 200 OK"));
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(a_server_freed_under_its_handlers_leaves_them_their_requests)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = client_connect(&f);
    client_say(fd, "GET /slow HTTP/1.1\r\n" HOST "\r\n");
    while (atomic_load(&handled) == 0)
        usleep(1000);
    loop_stop(f.loop);
    CHECK_OK(pthread_join(f.thread, NULL));
    f.listener = listener_free(f.listener);
    f.server = http_server_free(f.server);
    timer_stop(&later);
    answer(held);
    f.loop = loop_free(f.loop);
    CHECK_OK(close(fd));
}
