#include "base/rand.h"
#include "support/test.h"
#include "wire/ws.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * The cases are written as frames of a server's peer; `script` turns what comes out of the reader
 * into text, one word an event: T:text B:binary P:ping O:pong C1000:reason !1002 (failed).
 */
enum { LIMIT = 70000 };

static const uint8_t key[4] = {0x37, 0xfa, 0x21, 0x3d};

static void show(struct buf *out, int event, const struct ws_data *d)
{
    if (event < 0) {
        buf_printf(out, "!%d ", d->code);
        return;
    }
    buf_add_char(out, " TBPOC"[event]);
    if (event == WS_CLOSE)
        buf_printf(out, "%d", d->code);
    if (d->bytes.len > 40)
        buf_printf(out, ":#%zu ", d->bytes.len);
    else
        buf_printf(out, ":%.*s ", SPAN_ARG(d->bytes));
}

/* Feeds all of `in` in pieces of `step` bytes, each in memory of its own size. */
static void read_all(struct span in, size_t step, enum ws_role role, struct buf *out)
{
    struct ws_reader r;
    struct ws_data d;
    int event = WS_MORE;

    ws_reader_init(&r, role, LIMIT);
    for (size_t at = 0; at < in.len && event >= 0; at += step) {
        const struct span part = span_sub(in, at, step);
        char *copy = malloc(part.len);
        char *p = copy;
        size_t len = part.len;

        CHECK(copy != NULL);
        memcpy(copy, part.p, part.len);
        while ((event = ws_read(&r, &p, &len, &d)) > 0)
            show(out, event, &d);
        if (event < 0) {
            show(out, event, &d);
            CHECK_EQ(ws_read(&r, &p, &len, &d), -EBADMSG); /* for ever */
        } else {
            CHECK_EQ(len, 0);
        }
        free(copy);
    }
    ws_reader_done(&r);
}

/* The same must come out however the bytes are cut. */
static void expect_from(struct span in, enum ws_role role, const char *want)
{
    const size_t most = in.len < 64 ? in.len : 16;

    for (size_t step = 0; step <= most; step++) {
        struct buf out = {0};

        read_all(in, step ? step : in.len, role, &out);
        if (strcmp(buf_cstr(&out), want) != 0)
            test_fail(__FILE__, __LINE__, "in pieces of %zu: \"%s\", not \"%s\"", step, out.p,
                      want);
        buf_done(&out);
    }
}

static void expect(struct buf *in, const char *want)
{
    expect_from(buf_span(in), WS_SERVER, want);
    buf_done(in);
}

/* A frame of any first byte, masked, with the shortest length. */
static void put(struct buf *b, uint8_t first, struct span payload)
{
    const size_t at = b->len;

    ws_write_masked(b, WS_OP_CONTINUATION, false, payload, key);
    b->p[at] = (char)first;
}

static void put_str(struct buf *b, uint8_t first, const char *payload)
{
    put(b, first, span_str(payload));
}

static void put_size(struct buf *b, uint8_t first, size_t n)
{
    char *bytes = malloc(n ? n : 1);

    CHECK(bytes != NULL);
    memset(bytes, '*', n);
    put(b, first, span_of(bytes, n));
    free(bytes);
}

/* Raw bytes: those of the header that no writer of ours makes. */
#define EXPECT_RAW(raw, want) expect_from(span_of(raw, sizeof(raw) - 1), WS_SERVER, want)

