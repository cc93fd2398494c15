#include "base/span.h"

#include <errno.h>

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool span_eq_nocase(struct span a, struct span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    }
    return true;
}

struct span span_trim(struct span s)
{
    while (s.len > 0 && blank(s.p[0])) {
        s.p++;
        s.len--;
    }
    while (s.len > 0 && blank(s.p[s.len - 1]))
        s.len--;
    return s;
}

size_t span_find(struct span s, char c)
{
    const char *at = s.len > 0 ? memchr(s.p, c, s.len) : NULL;

    return at ? (size_t)(at - s.p) : s.len;
}

bool span_split(struct span *s, char sep, struct span *ret)
{
    if (!s->p)
        return false;

    const size_t at = span_find(*s, sep);
    *ret = (struct span){s->p, at};
    *s = at < s->len ? (struct span){s->p + at + 1, s->len - at - 1} : SPAN_NONE;
    return true;
}

int span_u64(struct span s, uint64_t max, uint64_t *ret)
{
    uint64_t v = 0;
    bool over = false;

    if (s.len == 0)
        return -EBADMSG;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -EBADMSG;
        over = over || __builtin_mul_overflow(v, 10, &v) ||
               __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v);
    }
    if (over || v > max)
        return -ERANGE;
    *ret = v;
    return 0;
}
