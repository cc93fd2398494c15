#include "wire/vp8.h"

#include <errno.h>

enum {
    X = 0x80, /* extensions follow */
    S = 0x10, /* start of a partition */
    PARTITION = 0x07,
    HAS_PICTURE_ID = 0x80,
    HAS_TL0 = 0x40,
    HAS_TID = 0x20,
    HAS_KEYIDX = 0x10,
    WIDE = 0x80,
    LAYER_SYNC = 0x20,
    FRAME_HEADER = 10, /* bytes of a key frame's (RFC 6386, 9.1) */
};

struct reader {
    const uint8_t *p;
    size_t len;
    size_t at;
    bool failed;
};

static uint8_t next(struct reader *r)
{
    if (r->at >= r->len) {
        r->failed = true;
        return 0;
    }
    return r->p[r->at++];
}

static void read_picture_id(struct reader *r, struct vp8 *v)
{
    v->picture_id_at = (uint8_t)r->at;
    const uint8_t first = next(r);
    v->has_picture_id = true;
    v->wide = (first & WIDE) != 0;
    v->picture_id = first & 0x7f;
    if (v->wide)
        v->picture_id = (uint16_t)(v->picture_id << 8 | next(r));
}

static void read_extensions(struct reader *r, struct vp8 *v)
{
    const uint8_t has = next(r);

    if ((has & HAS_PICTURE_ID) != 0)
        read_picture_id(r, v);
    if ((has & HAS_TL0) != 0) {
        v->tl0_at = (uint8_t)r->at;
        v->has_tl0 = true;
        v->tl0_picidx = next(r);
    }
    if ((has & (HAS_TID | HAS_KEYIDX)) != 0) {
        const uint8_t b = next(r);
        v->has_tid = (has & HAS_TID) != 0;
        v->tid = v->has_tid ? b >> 6 : 0;
        v->layer_sync = v->has_tid && (b & LAYER_SYNC) != 0;
        v->has_keyidx = (has & HAS_KEYIDX) != 0;
        v->keyidx = v->has_keyidx ? b & 0x1f : 0;
    }
}

/* RFC 6386, 9.1: the inverse key frame flag is the first bit; then the start code, and the size. */
static void read_frame(const struct reader *r, struct vp8 *v)
{
    const uint8_t *f = r->p + r->at;
    const size_t left = r->len - r->at;

    if (left == 0 || (f[0] & 1) != 0)
        return;
    v->key = true;
    if (left < FRAME_HEADER || f[3] != 0x9d || f[4] != 0x01 || f[5] != 0x2a)
        return;
    v->width = (uint16_t)((f[6] | f[7] << 8) & 0x3fff);
    v->height = (uint16_t)((f[8] | f[9] << 8) & 0x3fff);
}

int vp8_parse(struct span payload, struct vp8 *ret)
{
    struct reader r = {.p = (const uint8_t *)payload.p, .len = payload.len};
    struct vp8 v = {0};
    const uint8_t first = next(&r);

    if ((first & X) != 0)
        read_extensions(&r, &v);
    if (r.failed)
        return -EBADMSG;
    v.len = (uint8_t)r.at;
    v.start = (first & S) != 0 && (first & PARTITION) == 0;
    if (v.start)
        read_frame(&r, &v);
    *ret = v;
    return 0;
}

void vp8_patch(uint8_t *payload, const struct vp8 *v, uint16_t picture_id, uint8_t tl0_picidx)
{
    if (v->has_picture_id && v->wide) {
        payload[v->picture_id_at] = (uint8_t)(WIDE | (picture_id >> 8 & 0x7f));
        payload[v->picture_id_at + 1] = (uint8_t)picture_id;
    } else if (v->has_picture_id) {
        payload[v->picture_id_at] = picture_id & 0x7f;
    }
    if (v->has_tl0)
        payload[v->tl0_at] = tl0_picidx;
}