TEST(the_examples_of_rfc_6455_are_read)
{
    static const char plain[] = "\x81\x05\x48\x65\x6c\x6c\x6f";
    static const char parts[] = "\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f";
    static const char ping[] = "\x89\x05\x48\x65\x6c\x6c\x6f";

    expect_from(span_of(plain, 7), WS_CLIENT, "T:Hello ");
    EXPECT_RAW("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "T:Hello ");
    expect_from(span_of(parts, 9), WS_CLIENT, "T:Hello ");
    expect_from(span_of(ping, 7), WS_CLIENT, "P:Hello ");
    EXPECT_RAW("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "O:Hello ");
}

TEST(messages_of_all_sizes_are_read) /* areas 1 and 9 */
{
    static const size_t sizes[] = {0, 1, 125, 126, 127, 128, 65535, 65536, LIMIT};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (uint8_t op = WS_OP_TEXT; op <= WS_OP_BINARY; op++) {
            struct buf b = {0};
            char want[32];

            put_size(&b, 0x80 | op, sizes[i]);
            const char kind = op == WS_OP_TEXT ? 'T' : 'B';
            if (sizes[i] > 40)
                (void)snprintf(want, sizeof(want), "%c:#%zu ", kind, sizes[i]);
            else
                (void)snprintf(want, sizeof(want), "%c:%s ", kind, sizes[i] ? "*" : "");
            expect(&b, want);
        }
    }
}

TEST(pings_and_pongs_carry_up_to_125_bytes) /* area 2 */
{
    struct buf b = {0};

    put_str(&b, 0x89, "");
    put_str(&b, 0x89, "a");
    put_str(&b, 0x8a, "unasked");
    put_size(&b, 0x89, 125);
    put_str(&b, 0x81, "x");
    expect(&b, "P: P:a O:unasked P:#125 T:x ");
    put_size(&b, 0x89, 126);
    expect(&b, "!1002 ");
    put_size(&b, 0x8a, 126);
    expect(&b, "!1002 ");
    put_size(&b, 0x88, 126);
    expect(&b, "!1002 ");
}

TEST(reserved_bits_and_opcodes_are_refused_at_the_first_byte) /* areas 3 and 4 */
{
    for (int first = 0; first < 256; first++) {
        const int op = first & 15;
        const bool known = op <= 2 || (op >= 8 && op <= 10);
        char byte = (char)first;

        if ((first & 0x70) || !known)
            expect_from(span_of(&byte, 1), WS_SERVER, "!1002 ");
    }
    struct buf b = {0};
    put_str(&b, 0x81, "ok");
    put_str(&b, 0xc1, "rsv");
    expect(&b, "T:ok !1002 ");
}

TEST(fragments_make_a_message_and_controls_may_come_between) /* area 5 */
{
    struct buf b = {0};

    put_str(&b, 0x01, "one ");
    put_str(&b, 0x89, "ping");
    put_str(&b, 0x00, "");
    put_str(&b, 0x8a, "pong");
    put_str(&b, 0x00, "two ");
    put_str(&b, 0x80, "three");
    put_str(&b, 0x02, "");
    put_str(&b, 0x80, "");
    put_str(&b, 0x82, "end");
    expect(&b, "P:ping O:pong T:one two three B: B:end ");
}

TEST(what_is_out_of_its_order_is_refused) /* area 5 */
{
    struct buf b = {0};

    put_str(&b, 0x80, "continues nothing");
    expect(&b, "!1002 ");
    put_str(&b, 0x00, "continues nothing");
    expect(&b, "!1002 ");
    put_str(&b, 0x01, "one");
    put_str(&b, 0x81, "another");
    expect(&b, "!1002 ");
    put_str(&b, 0x02, "one");
    put_str(&b, 0x02, "another");
    expect(&b, "!1002 ");
    put_str(&b, 0x81, "whole");
    put_str(&b, 0x80, "continues nothing");
    expect(&b, "T:whole !1002 ");
    put_str(&b, 0x09, "a ping in fragments");
    expect(&b, "!1002 ");
    put_str(&b, 0x0a, "");
    expect(&b, "!1002 ");
    put_str(&b, 0x08, "");
    expect(&b, "!1002 ");
}

TEST(text_is_utf8_over_all_its_fragments) /* area 6 */
{
    struct buf b = {0};

    put_str(&b, 0x01, "\xce");
    put_str(&b, 0x89, "");
    put_str(&b, 0x00, "\xba\xe1\xbd");
    put_str(&b, 0x80, "\xb9");
    expect(&b, "P: T:\xce\xba\xe1\xbd\xb9 ");
    put_str(&b, 0x81, "\xf4\x8f\xbf\xbf");
    expect(&b, "T:\xf4\x8f\xbf\xbf ");
    put_str(&b, 0x81, "\xce");
    expect(&b, "!1007 ");
    put_str(&b, 0x01, "\xce");
    put_str(&b, 0x80, "");
    expect(&b, "!1007 ");
    put_str(&b, 0x81, "\xed\xa0\x80");
    expect(&b, "!1007 ");
    put_str(&b, 0x01, "\xf4");
    put_str(&b, 0x00, "\x90");
    expect(&b, "!1007 ");
    put_str(&b, 0x82, "\xff\xfe"); /* binary may be anything */
    put_str(&b, 0x89, "\xff");
    expect(&b, "B:\xff\xfe P:\xff ");
}

TEST(bad_text_is_noticed_before_its_frame_ends) /* 6.4 */
{
    struct buf b = {0};

    put_str(&b, 0x81, "valid so far \xf4\x90 and then much more text to come");
    b.len -= 20;
    expect(&b, "!1007 ");
}

TEST(a_close_has_a_code_that_may_be_sent_and_a_reason) /* area 7 */
{
    static const int good[] = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010,
                               1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999};
    static const int bad[] = {0,    999,  1004, 1005, 1006,  1015, 1016,
                              1100, 2000, 2999, 5000, 32768, 65535};
    struct buf b = {0};
    char want[32];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        const char payload[] = {(char)(good[i] >> 8), (char)good[i], 'x'};

        CHECK(ws_code_valid(good[i]));
        put(&b, 0x88, span_of(payload, 3));
        (void)snprintf(want, sizeof(want), "C%d:x ", good[i]);
        expect(&b, want);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char payload[] = {(char)(bad[i] >> 8), (char)bad[i]};

        CHECK(!ws_code_valid(bad[i]));
        put(&b, 0x88, span_of(payload, 2));
        expect(&b, "!1002 ");
    }
    put_str(&b, 0x88, "");
    expect(&b, "C1005: ");
    put_str(&b, 0x88, "\x03");
    expect(&b, "!1002 ");
    put_str(&b, 0x88, "\x03\xe8\xce\xba\xff");
    expect(&b, "!1007 ");
    put_str(&b, 0x88, "\x03\xe8\xce");
    expect(&b, "!1007 ");
    put_size(&b, 0x88, 125); /* "**" is no code that may be sent */
    expect(&b, "!1002 ");
}

