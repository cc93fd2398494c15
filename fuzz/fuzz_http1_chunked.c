/*
 * A body in chunks: cut in two it gives the same bytes, the same end and the same rest as whole;
 * what is accepted holds to the limit and is accepted again when written as one chunk.
 */
#include "base/buf.h"
#include "wire/chunked.h"

#include "fuzz.h"

enum { LIMIT = 300 };

static int read_part(struct chunked *c, struct span *in, struct buf *body)
{
    struct span data;
    int rc = 0;

    while ((rc = chunked_next(c, in, &data)) == CHUNKED_DATA) {
        MUST(data.len > 0);
        buf_add_span(body, data);
    }
    MUST(rc != CHUNKED_MORE || in->len == 0);
    MUST(body->len <= LIMIT);
    return rc;
}

static void write_again(const struct buf *body)
{
    struct buf out = {0};
    struct buf again = {0};
    struct chunked c;

    if (body->len > 0) {
        buf_printf(&out, "%zx\r\n", body->len);
        buf_add_span(&out, buf_span(body));
        buf_add_str(&out, "\r\n");
    }
    buf_add_str(&out, "0\r\n\r\n");
    struct span in = buf_span(&out);
    chunked_init(&c, LIMIT);
    MUST(read_part(&c, &in, &again) == CHUNKED_END);
    MUST(in.len == 0 && span_eq(buf_span(&again), buf_span(body)));
    buf_done(&out);
    buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = span_of(data, size);
    const size_t cut = fuzz_byte(&in);
    struct span first = span_sub(in, 0, cut);
    struct span second = span_sub(in, cut, in.len);
    struct buf whole = {0};
    struct buf parts = {0};
    struct chunked c;

    chunked_init(&c, LIMIT);
    const int rc = read_part(&c, &in, &whole);
    chunked_init(&c, LIMIT);
    int rc_parts = read_part(&c, &first, &parts);
    if (rc_parts == CHUNKED_MORE)
        rc_parts = read_part(&c, &second, &parts);
    MUST(rc == rc_parts && span_eq(buf_span(&whole), buf_span(&parts)));
    MUST(rc != CHUNKED_END || in.len == first.len + second.len);
    if (rc == CHUNKED_END)
        write_again(&whole);
    buf_done(&whole);
    buf_done(&parts);
    return 0;
}
