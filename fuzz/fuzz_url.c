/*
 * The parts of a URL, by the first byte of the input: decoded text is clean and stands for itself
 * when it is escaped again; paths cannot climb; hosts and origins are read again as the same.
 */
#include "base/utf8.h"
#include "wire/range.h"
#include "wire/url.h"

#include "fuzz.h"

static void escape(struct span s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++)
        buf_printf(out, s.p[i] == '/' ? "/" : "%%%02x", (uint8_t)s.p[i]);
}

static void clean(struct span s)
{
    MUST(utf8_valid(s));
    for (size_t i = 0; i < s.len; i++)
        MUST((uint8_t)s.p[i] >= ' ' && s.p[i] != 0x7f);
}

static void decode(struct span in)
{
    struct buf out = {0};
    struct buf text = {0};
    struct buf again = {0};

    if (url_decode(in, true, &out) == 0) {
        clean(buf_span(&out));
        escape(buf_span(&out), &text);
        MUST(url_decode(buf_span(&text), true, &again) == 0);
        MUST(span_eq(buf_span(&out), buf_span(&again)));
    } else {
        MUST(out.len == 0);
    }
    buf_done(&out);
    buf_done(&text);
    buf_done(&again);
}

static void path(struct span in)
{
    struct buf out = {0};
    struct buf text = {0};
    struct buf again = {0};
    struct span segment;

    if (url_decode_path(in, &out) == 0) {
        struct span rest = buf_span(&out);

        clean(rest);
        MUST(rest.len > 0 && rest.p[0] == '/' && span_find(rest, '\\') == rest.len);
        while (span_split(&rest, '/', &segment))
            MUST(!span_is(segment, ".") && !span_is(segment, ".."));
        escape(buf_span(&out), &text);
        MUST(url_decode_path(buf_span(&text), &again) == 0);
        MUST(span_eq(buf_span(&out), buf_span(&again)));
    }
    buf_done(&out);
    buf_done(&text);
    buf_done(&again);
}

static void query(struct span in)
{
    struct buf out = {0};
    struct span rest = in;
    struct span name;
    struct span value;
    size_t bytes = 0;

    while (url_query_next(&rest, &name, &value))
        bytes += name.len + value.len;
    MUST(bytes <= in.len);
    if (url_query_get(in, "a", &out) == 0)
        clean(buf_span(&out));
    buf_done(&out);
}

static void cookies(struct span in)
{
    struct span rest = in;
    struct span name;
    struct span value;

    while (url_cookie_next(&rest, &name, &value)) {
        MUST(name.len > 0 && span_find(name, '=') == name.len);
        MUST(span_find(value, ';') == value.len);
        clean(name);
        clean(value);
    }
    (void)url_cookie_get(in, "a");
}

static void origin(struct span in)
{
    struct url_host host;
    struct url_origin o;
    struct url_origin again;
    struct buf out = {0};

    if (url_host_parse(in, &host) == 0)
        MUST(host.name.len > 0 && host.name.len <= URL_HOST_MAX);
    if (url_origin_parse(in, &o) == 0) {
        buf_add_str(&out, o.secure ? "https://" : "http://");
        buf_printf(&out, o.host.kind == URL_HOST_IP6 ? "[%.*s]:%u" : "%.*s:%u",
                   SPAN_ARG(o.host.name), o.host.port);
        MUST(url_origin_parse(buf_span(&out), &again) == 0 && url_origin_eq(&o, &again));
    }
    buf_done(&out);
}

static void range(struct span in)
{
    struct range r = {0, 0};
    const uint64_t size = in.len > 0 ? (uint64_t)(uint8_t)in.p[0] * 100 : 0;

    if (range_parse(in, size, &r) == 1)
        MUST(r.len > 0 && r.from < size && r.len <= size - r.from);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parts[])(struct span) = {decode, path, query, cookies, origin, range};
    struct span in = span_of(data, size);

    parts[fuzz_byte(&in) % (sizeof(parts) / sizeof(parts[0]))](in);
    return 0;
}
