/*
 * Requests that two servers could read in two ways: each must be refused and the connection closed,
 * so that what is smuggled behind it is never answered (SECURITY.md, S15).
 */
#include "unit/http/fixture.h"

#define HOST     "Host: localhost\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\n" HOST "\r\n"
#define POST     "POST /x HTTP/1.1\r\n" HOST
#define GET      "GET /x HTTP/1.1\r\n" HOST

struct text {
    const char *p;
    size_t len;
};

#define T(s)                                                                                       \
    {                                                                                              \
        s, sizeof(s) - 1                                                                           \
    }

static const struct text bad[] = {
    /* both lengths, in either order */
    T(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" SMUGGLED),
    /* two lengths */
    T(POST "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" SMUGGLED),
    T(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" SMUGGLED),
    T(POST "Content-Length: 0, 5\r\n\r\n" SMUGGLED),
    T(POST "Content-Length: 5, 5\r\n\r\nhello" SMUGGLED),
    /* lengths that are no plain numbers */
    T(POST "Content-Length: +5\r\n\r\nhello" SMUGGLED),
    T(POST "Content-Length: -1\r\n\r\n" SMUGGLED),
    T(POST "Content-Length: 0x5\r\n\r\nhello" SMUGGLED),
    T(POST "Content-Length: 5 5\r\n\r\nhello" SMUGGLED),
    T(POST "Content-Length: 5.0\r\n\r\nhello" SMUGGLED),
    T(POST "Content-Length: five\r\n\r\nhello" SMUGGLED),
    T(POST "Content-Length:\r\n\r\n" SMUGGLED),
    T(POST "Content-Length: 18446744073709551616\r\n\r\n" SMUGGLED),
    T(POST "Content-Length: 18446744073709551621\r\n\r\nhello" SMUGGLED),
    T(POST "Content-Length: 99999999999999999999999999\r\n\r\n" SMUGGLED),
    /* spellings of the transfer coding */
    T(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: identity\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST " Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding:\x0b"
           "chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer\x5f"
           "Encoding\x7f: chunked\r\n\r\n" SMUGGLED),
    T("POST /x HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    /* chunks */
    T(POST "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF5\r\nhello\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n\r\n0\r\n\r\n" SMUGGLED),
    T(POST "Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\r\n\r\n" SMUGGLED),
    /* line ends */
    T("GET /x HTTP/1.1\n" HOST "\r\n" SMUGGLED),
    T("GET /x HTTP/1.1\r\nHost: localhost\n\r\n" SMUGGLED),
    T("GET /x HTTP/1.1\rHost: localhost\r\n\r\n" SMUGGLED),
    T(GET "X: a\rContent-Length: 50\r\n\r\n" SMUGGLED),
    T(GET "X: a\nContent-Length: 50\r\n\r\n" SMUGGLED),
    T(GET "\n" SMUGGLED),
    T(GET "X: a\r\n folded\r\n\r\n" SMUGGLED),
    T(GET "X: a\r\n\tfolded\r\n\r\n" SMUGGLED),
    /* control and 8-bit bytes */
    T(GET "X: a\0b\r\n\r\n" SMUGGLED),
    T(GET "X\0: a\r\n\r\n" SMUGGLED),
    T("GET /\0 HTTP/1.1\r\n" HOST "\r\n" SMUGGLED),
    T("GET /\x80 HTTP/1.1\r\n" HOST "\r\n" SMUGGLED),
    T("GET /\x7f HTTP/1.1\r\n" HOST "\r\n" SMUGGLED),
    T(GET "X\x80: a\r\n\r\n" SMUGGLED),
    T(GET "X: a\x01"
          "b\r\n\r\n" SMUGGLED),
    /* names and request lines */
    T(GET ": a\r\n\r\n" SMUGGLED),
    T(GET "X a\r\n\r\n" SMUGGLED),
    T(GET "X : a\r\n\r\n" SMUGGLED),
    T(GET "X(y): a\r\n\r\n" SMUGGLED),
    T("GET  /x HTTP/1.1\r\n" HOST "\r\n" SMUGGLED),
    T("GET /x  HTTP/1.1\r\n" HOST "\r\n" SMUGGLED),
    T("GET\t/x HTTP/1.1\r\n" HOST "\r\n" SMUGGLED),
    T("GET /x HTTP/1.1 \r\n" HOST "\r\n" SMUGGLED),
    T("GET /x HTTP/1.2\r\n" HOST "\r\n" SMUGGLED),
    T("GET /x HTTP/2.0\r\n" HOST "\r\n" SMUGGLED),
    T("GET /x http/1.1\r\n" HOST "\r\n" SMUGGLED),
    T("GET /x\r\n" HOST "\r\n" SMUGGLED),
    T("G{T /x HTTP/1.1\r\n" HOST "\r\n" SMUGGLED),
    /* hosts */
    T("GET /x HTTP/1.1\r\n\r\n" SMUGGLED),
    T("GET /x HTTP/1.1\r\n" HOST HOST "\r\n" SMUGGLED),
    T("GET /x HTTP/1.1\r\nHost: localhost, localhost\r\n\r\n" SMUGGLED),
    T("GET /x HTTP/1.1\r\nHost: a@localhost\r\n\r\n" SMUGGLED),
    T("GET /x HTTP/1.1\r\nHost: localhost/x\r\n\r\n" SMUGGLED),
    T("GET /x HTTP/1.1\r\nHost: localhost:99999\r\n\r\n" SMUGGLED),
    T("GET /x HTTP/1.1\r\nHost:\r\n\r\n" SMUGGLED),
    T("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" SMUGGLED),
};

static _Atomic int handled;

static void handle(struct request *r, void *arg)
{
    (void)arg;
    handled++;
    http_respond_nothing(r);
}

TEST(what_can_be_read_in_two_ways_gets_one_refusal_and_the_end)
{
    struct fixture f;

    fixture_start(&f, (struct http_conf){.handle = handle}, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        const int fd = client_connect(&f);
        client_send(fd, bad[i].p, bad[i].len);
        const char *reply = client_hear(fd, NULL);
        const bool refused = begins(reply, "HTTP/1.1 4") && count_of(reply, "\r\nDate: ") == 1 &&
                             strstr(reply, "\r\nConnection: close\r\n");
        if (!refused || handled > 0)
            test_fail(__FILE__, __LINE__, "case %zu, \"%.80s\", was answered \"%.100s\"", i,
                      bad[i].p, reply);
        CHECK_OK(close(fd));
    }
    fixture_stop(&f);
}

TEST(the_same_bytes_cut_anywhere_are_refused_alike)
{
    struct fixture f;

    fixture_start(&f, (struct http_conf){.handle = handle}, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i += 7) {
        const int fd = client_connect(&f);
        client_send(fd, bad[i].p, bad[i].len / 2);
        usleep(2000);
        /* the refusal may have come already, and the other half find nobody */
        (void)send(fd, bad[i].p + bad[i].len / 2, bad[i].len - bad[i].len / 2, MSG_NOSIGNAL);
        const char *reply = client_hear(fd, NULL);
        CHECK(begins(reply, "HTTP/1.1 4"));
        CHECK_EQ(count_of(reply, "\r\nDate: "), 1);
        CHECK_OK(close(fd));
    }
    CHECK_EQ(handled, 0);
    fixture_stop(&f);
}
