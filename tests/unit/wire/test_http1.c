#include "support/test.h"
#include "wire/http1.h"

#include <errno.h>
#include <stdlib.h>

/* Parses a copy without a byte behind it, so that reading on is noticed. */
static int parse(struct span s, struct http1_head *h)
{
    char *exact = malloc(s.len ? s.len : 1);

    CHECK(exact != NULL);
    if (s.len)
        memcpy(exact, s.p, s.len);
    const int rc = http1_parse(span_of(exact, s.len), h);
    free(exact);
    return rc;
}

#define GET     "GET / HTTP/1.1\r\n"
#define POST    "POST /x HTTP/1.1\r\nHost: a\r\n"
#define HOST    "Host: a\r\n"
#define OK_HEAD GET HOST
#define BAD(raw)                                                                                   \
    {                                                                                              \
        raw, sizeof(raw) - 1, -EBADMSG                                                             \
    }

static const struct {
    const char *raw;
    size_t len;
    int rc;
} refused[] = {
    /* length and coding */
    BAD(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
    BAD(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
    BAD(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
    BAD(POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
    BAD(POST "Content-Length: 5\r\ncontent-length: 5\r\n\r\n"),
    BAD(POST "Content-Length: +5\r\n\r\n"),
    BAD(POST "Content-Length: -5\r\n\r\n"),
    BAD(POST "Content-Length: 5, 5\r\n\r\n"),
    BAD(POST "Content-Length: 5,6\r\n\r\n"),
    BAD(POST "Content-Length: 5 5\r\n\r\n"),
    BAD(POST "Content-Length: 0x5\r\n\r\n"),
    BAD(POST "Content-Length: 5.0\r\n\r\n"),
    BAD(POST "Content-Length: 05\r\n\r\n"),
    BAD(POST "Content-Length: 5;\r\n\r\n"),
    BAD(POST "Content-Length: \"5\"\r\n\r\n"),
    BAD(POST "Content-Length:\r\n\r\n"),
    BAD(POST "Content-Length: \t \r\n\r\n"),
    BAD(POST "Content-Length: 9223372036854775808\r\n\r\n"),
    BAD(POST "Content-Length: 18446744073709551621\r\n\r\n"),
    BAD(POST "Content-Length: 99999999999999999999999999999999\r\n\r\n"),
    BAD(POST "Content-Length: 5\xc2\xa0\r\n\r\n"),
    BAD(POST "Transfer-Encoding: gzip\r\n\r\n"),
    BAD(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"),
    BAD(POST "Transfer-Encoding: chunked, gzip\r\n\r\n"),
    BAD(POST "Transfer-Encoding: chunked, chunked\r\n\r\n"),
    BAD(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
    BAD(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"),
    BAD(POST "Transfer-Encoding: identity\r\n\r\n"),
    BAD(POST "Transfer-Encoding: xchunked\r\n\r\n"),
    BAD(POST "Transfer-Encoding: chunked;q=1\r\n\r\n"),
    BAD(POST "Transfer-Encoding: \"chunked\"\r\n\r\n"),
    BAD(POST "Transfer-Encoding: CHUNKED\r\n\r\n"),
    BAD(POST "Transfer-Encoding: \x0b"
             "chunked\r\n\r\n"),
    BAD(POST "Transfer-Encoding: chunked\x00\r\n\r\n"),
    BAD(POST "Transfer-Encoding:\r\n chunked\r\n\r\n"),
    BAD(POST "Transfer-Encoding:\r\n\r\n"),
    BAD(POST "Transfer-Encoding : chunked\r\n\r\n"),
    BAD(POST "Transfer\x00"
             "-Encoding: chunked\r\n\r\n"),
    BAD("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
    /* line ends and folding */
    BAD(OK_HEAD "X: a\r\n b\r\n\r\n"),
    BAD(OK_HEAD "X: a\r\n\tb\r\n\r\n"),
    BAD(OK_HEAD " X: a\r\n\r\n"),
    BAD(GET " Host: a\r\n\r\n"),
    BAD("GET / HTTP/1.1\nHost: a\n\n"),
    BAD(OK_HEAD "X: a\n\r\n"),
    BAD(OK_HEAD "X: a\r\n\n"),
    BAD(OK_HEAD "\n"),
    BAD(OK_HEAD "X: a\rY: b\r\n\r\n"),
    BAD(OK_HEAD "X: a\r\r\n\r\n"),
    BAD(OK_HEAD "X: a\nContent-Length: 5\r\n\r\n"),
    BAD(OK_HEAD "\rX: a\r\n\r\n"),
    BAD("\r\n" OK_HEAD "\r\n"),
    BAD("\n" OK_HEAD "\r\n"),
    /* names */
    BAD(OK_HEAD "X : a\r\n\r\n"),
    BAD(OK_HEAD "X\t: a\r\n\r\n"),
    BAD(OK_HEAD ": a\r\n\r\n"),
    BAD(OK_HEAD "X\r\n\r\n"),
    BAD(OK_HEAD "X Y: a\r\n\r\n"),
    BAD(OK_HEAD "X(: a\r\n\r\n"),
    BAD(OK_HEAD "X@Y: a\r\n\r\n"),
    BAD(OK_HEAD "X\xc3\xa4: a\r\n\r\n"),
    BAD(OK_HEAD "X\x7f: a\r\n\r\n"),
    BAD(OK_HEAD "X\x00: a\r\n\r\n"),
    BAD(OK_HEAD "\"X\": a\r\n\r\n"),
    /* values */
    BAD(OK_HEAD "X: a\x00"
                "b\r\n\r\n"),
    BAD(OK_HEAD "X: a\x01"
                "b\r\n\r\n"),
    BAD(OK_HEAD "X: 0123456789abcdef\x1f"
                "b\r\n\r\n"),
    BAD(OK_HEAD "X: 0123456789abcdef\x7f"
                "b\r\n\r\n"),
    BAD(OK_HEAD "X: a\x08\r\n\r\n"),
    /* host */
    BAD(GET "\r\n"),
    BAD(GET HOST HOST "\r\n"),
    BAD(GET HOST "Host: b\r\n\r\n"),
    BAD(GET "Host:\r\n\r\n"),
    BAD(GET "Host: a b\r\n\r\n"),
    BAD(GET "Host: a,b\r\n\r\n"),
    BAD(GET "Host: a/b\r\n\r\n"),
    BAD(GET "Host: u@a\r\n\r\n"),
    BAD(GET "Host: a:\r\n\r\n"),
    BAD(GET "Host: a:0\r\n\r\n"),
    BAD(GET "Host: a:65536\r\n\r\n"),
    BAD(GET "Host: a:8x\r\n\r\n"),
    BAD(GET "Host: a\xc3\xa4\r\n\r\n"),
    BAD(GET "Host: [::1\r\n\r\n"),
    BAD(GET "Host : a\r\n\r\n"),
    BAD("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
    /* request line */
    BAD("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET /\tHTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD(" GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    BAD("GET / http/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET / HTTP/11\r\nHost: a\r\n\r\n"),
    BAD("GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
    BAD("GET / HTTP/+1.1\r\nHost: a\r\n\r\n"),
    BAD("GET /\r\nHost: a\r\n\r\n"),
    BAD("GET / \r\nHost: a\r\n\r\n"),
    BAD("GET HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("G\x00T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("\x16\x03\x01\x02"),
    /* target */
    BAD("GET /a\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET /a\x00 HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET /a\x7f HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET /\"<> HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
    BAD("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
    BAD("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET http:/a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    BAD("GET http://a/ HTTP/1.0\r\n\r\n"),
    /* twice what can be there once */
    BAD(OK_HEAD "Origin: http://a\r\nOrigin: http://b\r\n\r\n"),
    BAD(OK_HEAD "Cookie: a=1\r\nCookie: a=2\r\n\r\n"),
    BAD(OK_HEAD "Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n"),
    BAD(OK_HEAD "Authorization: a\r\nAuthorization: b\r\n\r\n"),
    BAD(OK_HEAD "Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n"),
    BAD(OK_HEAD "Sec-WebSocket-Key: a\r\nSec-WebSocket-Key: b\r\n\r\n"),
    /* versions */
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24, -EPROTONOSUPPORT},
    {"GET / HTTP/2.0\r\n", 16, -EPROTONOSUPPORT},
    {"GET / HTTP/1.2\r\n", 16, -EPROTONOSUPPORT},
    {"GET / HTTP/0.9\r\n", 16, -EPROTONOSUPPORT},
};

TEST(what_two_servers_could_read_in_two_ways_is_refused)
{
    static struct http1_head h;

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        const int rc = parse(span_of(refused[i].raw, refused[i].len), &h);

        if (rc != refused[i].rc)
            test_fail(__FILE__, __LINE__, "case %zu: %d for %s", i, rc, refused[i].raw);
    }
    CHECK(sizeof(refused) / sizeof(refused[0]) >= 60);
}

TEST(a_refusal_never_comes_after_a_promise_for_a_part)
{
    static struct http1_head h;

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        bool failed = false;

        for (size_t n = 0; n <= refused[i].len; n++) {
            const int rc = parse(span_of(refused[i].raw, n), &h);

            CHECK(rc == 0 || rc == refused[i].rc);
            CHECK(!failed || rc == refused[i].rc); /* more bytes mend nothing */
            failed = rc < 0;
        }
    }
}

static const char browser[] = "GET /api/v1/channels/42?after=7&limit=50 HTTP/1.1\r\n"
                              "Host: chat.example.org:8080\r\n"
                              "Connection: keep-alive\r\n"
                              "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\n"
                              "Accept: */*\r\n"
                              "Origin: https://chat.example.org:8080\r\n"
                              "Sec-Fetch-Site: same-origin\r\n"
                              "Sec-Fetch-Mode: cors\r\n"
                              "Accept-Encoding: gzip, deflate, br\r\n"
                              "Cookie: convene=abcdefghijklmnopqrstuvwxyz0123456789\r\n"
                              "If-None-Match: \"x\"\r\n"
                              "X-Empty:\r\n"
                              "X-Tabs: \ta\tb \t\r\n\r\n";

TEST(a_browsers_request_is_read)
{
    static struct http1_head h;
    const struct span s = span_of(browser, sizeof(browser) - 1);

    CHECK_EQ(http1_parse(s, &h), s.len);
    CHECK(span_is(h.method, "GET"));
    CHECK(span_is(h.target, "/api/v1/channels/42?after=7&limit=50"));
    CHECK(span_is(h.path, "/api/v1/channels/42"));
    CHECK(span_is(h.query, "after=7&limit=50"));
    CHECK_EQ(h.minor, 1);
    CHECK(h.keep_alive && !h.websocket && !h.chunked && !h.expect_continue);
    CHECK_EQ(h.content_length, 0);
    CHECK_EQ(h.fields_count, 12);
    CHECK(span_is(h.known[HTTP1_HOST], "chat.example.org:8080"));
    CHECK(span_is(h.known[HTTP1_ORIGIN], "https://chat.example.org:8080"));
    CHECK(span_is(h.known[HTTP1_SEC_FETCH_SITE], "same-origin"));
    CHECK(span_is(h.known[HTTP1_IF_NONE_MATCH], "\"x\""));
    CHECK(h.known[HTTP1_RANGE].p == NULL);
    CHECK(span_is(http1_find(&h, span_str("x-TABS")), "a\tb"));
    CHECK(http1_find(&h, span_str("x-empty")).p != NULL);
    CHECK(http1_find(&h, span_str("x-none")).p == NULL);
}

TEST(a_head_is_whole_at_its_last_byte_and_not_before)
{
    static struct http1_head h;
    char more[sizeof(browser) + 8];
    const size_t whole = sizeof(browser) - 1;

    for (size_t n = 0; n < whole; n++)
        CHECK_EQ(parse(span_of(browser, n), &h), 0);
    memcpy(more, browser, whole);
    memset(more + whole, '\n', 9);
    for (size_t n = 0; n < 9; n++)
        CHECK_EQ(parse(span_of(more, whole + n), &h), whole);
}

TEST(every_known_name_is_found_in_any_case)
{
    static const char *const names[HTTP1_OTHER] = {
        [HTTP1_TE] = "te",
        [HTTP1_HOST] = "host",
        [HTTP1_RANGE] = "range",
        [HTTP1_ACCEPT] = "accept",
        [HTTP1_COOKIE] = "cookie",
        [HTTP1_EXPECT] = "expect",
        [HTTP1_ORIGIN] = "origin",
        [HTTP1_REFERER] = "referer",
        [HTTP1_UPGRADE] = "upgrade",
        [HTTP1_IF_RANGE] = "if-range",
        [HTTP1_CONNECTION] = "connection",
        [HTTP1_USER_AGENT] = "user-agent",
        [HTTP1_CONTENT_TYPE] = "content-type",
        [HTTP1_AUTHORIZATION] = "authorization",
        [HTTP1_IF_NONE_MATCH] = "if-none-match",
        [HTTP1_CONTENT_LENGTH] = "content-length",
        [HTTP1_SEC_FETCH_SITE] = "sec-fetch-site",
        [HTTP1_ACCEPT_ENCODING] = "accept-encoding",
        [HTTP1_ACCEPT_LANGUAGE] = "accept-language",
        [HTTP1_IDEMPOTENCY_KEY] = "idempotency-key",
        [HTTP1_X_FORWARDED_FOR] = "x-forwarded-for",
        [HTTP1_CONTENT_ENCODING] = "content-encoding",
        [HTTP1_IF_MODIFIED_SINCE] = "if-modified-since",
        [HTTP1_SEC_WEBSOCKET_KEY] = "sec-websocket-key",
        [HTTP1_TRANSFER_ENCODING] = "transfer-encoding",
        [HTTP1_X_FORWARDED_PROTO] = "x-forwarded-proto",
        [HTTP1_SEC_WEBSOCKET_VERSION] = "sec-websocket-version",
        [HTTP1_SEC_WEBSOCKET_PROTOCOL] = "sec-websocket-protocol",
    };
    static struct http1_head h;

    for (size_t i = 0; i < HTTP1_OTHER; i++) {
        struct buf b = {0};

        buf_printf(&b, "GET / HTTP/1.1\r\n");
        if (i != HTTP1_HOST)
            buf_printf(&b, "HoSt: a\r\n");
        for (const char *p = names[i]; *p; p++)
            buf_add_char(&b, (char)(*p >= 'a' && (p - names[i]) % 2 ? *p - 32 : *p));
        buf_printf(&b, ": %s\r\n\r\n",
                   i == HTTP1_TRANSFER_ENCODING ? "chunked"
                   : i == HTTP1_HOST            ? "a"
                                                : "1");
        if (http1_parse(buf_span(&b), &h) != (int)b.len)
            test_fail(__FILE__, __LINE__, "%s", names[i]);
        CHECK_EQ(h.fields[h.fields_count - 1].id, i);
        CHECK(h.known[i].len > 0);
        buf_done(&b);
    }
}

static struct http1_head *ok(const char *raw)
{
    static struct http1_head h;

    CHECK_EQ(http1_parse(span_str(raw), &h), strlen(raw));
    return &h;
}

TEST(bodies_are_announced_by_length_or_chunks)
{
    CHECK_EQ(ok(POST "Content-Length: 0\r\n\r\n")->content_length, 0);
    CHECK_EQ(ok(POST "content-length:\t 1234 \r\n\r\n")->content_length, 1234);
    CHECK_EQ(ok(POST "Content-Length: 9223372036854775807\r\n\r\n")->content_length, INT64_MAX);
    CHECK(ok(POST "Transfer-Encoding: chunked\r\n\r\n")->chunked);
    CHECK(ok(POST "Expect: 100-Continue\r\n\r\n")->expect_continue);
    CHECK(!ok(POST "Expect: other\r\n\r\n")->expect_continue);
}

TEST(a_connection_stays_unless_somebody_says_close)
{
    CHECK(ok(OK_HEAD "\r\n")->keep_alive);
    CHECK(!ok(OK_HEAD "Connection: close\r\n\r\n")->keep_alive);
    CHECK(!ok(OK_HEAD "Connection: keep-alive\r\nConnection: x , Close\r\n\r\n")->keep_alive);
    CHECK(!ok("GET / HTTP/1.0\r\n\r\n")->keep_alive);
    CHECK(!ok("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")->keep_alive);
}

TEST(an_upgrade_to_websocket_is_a_get_that_names_both)
{
    CHECK(ok(OK_HEAD "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n")->websocket);
    CHECK(!ok(OK_HEAD "Connection: keep-alive\r\nUpgrade: websocket\r\n\r\n")->websocket);
    CHECK(!ok(OK_HEAD "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n")->websocket);
    CHECK(!ok(OK_HEAD "Connection: upgrade\r\n\r\n")->websocket);
    CHECK(!ok(POST "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n")->websocket);
    CHECK(!ok("GET / HTTP/1.0\r\n" HOST "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n")
               ->websocket);
}

TEST(targets_come_in_three_forms)
{
    CHECK(span_is(ok("OPTIONS * HTTP/1.1\r\n" HOST "\r\n")->path, "*"));
    CHECK(span_is(ok("GET http://A/p?q HTTP/1.1\r\n" HOST "\r\n")->path, "/p"));
    CHECK(span_is(ok("GET http://a/p?q HTTP/1.1\r\n" HOST "\r\n")->query, "q"));
    CHECK(span_is(ok("GET https://a HTTP/1.1\r\n" HOST "\r\n")->path, "/"));
    CHECK(span_is(ok("GET https://a?q HTTP/1.1\r\n" HOST "\r\n")->query, "q"));
    CHECK(ok("GET /p HTTP/1.1\r\n" HOST "\r\n")->query.p == NULL);
    CHECK(ok("GET /p? HTTP/1.1\r\n" HOST "\r\n")->query.p != NULL);
    CHECK(span_is(ok("GET /p?a[]={1|2} HTTP/1.1\r\n" HOST "\r\n")->query, "a[]={1|2}"));
}

static int with_fields(int count, size_t each)
{
    static struct http1_head h;
    struct buf b = {0};

    buf_add_str(&b, OK_HEAD);
    for (int i = 1; i < count; i++) {
        buf_add_str(&b, "X: ");
        memset(buf_room(&b, each), 'v', each);
        b.len += each;
        buf_add_str(&b, "\r\n");
    }
    buf_add_str(&b, "\r\n");
    const int rc = http1_parse(buf_span(&b), &h);
    const int whole = (int)b.len;
    buf_done(&b);
    return rc == whole ? 1 : rc;
}

TEST(limits_are_held)
{
    static struct http1_head h;
    struct buf b = {0};

    CHECK_EQ(with_fields(HTTP1_FIELDS_MAX, 1), 1);
    CHECK_EQ(with_fields(HTTP1_FIELDS_MAX + 1, 1), -E2BIG);
    CHECK_EQ(with_fields(2, HTTP1_HEAD_MAX - 32), 1); /* 16 + 9 + 5 + 2 bytes besides */
    CHECK_EQ(with_fields(2, HTTP1_HEAD_MAX - 31), -E2BIG);
    CHECK_EQ(with_fields(60, 1024), -E2BIG);

    for (size_t excess = 0; excess < 2; excess++) {
        const size_t target = HTTP1_LINE_MAX - strlen("GET  HTTP/1.1\r\n") + excess;

        buf_clear(&b);
        buf_add_str(&b, "GET ");
        memset(buf_room(&b, target), '/', target);
        b.len += target;
        buf_add_str(&b, " HTTP/1.1\r\n" HOST "\r\n");
        CHECK_EQ(http1_parse(buf_span(&b), &h), excess ? -E2BIG : (int)b.len);
    }
    buf_clear(&b);
    memset(buf_room(&b, 20000), '/', 20000);
    CHECK_EQ(http1_parse(span_of(b.p, 20000), &h), -EBADMSG);
    buf_done(&b);
}

TEST(an_answers_head_is_written_and_holds_no_second_line)
{
    struct buf b = {0};

    http1_write_status(&b, 404);
    CHECK_OK(http1_write_field(&b, span_str("X-A"), span_str("b \xc3\xa4")));
    http1_write_u64(&b, "Content-Length", 12);
    CHECK_EQ(http1_write_field(&b, span_str("X"), span_str("a\r\nSet-Cookie: b")), -EBADMSG);
    CHECK_EQ(http1_write_field(&b, span_str("X"), span_str("a\n")), -EBADMSG);
    CHECK_EQ(http1_write_field(&b, span_str("X"), span_of("a\0", 2)), -EBADMSG);
    CHECK_EQ(http1_write_field(&b, span_str("X: b\r\nY"), span_str("a")), -EBADMSG);
    CHECK_EQ(http1_write_field(&b, span_str("X:"), span_str("a")), -EBADMSG);
    CHECK_EQ(http1_write_field(&b, span_str(""), span_str("a")), -EBADMSG);
    http1_write_end(&b);
    CHECK_STR(buf_cstr(&b), "HTTP/1.1 404 Not Found\r\nX-A: b \xc3\xa4\r\n"
                            "Content-Length: 12\r\n\r\n");
    CHECK_STR(http1_reason(799), "");
    buf_done(&b);
}
