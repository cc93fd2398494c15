#include "http/websocket.h"
#include "wire/ws.h"

#include <stdatomic.h>

#include "unit/http/fixture.h"

#define HOST   "Host: localhost\r\n"
#define ORIGIN "Origin: http://localhost\r\n"
#define KEY    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define UPGRADE                                                                                    \
    "GET /socket HTTP/1.1\r\n" HOST "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define HELLO   UPGRADE ORIGIN KEY VERSION "\r\n"

enum { MESSAGE_MAX = 100000 };

static _Atomic int closed_code;
static _Atomic int opened;
static _Atomic size_t queued;
static _Atomic bool flooded;
static struct websocket *last_ws;
static bool inside; /* of a call of ours: on_close must not come */

static void fill(struct websocket *ws, bool droppable)
{
    static char text[20000];
    memset(text, droppable ? 'd' : 'k', sizeof(text));
    struct frame *f = frame_new_text(span_of(text, sizeof(text)));

    inside = true;
    for (int i = 0; i < 1000 && websocket_queued(ws) + 20100 <= HTTP_QUEUE_MAX; i++)
        websocket_send(ws, f, droppable);
    inside = false;
    (void)frame_unref(f);
    atomic_store(&queued, websocket_queued(ws));
}

/* "close": is closed; "fill": as many droppable frames as fit; "keep": one that may not be dropped;
 * "flood": more of those than fit; "whole": one that is larger than the queue; everything else is
 * echoed. */
static void on_message(struct websocket *ws, struct span text, void *arg)
{
    struct frame *f = frame_new_text(text);

    (void)arg;
    inside = true;
    if (span_is(text, "close")) {
        websocket_close(ws, WS_GOING_AWAY, "as asked");
        websocket_send(ws, f, false);
    } else if (span_is(text, "fill")) {
        fill(ws, true);
    } else if (span_is(text, "whole")) {
        static char whole[2 * HTTP_QUEUE_MAX];
        memset(whole, 'w', sizeof(whole));
        struct frame *large = frame_new_text(span_of(whole, sizeof(whole)));
        websocket_send(ws, f, false);
        websocket_send(ws, large, false);
        (void)frame_unref(large);
    } else if (span_is(text, "flood")) {
        fill(ws, false);
        fill(ws, false);
        for (int i = 0; i < 1000; i++) { /* more than the kernel takes off us */
            static char text_k[20000];
            memset(text_k, 'k', sizeof(text_k));
            struct frame *big = frame_new_text(span_of(text_k, sizeof(text_k)));
            websocket_send(ws, big, false);
            (void)frame_unref(big);
        }
        atomic_store(&flooded, true);
    } else {
        websocket_send(ws, f, false);
    }
    inside = false;
    (void)frame_unref(f);
}

static void on_close(struct websocket *ws, int code, void *arg)
{
    (void)ws;
    (void)arg;
    CHECK(!inside);
    atomic_store(&closed_code, code);
}

static void handle(struct request *r, void *arg)
{
    static const struct websocket_conf conf = {
        .on_message = on_message, .on_close = on_close, .max_message = MESSAGE_MAX};

    (void)arg;
    last_ws = http_upgrade(r, &conf);
    if (last_ws)
        atomic_fetch_add(&opened, 1);
}

static void wait_for_code(int code)
{
    for (int i = 0; i < 5000 && atomic_load(&closed_code) != code; i++)
        usleep(1000);
    CHECK_EQ(atomic_load(&closed_code), code);
}

static void say(int fd, enum ws_op op, const char *text, size_t len)
{
    static const uint8_t key[4] = {1, 2, 3, 4};
    struct buf out = {0};

    ws_write_masked(&out, op, true, span_of(text, len), key);
    client_send(fd, out.p, out.len);
    buf_done(&out);
}

static void take_bytes(int fd, uint8_t *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        const ssize_t got = recv(fd, p + at, n - at, 0);
        CHECK(got > 0);
        at += (size_t)got;
    }
}

