#include "base/buf.h"
#include "support/test.h"
#include "wire/chunked.h"

#include <errno.h>

enum { LIMIT = 64 };

/* Feeds two parts; the body's bytes go to out, and what follows the body is counted. */
static int feed(struct span s, size_t at, struct buf *out, size_t *ret_rest)
{
    struct span parts[2] = {span_sub(s, 0, at), span_sub(s, at, s.len)};
    struct chunked c;
    struct span data;
    int rc = 0;

    chunked_init(&c, LIMIT);
    for (int i = 0; i < 2; i++) {
        while ((rc = chunked_next(&c, &parts[i], &data)) == CHUNKED_DATA) {
            CHECK(data.len > 0);
            buf_add_span(out, data);
        }
        if (rc < 0)
            CHECK_EQ(chunked_next(&c, &parts[i], &data), rc); /* an error stays */
    }
    *ret_rest = parts[0].len + parts[1].len;
    return rc;
}

static void expect(const char *raw, int rc, const char *body, size_t rest)
{
    const struct span s = span_str(raw);

    for (size_t at = 0; at <= s.len; at++) {
        struct buf out = {0};
        size_t left = 0;
        const int got = feed(s, at, &out, &left);

        if (got != rc)
            test_fail(__FILE__, __LINE__, "%d for %s", got, raw);
        if (rc == CHUNKED_END) {
            CHECK_STR(buf_cstr(&out), body);
            CHECK_EQ(left, rest);
        }
        buf_done(&out);
    }
}

TEST(chunks_make_a_body_however_they_are_cut)
{
    expect("0\r\n\r\n", CHUNKED_END, "", 0);
    expect("5\r\nhello\r\n0\r\n\r\n", CHUNKED_END, "hello", 0);
    expect("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /", CHUNKED_END, "hello world", 5);
    expect("0000000a\r\n0123456789\r\n00\r\n\r\n", CHUNKED_END, "0123456789", 0);
    expect("A\r\n0\r\n\r\n56789\r\n0\r\n\r\n", CHUNKED_END, "0\r\n\r\n56789", 0);
}

TEST(a_body_that_is_not_whole_asks_for_more)
{
    static const char raw[] = "5\r\nhello\r\n0\r\n\r\n";

    for (size_t n = 0; n < sizeof(raw) - 1; n++) {
        struct buf out = {0};
        size_t rest = 0;

        CHECK_EQ(feed(span_of(raw, n), n / 2, &out, &rest), CHUNKED_MORE);
        CHECK_EQ(rest, 0);
        buf_done(&out);
    }
}

TEST(what_parsers_disagree_about_is_refused)
{
    static const char *const bad[] = {
        "5;a=b\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5\t\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "g\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\rhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "5\r\nhelloo\r\n0\r\n\r\n",
        "000000005\r\nhello\r\n",
        "100000000\r\n",
        "0\r\nTrailer: x\r\n\r\n",
        "0\r\n\n",
        "0\r\n\rx",
        "0;x\r\n\r\n",
        "5\r\n\r\nhello",
        "ffffffffffffffff5\r\n",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect(bad[i], -EBADMSG, NULL, 0);
}

TEST(a_chunk_above_the_limit_is_refused_when_it_is_announced)
{
    expect("41\r\n", -E2BIG, NULL, 0);
    expect("ffffffff\r\n", -E2BIG, NULL, 0);
    expect("5\r\nhello\r\n3c\r\n", -E2BIG, NULL, 0);
    expect("5\r\nhello\r\n3b\r\n", CHUNKED_MORE, NULL, 0);
}
