#include "auth/names.h"

#include "base/glyph.h"
#include "base/utf8.h"

#include <errno.h>

/* Five stand on a letter of pointed Hebrew; more is there to run over the lines around it. */
enum { MARKS_MAX = 5, LABEL_MAX = 63 };

const char names_name_rule[] =
    "A name has 1 to 80 characters that can be seen, and none that hide or turn others around.";

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_local(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_alnum(s.p[i]) && (s.p[i] == 0 || !strchr(".!#$%&'*+/=?^_`{|}~-", s.p[i])))
            return false;
    }
    return s.len > 0;
}

static bool is_label(struct span s)
{
    if (s.len == 0 || s.len > LABEL_MAX || s.p[0] == '-' || s.p[s.len - 1] == '-')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_alnum(s.p[i]) && s.p[i] != '-')
            return false;
    }
    return true;
}

bool names_is_email(struct span s)
{
    const size_t at = span_find(s, '@');

    if (s.len > EMAIL_MAX || at == s.len || !is_local(span_sub(s, 0, at)))
        return false;
    for (size_t from = at + 1; from <= s.len;) {
        const struct span rest = span_sub(s, from, s.len);
        const size_t dot = span_find(rest, '.');

        if (!is_label(span_sub(rest, 0, dot)))
            return false;
        from += dot + 1;
    }
    return true;
}

int names_email(struct span s, struct arena *a, struct span *ret)
{
    s = span_trim(s);
    if (!names_is_email(s))
        return -EBADMSG;

    char *p = arena_alloc(a, s.len);
    for (size_t i = 0; i < s.len; i++) {
        p[i] = s.p[i];
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + ('a' - 'A'));
    }
    *ret = span_of(p, s.len);
    return 0;
}

/* Without the blanks around it, of which Unicode has more than span_trim() knows. */
static struct span trim(struct span s)
{
    struct span rest = s;
    size_t end = 0;

    while (rest.len > 0) {
        const size_t at = s.len - rest.len;
        const bool blank = glyph_of(utf8_next(&rest)) == GLYPH_BLANK;

        if (blank && at == 0) {
            s = rest;
        } else if (!blank) {
            end = s.len - rest.len;
        }
    }
    return span_sub(s, 0, end);
}

static bool can_be_read(struct span s)
{
    uint32_t before = 0;
    unsigned marks = 0;
    bool seen = false;

    while (s.len > 0) {
        const uint32_t c = utf8_next(&s);
        const enum glyph glyph = glyph_of(c);

        marks = glyph == GLYPH_MARK ? marks + 1 : 0;
        if (glyph == GLYPH_HIDDEN || marks > MARKS_MAX || (glyph == GLYPH_JOINER && before < 0x80))
            return false;
        seen = seen || glyph == GLYPH_SEEN;
        before = c;
    }
    return seen;
}

int names_name(struct span s, struct span *ret)
{
    if (!utf8_valid(s))
        return -EBADMSG;
    s = trim(s);
    if (utf8_count(s) > NAME_MAX_CHARS || !can_be_read(s))
        return -EBADMSG;
    *ret = s;
    return 0;
}