/* The next frame, its payload NUL-terminated. */
static const char *take_frame(int fd, int *ret_op, size_t *ret_len)
{
    static uint8_t payload[MESSAGE_MAX + 1];
    uint8_t head[8];

    take_bytes(fd, head, 2);
    *ret_op = head[0] & 15;
    CHECK(head[0] & 0x80 && !(head[1] & 0x80));
    size_t len = head[1];
    if (len >= 126) {
        const size_t width = len == 126 ? 2 : 8;
        take_bytes(fd, head, width);
        len = 0;
        for (size_t i = 0; i < width; i++)
            len = len << 8 | head[i];
    }
    CHECK(len <= MESSAGE_MAX);
    take_bytes(fd, payload, len);
    payload[len] = 0;
    *ret_len = len;
    return (const char *)payload;
}

static void expect_close(int fd, int code)
{
    int op;
    size_t len;
    const uint8_t *p = (const uint8_t *)take_frame(fd, &op, &len);

    CHECK_EQ(op, WS_OP_CLOSE);
    CHECK(len >= 2);
    CHECK_EQ(p[0] << 8 | p[1], code);
}

static int open_socket(const struct fixture *f)
{
    const int fd = client_connect(f);
    char reply[1000] = "";
    size_t n = 0;

    client_say(fd, HELLO);
    while (!strstr(reply, "\r\n\r\n"))
        take_bytes(fd, (uint8_t *)&reply[n++], 1); /* no byte of a frame with it */
    CHECK(begins(reply, "HTTP/1.1 101 Switching Protocols\r\n"));
    CHECK(strstr(reply, "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    return fd;
}

static const struct http_conf plain = {.handle = handle};

TEST(a_message_is_echoed_and_the_close_is_answered)
{
    struct fixture f;
    int op;
    size_t len;

    fixture_start(&f, plain, NULL);
    const int fd = open_socket(&f);
    say(fd, WS_OP_TEXT, "hello", 5);
    CHECK_STR(take_frame(fd, &op, &len), "hello");
    CHECK_EQ(op, WS_OP_TEXT);
    say(fd, WS_OP_PING, "p", 1);
    CHECK_STR(take_frame(fd, &op, &len), "p");
    CHECK_EQ(op, WS_OP_PONG);
    static char large[70000];
    memset(large, 'x', sizeof(large));
    say(fd, WS_OP_TEXT, large, sizeof(large));
    CHECK_EQ(strlen(take_frame(fd, &op, &len)), sizeof(large));
    say(fd, WS_OP_CLOSE, "\x03\xe8", 2);
    expect_close(fd, 1000);
    CHECK_STR(client_hear(fd, NULL), "");
    wait_for_code(1000);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(frames_behind_the_handshake_in_one_packet_are_heard)
{
    static const uint8_t key[4] = {9, 8, 7, 6};
    struct fixture f;
    struct buf out = {0};

    fixture_start(&f, plain, NULL);
    const int fd = client_connect(&f);
    buf_add_str(&out, HELLO);
    ws_write_masked(&out, WS_OP_TEXT, true, span_str("early"), key);
    client_send(fd, out.p, out.len);
    CHECK(client_hear(fd, "early"));
    CHECK_OK(close(fd));
    wait_for_code(WS_ABNORMAL);
    buf_done(&out);
    fixture_stop(&f);
}

TEST(our_close_is_the_last_that_is_sent)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = open_socket(&f);
    say(fd, WS_OP_TEXT, "close", 5);
    expect_close(fd, WS_GOING_AWAY);
    say(fd, WS_OP_TEXT, "still here", 10);
    say(fd, WS_OP_CLOSE, "\x03\xe9", 2);
    CHECK_STR(client_hear(fd, NULL), "");
    wait_for_code(WS_GOING_AWAY);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(who_does_not_answer_our_close_is_cut)
{
    struct fixture f;
    struct http_conf conf = plain;

    conf.times = (struct http_times){.closing = 40 * MSEC};
    fixture_start(&f, conf, NULL);
    const int fd = open_socket(&f);
    say(fd, WS_OP_TEXT, "close", 5);
    expect_close(fd, WS_GOING_AWAY);
    wait_for_code(WS_GOING_AWAY);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(what_breaks_the_protocol_is_closed_with_its_code)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    int fd = open_socket(&f);
    client_send(fd, "\x81\x01x", 3); /* unmasked */
    expect_close(fd, WS_PROTOCOL_ERROR);
    wait_for_code(WS_PROTOCOL_ERROR);
    CHECK_OK(close(fd));
    fd = open_socket(&f);
    say(fd, WS_OP_TEXT, "\xff\xfe", 2);
    expect_close(fd, WS_BAD_DATA);
    wait_for_code(WS_BAD_DATA);
    CHECK_OK(close(fd));
    fd = open_socket(&f);
    say(fd, WS_OP_BINARY, "x", 1);
    expect_close(fd, WS_UNSUPPORTED);
    CHECK_OK(close(fd));
    fd = open_socket(&f);
    client_send(fd, "\x81\xff\0\0\0\0\x7f\xff\xff\xff\1\2\3\4", 14);
    expect_close(fd, WS_TOO_BIG);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(only_our_own_page_may_open_a_socket)
{
    static const char *const bad[] = {
        "",
        "Origin: null\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: https://localhost\r\n",
        "Origin: http://localhost:81\r\n",
        "Origin: http://LOCALHOST\r\n",
        "Origin: HTTP://localhost\r\n",
        "Origin: http://sub.localhost\r\n",
        "Origin: http://evil-localhost\r\n",
        "Origin: http://localhost.evil.example\r\n",
        "Origin: http://localhost/\r\n",
        "Origin: http://user@localhost\r\n",
        "Origin: localhost\r\n",
        "Origin: file://\r\n",
        "Origin: http://127.0.0.1\r\n",
    };
    struct fixture f;

    fixture_start(&f, plain, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct buf ask = {0};
        buf_printf(&ask, UPGRADE "%s" KEY VERSION "\r\n", bad[i]);
        const int fd = client_connect(&f);
        client_send(fd, ask.p, ask.len);
        const char *reply = client_hear(fd, "}}");
        if (!begins(reply, "HTTP/1.1 403 ") || !strstr(reply, "\"bad_origin\""))
            test_fail(__FILE__, __LINE__, "with \"%s\" came \"%.100s\"", bad[i], reply);
        CHECK_OK(close(fd));
        buf_done(&ask);
    }
    CHECK_EQ(atomic_load(&opened), 0);
    fixture_stop(&f);
}

TEST(what_is_no_proper_handshake_is_refused)
{
    static const struct {
        const char *ask;
        const char *status;
    } bad[] = {
        {"GET /socket HTTP/1.1\r\n" HOST ORIGIN "\r\n", "HTTP/1.1 426 "},
        {UPGRADE ORIGIN KEY "\r\n", "HTTP/1.1 426 "},
        {UPGRADE ORIGIN KEY "Sec-WebSocket-Version: 8\r\n\r\n", "HTTP/1.1 426 "},
        {UPGRADE ORIGIN VERSION "\r\n", "HTTP/1.1 400 "},
        {UPGRADE ORIGIN VERSION "Sec-WebSocket-Key: short==\r\n\r\n", "HTTP/1.1 400 "},
        {UPGRADE ORIGIN VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=!\r\n\r\n",
         "HTTP/1.1 400 "},
    };
    struct fixture f;

    fixture_start(&f, plain, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        const int fd = client_connect(&f);
        client_say(fd, bad[i].ask);
        const char *reply = client_hear(fd, "}}");
        if (!begins(reply, bad[i].status))
            test_fail(__FILE__, __LINE__, "to %zu came \"%.100s\"", i, reply);
        if (strstr(reply, " 426 "))
            CHECK(strstr(reply, "\r\nSec-WebSocket-Version: 13\r\n"));
        CHECK_OK(close(fd));
    }
    CHECK_EQ(atomic_load(&opened), 0);
    fixture_stop(&f);
}

TEST(a_silent_socket_is_pinged_and_then_given_up)
{
    struct fixture f;
    struct http_conf conf = plain;
    int op;
    size_t len;

    conf.times = (struct http_times){.ping = 100 * MSEC, .ping_lapse = SEC};
    fixture_start(&f, conf, NULL);
    const int fd = open_socket(&f);
    for (int i = 0; i < 3; i++) {
        (void)take_frame(fd, &op, &len);
        CHECK_EQ(op, WS_OP_PING);
        say(fd, WS_OP_PONG, "", 0);
    }
    CHECK_EQ(atomic_load(&closed_code), 0);
    wait_for_code(WS_ABNORMAL);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(a_slow_reader_first_loses_what_is_droppable)
{
    struct fixture f;
    int op;
    size_t len;
    size_t dropped_kind = 0;

    fixture_start(&f, plain, NULL);
    const int fd = open_socket(&f);
    /* all in one turn: 13 droppable ones fill the queue, then an echo of 60 kB must still fit */
    static const uint8_t key[4] = {1, 1, 1, 1};
    static char keep[60000];
    struct buf out = {0};
    memset(keep, 'e', sizeof(keep));
    ws_write_masked(&out, WS_OP_TEXT, true, span_str("fill"), key);
    ws_write_masked(&out, WS_OP_TEXT, true, span_of(keep, sizeof(keep)), key);
    client_send(fd, out.p, out.len);
    buf_done(&out);
    const char *p;
    do {
        p = take_frame(fd, &op, &len);
        dropped_kind += p[0] == 'd';
    } while (p[0] != 'e');
    CHECK_EQ(len, sizeof(keep));
    CHECK(dropped_kind <= 13);
    CHECK_EQ(atomic_load(&closed_code), 0);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(one_frame_may_be_larger_than_the_cap)
{
    struct fixture f;
    static uint8_t got[2 * HTTP_QUEUE_MAX + 10];
    int op;
    size_t len;

    fixture_start(&f, plain, NULL);
    const int fd = open_socket(&f);
    say(fd, WS_OP_TEXT, "whole", 5);
    CHECK_STR(take_frame(fd, &op, &len), "whole");
    take_bytes(fd, got, sizeof(got));
    CHECK_EQ(got[sizeof(got) - 1], 'w');
    CHECK_EQ(atomic_load(&closed_code), 0);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

TEST(above_the_cap_it_is_closed_to_try_again_later)
{
    struct fixture f;
    int op;
    size_t len;

    fixture_start(&f, plain, NULL);
    const int fd = open_socket(&f);
    say(fd, WS_OP_TEXT, "flood", 5);
    while (atomic_load(&closed_code) == 0 && !atomic_load(&flooded))
        usleep(1000); /* reads nothing meanwhile: who reads is not cut */
    const uint8_t *p;
    do
        p = (const uint8_t *)take_frame(fd, &op, &len);
    while (op == WS_OP_TEXT);
    CHECK_EQ(op, WS_OP_CLOSE);
    CHECK_EQ(p[0] << 8 | p[1], WS_TRY_AGAIN_LATER);
    say(fd, WS_OP_CLOSE, "\x03\xf5", 2);
    wait_for_code(WS_TRY_AGAIN_LATER);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}

static _Atomic bool drained;

static void on_drained(void *arg)
{
    (void)arg;
    atomic_store(&drained, true);
}

static void drain(void *arg)
{
    struct fixture *f = arg;

    listener_stop(f->listener);
    http_server_drain(f->server, 50 * MSEC, on_drained, NULL);
}

TEST(draining_closes_sockets_and_idle_connections)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = open_socket(&f);
    const int idle = client_connect(&f);
    client_say(idle, "GET /x HTTP/1.1\r\n" HOST ORIGIN "\r\n");
    CHECK(client_hear(idle, "}}"));
    loop_post(f.loop, drain, &f);
    CHECK_STR(client_hear(idle, NULL), "");
    CHECK_OK(close(idle));
    expect_close(fd, WS_SERVICE_RESTART);
    say(fd, WS_OP_CLOSE, "\x03\xf4", 2);
    CHECK_STR(client_hear(fd, NULL), "");
    CHECK_OK(close(fd));
    for (int i = 0; i < 5000 && !atomic_load(&drained); i++)
        usleep(1000);
    CHECK(atomic_load(&drained));
    CHECK_EQ(atomic_load(&closed_code), WS_SERVICE_RESTART);
    fixture_stop(&f);
}

TEST(who_pings_without_end_is_closed)
{
    struct fixture f;

    fixture_start(&f, plain, NULL);
    const int fd = open_socket(&f);
    for (int i = 0; i < 1000 && atomic_load(&closed_code) == 0; i++)
        say(fd, WS_OP_PING, "", 0);
    say(fd, WS_OP_CLOSE, "\x03\xf0", 2); /* else the server waits for it */
    wait_for_code(WS_POLICY);
    CHECK_OK(close(fd));
    fixture_stop(&f);
}
