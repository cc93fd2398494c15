#include "wire/red.h"

#include <errno.h>

enum {
    MORE = 0x80,    /* F: another header follows */
    TYPE = 0x7f,    /* of a block */
    HEADER = 4,     /* bytes, of a redundant block: F and type, 14 bits of time, 10 of length */
    LENGTH = 0x3ff, /* of the header's last two bytes */
};

int red_primary(struct span payload, uint8_t payload_type, struct span *ret)
{
    const uint8_t *p = (const uint8_t *)payload.p;
    size_t older = 0; /* bytes of redundant blocks */
    size_t at = 0;

    for (int i = 0; i < RED_BLOCKS_MAX && at < payload.len; i++) {
        if ((p[at] & TYPE) != payload_type)
            return -EBADMSG;
        if ((p[at] & MORE) == 0) {
            at++;
            if (payload.len - at < older)
                return -EBADMSG;
            *ret = span_sub(payload, at + older, payload.len);
            return 0;
        }
        if (payload.len - at < HEADER)
            return -EBADMSG;
        older += (size_t)(p[at + 2] << 8 | p[at + 3]) & LENGTH;
        at += HEADER;
    }
    return -EBADMSG;
}
