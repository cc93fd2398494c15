#include "crypto/totp.h"

#include "crypto/equal.h"
#include "crypto/hmac.h"

#include <errno.h>
#include <stdio.h>

uint32_t totp_code(struct span secret, int64_t step)
{
    uint8_t counter[8];
    uint8_t mac[SHA1_SIZE];

    for (size_t i = 0; i < sizeof(counter); i++)
        counter[i] = (uint8_t)((uint64_t)step >> (8 * (sizeof(counter) - 1 - i)));
    hmac_sha1(secret, span_of(counter, sizeof(counter)), mac);

    /* RFC 4226, 5.3: four bytes from where the last half byte says, without the sign. */
    const uint8_t *at = mac + (mac[SHA1_SIZE - 1] & 0x0f);
    const uint32_t word = (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 |
                          (uint32_t)at[2] << 8 | (uint32_t)at[3];
    equal_wipe(mac, sizeof(mac));
    return word % 1000000;
}

int totp_find(struct span secret, struct span code, int64_t now_seconds, int64_t last,
              int64_t *ret_step)
{
    const int64_t now = now_seconds / TOTP_PERIOD;
    int64_t found = -1;

    if (code.len != TOTP_DIGITS)
        return -ENOENT;
    /* All are compared, so that the time does not say which it was. */
    for (int64_t step = now - 1; step <= now + 1; step++) {
        char text[TOTP_DIGITS + 1];
        (void)snprintf(text, sizeof(text), "%06u", totp_code(secret, step) % 1000000U);
        const bool same = equal_secret(span_str(text), code);
        if (same && step > last && found < 0)
            found = step;
    }
    if (found < 0)
        return -ENOENT;
    *ret_step = found;
    return 0;
}

void totp_base32(struct buf *out, struct span bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t bits = 0;
    unsigned have = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        bits = bits << 8 | (uint8_t)bytes.p[i];
        have += 8;
        for (; have >= 5; have -= 5)
            buf_add_char(out, digits[bits >> (have - 5) & 31]);
    }
    if (have > 0)
        buf_add_char(out, digits[bits << (5 - have) & 31]);
}

static void add_escaped(struct buf *out, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '.' || c == '_') {
            buf_add_char(out, c);
        } else {
            buf_printf(out, "%%%02X", (unsigned)(uint8_t)c);
        }
    }
}

void totp_uri(struct buf *out, struct span secret, struct span issuer, struct span account)
{
    buf_add_str(out, "otpauth://totp/");
    add_escaped(out, issuer);
    buf_add_char(out, ':');
    add_escaped(out, account);
    buf_add_str(out, "?secret=");
    totp_base32(out, secret);
    buf_add_str(out, "&issuer=");
    add_escaped(out, issuer);
}