TEST(what_comes_behind_a_close_is_swallowed) /* area 7 */
{
    struct buf b = {0};

    put_str(&b, 0x01, "half a message");
    put_str(&b, 0x88, "\x03\xe8");
    put_str(&b, 0x89, "late");
    put_str(&b, 0xff, "and bad");
    expect(&b, "C1000: ");
}

TEST(lengths_are_in_the_fewest_bytes)
{
    EXPECT_RAW("\x82\xfe\x00\x7d", "!1002 ");
    EXPECT_RAW("\x82\xfe\x00\x00", "!1002 ");
    EXPECT_RAW("\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff", "!1002 ");
    EXPECT_RAW("\x82\xff\x00\x00\x00\x00\x00\x00\x00\x01", "!1002 ");
    EXPECT_RAW("\x82\xff\x80\x00\x00\x00\x00\x01\x00\x00", "!1002 ");
    EXPECT_RAW("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff", "!1002 ");
}

TEST(a_message_above_the_limit_is_refused_when_it_is_announced)
{
    struct buf b = {0};

    EXPECT_RAW("\x82\xff\x00\x00\x00\x00\x00\x01\x11\x71", "!1009 "); /* LIMIT + 1 */
    EXPECT_RAW("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff", "!1009 ");
    put_size(&b, 0x02, LIMIT);
    put_str(&b, 0x00, "");
    put_str(&b, 0x80, "x");
    expect(&b, "!1009 ");
    put_size(&b, 0x02, LIMIT - 1);
    put_str(&b, 0x80, "x");
    put_str(&b, 0x82, "next");
    expect(&b, "B:#70000 B:next ");
}

TEST(only_a_client_masks)
{
    static const char bare[] = "\x81\x01x";
    static const char masked[] = "\x81\x81";

    expect_from(span_of(bare, 2), WS_SERVER, "!1002 ");
    expect_from(span_of(masked, 2), WS_CLIENT, "!1002 ");
}

