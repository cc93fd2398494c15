#include "base/id.h"

#include "base/rand.h"

#include <errno.h>

enum { UUID_BYTES = 16 };

static bool hyphen_at(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

struct id id_new(struct wall now)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t raw[UUID_BYTES];
    struct id id = {{0}};
    size_t byte = 0;

    rand_bytes(raw, sizeof(raw));
    for (int i = 0; i < 6; i++)
        raw[i] = (uint8_t)((uint64_t)now.ms >> (40 - 8 * i));
    raw[6] = (raw[6] & 0x0f) | 0x70; /* version 7 */
    raw[8] = (raw[8] & 0x3f) | 0x80; /* the variant of RFC 9562 */

    for (size_t i = 0; i < ID_LEN;) {
        if (hyphen_at(i)) {
            id.s[i++] = '-';
            continue;
        }
        id.s[i++] = digits[raw[byte] >> 4];
        id.s[i++] = digits[raw[byte++] & 15];
    }
    return id;
}

int id_parse(struct span s, struct id *ret)
{
    if (s.len != ID_LEN)
        return -EBADMSG;
    for (size_t i = 0; i < ID_LEN; i++) {
        const char c = s.p[i];
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

        if (hyphen_at(i) ? c != '-' : !digit)
            return -EBADMSG;
    }
    memcpy(ret->s, s.p, ID_LEN);
    ret->s[ID_LEN] = 0;
    return 0;
}
