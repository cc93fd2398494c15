#include "base/utf8.h"

/*
 * `state` is how many bytes of the character are still to come, or BROKEN for ever after a bad
 * one.  `code` holds the range that the next byte must lie in: its lowest value, and the highest
 * shifted by HIGH.  The range differs from 80-BF only behind a first byte that could begin an
 * overlong form, a surrogate or something above U+10FFFF (RFC 3629, section 4).
 */
enum { BROKEN = 0xff, HIGH = 8, TAIL = 0x80 | 0xbf << HIGH };

static bool begin(struct utf8 *u, uint8_t c)
{
    if (c < 0xc2 || c > 0xf4) /* a tail byte, C0, C1: overlong; F5 and up: beyond U+10FFFF */
        return false;
    u->state = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    u->code = TAIL;
    if (c == 0xe0) {
        u->code = 0xa0 | 0xbf << HIGH;
    } else if (c == 0xed) {
        u->code = 0x80 | 0x9f << HIGH;
    } else if (c == 0xf0) {
        u->code = 0x90 | 0xbf << HIGH;
    } else if (c == 0xf4) {
        u->code = 0x80 | 0x8f << HIGH;
    }
    return true;
}

static bool step(struct utf8 *u, uint8_t c)
{
    if (u->state == 0)
        return c < 0x80 || begin(u, c);
    if (u->state == BROKEN || c < (u->code & 0xff) || c > u->code >> HIGH)
        return false;
    u->state--;
    u->code = TAIL;
    return true;
}

/* How many of the bytes at p are ASCII, as far as whole words tell. */
static size_t ascii_words(const char *p, size_t len)
{
    const uint64_t high_bits = 0x8080808080808080U;
    size_t at = 0;
    uint64_t word = 0;

    for (; len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, p + at, sizeof(word));
        if (word & high_bits)
            break;
    }
    return at;
}

bool utf8_feed(struct utf8 *u, struct span s)
{
    size_t at = 0;

    while (at < s.len) {
        if (u->state == 0)
            at += ascii_words(s.p + at, s.len - at);
        if (at < s.len && !step(u, (uint8_t)s.p[at])) {
            u->state = BROKEN;
            return false;
        }
        at++;
    }
    return u->state != BROKEN;
}

bool utf8_whole(const struct utf8 *u)
{
    return u->state == 0;
}

bool utf8_valid(struct span s)
{
    struct utf8 u = {0};

    return utf8_feed(&u, s) && utf8_whole(&u);
}

size_t utf8_count(struct span s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++)
        count += ((uint8_t)s.p[i] & 0xc0) != 0x80;
    return count;
}

uint32_t utf8_next(struct span *s)
{
    const uint8_t first = (uint8_t)s->p[0];
    const size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t c = len == 1 ? first : first & (0x7fU >> len);

    for (size_t i = 1; i < len; i++)
        c = c << 6 | ((uint8_t)s->p[i] & 0x3f);
    *s = span_sub(*s, len, s->len);
    return c;
}
