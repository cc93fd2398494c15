#include "base/text.h"

#include <errno.h>

static const char hex_digits[] = "0123456789abcdef";
static const char url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char std_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_hex(struct buf *out, struct span bytes)
{
    char *at = buf_room(out, 2 * bytes.len);

    for (size_t i = 0; i < bytes.len; i++) {
        *at++ = hex_digits[(uint8_t)bytes.p[i] >> 4];
        *at++ = hex_digits[(uint8_t)bytes.p[i] & 15];
    }
    out->len += 2 * bytes.len;
}

static void base64(struct buf *out, struct span bytes, const char *digits, bool pad)
{
    for (size_t i = 0; i < bytes.len; i += 3) {
        const size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t group = (uint32_t)(uint8_t)bytes.p[i] << 16;

        if (n > 1)
            group |= (uint32_t)(uint8_t)bytes.p[i + 1] << 8;
        if (n > 2)
            group |= (uint8_t)bytes.p[i + 2];
        for (size_t k = 0; k < 4; k++) {
            if (k <= n) {
                buf_add_char(out, digits[group >> (18 - 6 * k) & 63]);
            } else if (pad) {
                buf_add_char(out, '=');
            }
        }
    }
}

void text_base64url(struct buf *out, struct span bytes)
{
    base64(out, bytes, url_digits, false);
}

void text_base64(struct buf *out, struct span bytes)
{
    base64(out, bytes, std_digits, true);
}

static int url_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Takes back what a failed decoding has appended: outputs stay as they were. */
static int refuse(struct buf *out, size_t len)
{
    out->len = len;
    return -EBADMSG;
}

int text_from_base64url(struct span s, struct buf *out)
{
    const size_t before = out->len;
    uint32_t bits = 0;
    unsigned held = 0;

    if (s.len % 4 == 1)
        return -EBADMSG;
    for (size_t i = 0; i < s.len; i++) {
        const int v = url_value(s.p[i]);

        if (v < 0)
            return refuse(out, before);
        bits = (bits << 6 | (uint32_t)v) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            buf_add_char(out, (char)(bits >> held & 0xff));
        }
    }
    /* One text for one value: the bits that no byte uses must be zero. */
    if (bits & ((1U << held) - 1))
        return refuse(out, before);
    return 0;
}