TEST(a_frame_that_lies_whole_is_not_copied)
{
    struct ws_reader r;
    struct ws_data d;
    struct buf b = {0};

    ws_reader_init(&r, WS_SERVER, LIMIT);
    put_str(&b, 0x81, "in its place");
    char *p = b.p;
    size_t len = b.len;
    CHECK_EQ(ws_read(&r, &p, &len, &d), WS_TEXT);
    CHECK(d.bytes.p == b.p + 6);
    CHECK_EQ(ws_read(&r, &p, &len, &d), WS_MORE);

    /* And of one in pieces nothing is left once the next call has come. */
    for (size_t i = 0; 6 + i < b.len; i++)
        b.p[6 + i] = (char)('a' ^ key[i & 3]);
    p = b.p;
    len = 10;
    CHECK_EQ(ws_read(&r, &p, &len, &d), WS_MORE);
    CHECK(r.message.p != NULL);
    len = b.len - 10;
    CHECK_EQ(ws_read(&r, &p, &len, &d), WS_TEXT);
    CHECK(d.bytes.p == r.message.p);
    CHECK_EQ(ws_read(&r, &p, &len, &d), WS_MORE);
    CHECK(r.message.p == NULL);
    ws_reader_done(&r);
    ws_reader_done(NULL);
    buf_done(&b);
}

TEST(masking_in_parts_is_masking_whole)
{
    char whole[67];
    char parts[67];

    for (size_t cut = 0; cut <= sizeof(whole); cut++) {
        for (size_t i = 0; i < sizeof(whole); i++)
            whole[i] = parts[i] = (char)i;
        ws_mask(whole, sizeof(whole), key, 0);
        ws_mask(parts, cut, key, 0);
        ws_mask(parts + cut, sizeof(parts) - cut, key, cut);
        CHECK(memcmp(whole, parts, sizeof(whole)) == 0);
        for (size_t i = 0; i < sizeof(whole); i++)
            CHECK_EQ((uint8_t)whole[i], i ^ key[i & 3]);
    }
}

TEST(headers_have_two_four_or_ten_bytes)
{
    static const struct {
        uint64_t len;
        size_t header;
    } sizes[] = {{0, 2}, {125, 2}, {126, 4}, {65535, 4}, {65536, 10}, {UINT64_C(1) << 40, 10}};
    uint8_t out[WS_HEADER_MAX];

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        CHECK_EQ(ws_header(out, WS_OP_TEXT, true, sizes[i].len), sizes[i].header);
    CHECK_EQ(ws_header(out, WS_OP_BINARY, false, 0x010203), 10);
    CHECK(memcmp(out, "\x02\x7f\x00\x00\x00\x00\x00\x01\x02\x03", 10) == 0);
}

TEST(what_a_server_writes_a_client_reads)
{
    struct buf b = {0};

    ws_write(&b, WS_OP_TEXT, false, span_str("a"));
    ws_write(&b, WS_OP_PING, true, span_str("p"));
    ws_write(&b, WS_OP_CONTINUATION, true, span_str("b"));
    ws_write_close(&b, 1012, span_str("restart"));
    expect_from(buf_span(&b), WS_CLIENT, "P:p T:ab C1012:restart ");
    buf_clear(&b);
    ws_write_close(&b, 0, SPAN_NONE);
    expect_from(buf_span(&b), WS_CLIENT, "C1005: ");
    buf_done(&b);
}

TEST(random_fragments_come_out_whole)
{
    enum { ROUNDS = 300, BYTES = 500 };
    char message[BYTES];

    rand_seed(3);
    for (int round = 0; round < ROUNDS; round++) {
        const size_t len = rand_below(BYTES) + 1;
        struct buf in = {0};
        struct buf want = {0};
        size_t at = 0;

        memset(message, 'a' + round % 26, sizeof(message));
        while (at < len) {
            /* Now and then empty, which must end some time. */
            const size_t n = in.len > 4096 ? len - at : rand_below(len - at + 1);

            put(&in, (at + n == len ? 0x80 : 0) | (in.len ? WS_OP_CONTINUATION : WS_OP_TEXT),
                span_of(message + at, n));
            at += n;
        }
        show(&want, WS_TEXT, &(struct ws_data){.bytes = span_of(message, len)});
        expect(&in, buf_cstr(&want));
        buf_done(&want);
    }
}
