#include "crypto/token.h"

#include "base/rand.h"
#include "crypto/equal.h"

#include <errno.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct token token_new(void)
{
    struct token t;
    uint8_t bytes[TOKEN_BYTES];
    uint32_t bits = 0;
    unsigned held = 0;
    size_t at = 0;

    rand_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < TOKEN_LEN; i++) {
        if (held < 6) {
            bits = bits << 8 | (at < TOKEN_BYTES ? bytes[at++] : 0);
            held += 8;
        }
        held -= 6;
        t.s[i] = alphabet[bits >> held & 63];
    }
    t.s[TOKEN_LEN] = 0;
    equal_wipe(bytes, sizeof(bytes));
    return t;
}

int token_hash(struct span s, uint8_t ret[SHA256_SIZE])
{
    if (s.len != TOKEN_LEN)
        return -EBADMSG;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.p[i];
        const bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!known)
            return -EBADMSG;
    }
    hash_sha256(s, ret);
    return 0;
}
