#include "auth/names.h"

#include "base/utf8.h"

#include <errno.h>

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

int names_email(struct span s, struct arena *a, struct span *ret)
{
    s = span_trim(s);
    const size_t at = span_find(s, '@');

    if (s.len == 0 || s.len > EMAIL_MAX || at == 0 || at + 1 >= s.len || !utf8_valid(s))
        return -EBADMSG;

    char *p = arena_alloc(a, s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.p[i];
        if (is_control((unsigned char)c) || c == ' ' || (c == '@' && i != at))
            return -EBADMSG;
        p[i] = c;
        if (c >= 'A' && c <= 'Z')
            p[i] = (char)(c + ('a' - 'A'));
    }
    *ret = span_of(p, s.len);
    return 0;
}

/* U+202A-202E are E2 80 AA-AE, U+2066-2069 are E2 81 A6-A9. */
static bool turns_direction(struct span rest)
{
    if (rest.len < 3 || (unsigned char)rest.p[0] != 0xe2)
        return false;
    const unsigned char second = (unsigned char)rest.p[1];
    const unsigned char third = (unsigned char)rest.p[2];
    return (second == 0x80 && third >= 0xaa && third <= 0xae) ||
           (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

int names_name(struct span s, struct span *ret)
{
    s = span_trim(s);
    if (s.len == 0 || !utf8_valid(s) || utf8_count(s) > NAME_MAX_CHARS)
        return -EBADMSG;
    for (size_t i = 0; i < s.len; i++) {
        if (is_control((unsigned char)s.p[i]) || turns_direction(span_sub(s, i, s.len)))
            return -EBADMSG;
    }
    *ret = s;
    return 0;
}
