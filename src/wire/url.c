#include "wire/url.h"

#include "base/utf8.h"

#include <errno.h>

void url_split(struct span target, struct span *ret_path, struct span *ret_query)
{
    const size_t at = span_find(target, '?');

    *ret_path = span_sub(target, 0, at);
    *ret_query = at < target.len ? span_sub(target, at + 1, target.len) : SPAN_NONE;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte at s.p[*at], decoded, with *at moved behind it; -EBADMSG. */
static int next_byte(struct span s, size_t *at, bool plus)
{
    const char c = s.p[(*at)++];

    if (c == '+' && plus)
        return ' ';
    if (c != '%')
        return (uint8_t)c;
    if (s.len - *at < 2)
        return -EBADMSG;
    const int high = hex_value(s.p[*at]);
    const int low = hex_value(s.p[*at + 1]);
    *at += 2;
    return high < 0 || low < 0 ? -EBADMSG : high << 4 | low;
}

/* As url_decode, without taking back on failure. */
static int decode(struct span s, bool plus, struct buf *out)
{
    const size_t before = out->len;
    size_t at = 0;

    while (at < s.len) {
        const int c = next_byte(s, &at, plus);

        if (c < ' ' || c == 0x7f)
            return -EBADMSG;
        buf_add_char(out, (char)c);
    }
    return utf8_valid(span_sub(buf_span(out), before, out->len)) ? 0 : -EBADMSG;
}

int url_decode(struct span s, bool plus, struct buf *out)
{
    const size_t before = out->len;
    const int rc = decode(s, plus, out);

    if (rc < 0)
        out->len = before;
    return rc;
}

static bool segment_ok(struct span s, bool last)
{
    if (s.len == 0)
        return last;
    return !span_is(s, ".") && !span_is(s, "..") && span_find(s, '/') == s.len &&
           span_find(s, '\\') == s.len;
}

int url_decode_path(struct span path, struct buf *out)
{
    const size_t before = out->len;
    struct span rest = span_sub(path, 1, path.len);
    struct span segment;

    if (path.len == 0 || path.p[0] != '/')
        return -EBADMSG;
    while (span_split(&rest, '/', &segment)) {
        buf_add_char(out, '/');
        const size_t at = out->len;
        if (decode(segment, false, out) < 0 ||
            !segment_ok(span_sub(buf_span(out), at, out->len), !rest.p)) {
            out->len = before;
            return -EBADMSG;
        }
    }
    return 0;
}

bool url_query_next(struct span *query, struct span *ret_name, struct span *ret_value)
{
    struct span pair;

    do {
        if (!span_split(query, '&', &pair))
            return false;
    } while (pair.len == 0);

    const size_t at = span_find(pair, '=');
    *ret_name = span_sub(pair, 0, at);
    *ret_value = at < pair.len ? span_sub(pair, at + 1, pair.len) : SPAN_NONE;
    return true;
}

int url_query_get(struct span query, const char *name, struct buf *out)
{
    const size_t before = out->len;
    struct span found = SPAN_NONE;
    struct span at;
    struct span value;
    bool seen = false;

    while (url_query_next(&query, &at, &value)) {
        const int rc = url_decode(at, true, out);
        const bool same = rc == 0 && span_is(span_sub(buf_span(out), before, out->len), name);

        out->len = before;
        if (rc < 0)
            return rc;
        if (same && seen)
            return -EEXIST;
        if (same) {
            seen = true;
            found = value;
        }
    }
    return seen ? url_decode(found, true, out) : -ENOENT;
}

/* RFC 6265, 4.1.1: a cookie's name is a token, */
static bool name_char(char c)
{
    return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?={}", c);
}

/* and its value cookie-octets. */
static bool value_char(char c)
{
    return c > ' ' && c < 0x7f && !strchr("\",;\\", c);
}

static bool all(struct span s, bool (*ok)(char))
{
    for (size_t i = 0; i < s.len; i++) {
        if (!ok(s.p[i]))
            return false;
    }
    return true;
}

bool url_cookie_next(struct span *cookies, struct span *ret_name, struct span *ret_value)
{
    struct span pair;

    while (span_split(cookies, ';', &pair)) {
        pair = span_trim(pair);
        const size_t at = span_find(pair, '=');
        const struct span name = span_sub(pair, 0, at);
        struct span value = span_sub(pair, at + 1, pair.len);

        if (value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"')
            value = span_sub(value, 1, value.len - 2);
        if (at < pair.len && name.len > 0 && all(name, name_char) && all(value, value_char)) {
            *ret_name = name;
            *ret_value = value;
            return true;
        }
    }
    return false;
}

struct span url_cookie_get(struct span cookies, const char *name)
{
    struct span found = SPAN_NONE;
    struct span at;
    struct span value;

    while (url_cookie_next(&cookies, &at, &value)) {
        if (!span_is(at, name))
            continue;
        if (found.p)
            return SPAN_NONE;
        found = value;
    }
    return found;
}
