/*
 * A head: every span lies in the input; a prefix is never accepted, and refused only if the whole
 * is; written out again from its parts it is read as the same head.
 */
#include "wire/http1.h"

#include "fuzz.h"

static bool inside(struct span part, struct span whole)
{
    return part.len == 0 || (part.p >= whole.p && part.p + part.len <= whole.p + whole.len);
}

static void write_again(const struct http1_head *h, struct buf *out)
{
    buf_add_span(out, h->method);
    buf_add_char(out, ' ');
    buf_add_span(out, h->target);
    buf_printf(out, " HTTP/1.%u\r\n", h->minor);
    for (size_t i = 0; i < h->fields_count; i++)
        MUST(http1_write_field(out, h->fields[i].name, h->fields[i].value) == 0);
    http1_write_end(out);
}

static void check(struct span whole, const struct http1_head *h)
{
    static struct http1_head again;
    struct buf out = {0};

    MUST(inside(h->method, whole) && inside(h->target, whole) && inside(h->query, whole));
    MUST(h->path.len > 0 && inside(h->path, whole));
    MUST(!h->chunked || (h->content_length == 0 && h->minor == 1));
    MUST(h->minor == 0 || h->known[HTTP1_HOST].len > 0);

    /* Empty values gain a blank, so that a head near its limits may pass them. */
    write_again(h, &out);
    const int rc = http1_parse(buf_span(&out), &again);
    if (out.len <= HTTP1_HEAD_MAX) {
        MUST(rc == (int)out.len);
        MUST(span_eq(h->path, again.path) && span_eq(h->query, again.query));
        MUST(h->fields_count == again.fields_count && h->keep_alive == again.keep_alive);
        MUST(h->chunked == again.chunked && h->content_length == again.content_length);
        MUST(h->websocket == again.websocket && h->expect_continue == again.expect_continue);
        for (size_t i = 0; i < HTTP1_OTHER; i++)
            MUST(span_eq(h->known[i], again.known[i]));
    }
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http1_head h;
    static struct http1_head part;
    const struct span whole = span_of(data, size);
    const int rc = http1_parse(whole, &h);

    MUST(rc <= (int)size);
    /* One prefix an input, chosen by the input. */
    const size_t cut = size ? (data[size / 2] * 251U + size) % size : 0;
    const int rc_part = http1_parse(span_sub(whole, 0, cut), &part);
    if (rc > 0)
        MUST(rc_part == ((size_t)rc <= cut ? rc : 0));
    else if (rc == 0)
        MUST(rc_part == 0);
    else
        MUST(rc_part == 0 || rc_part == rc);
    if (rc > 0)
        check(span_sub(whole, 0, (size_t)rc), &h);
    return 0;
}
