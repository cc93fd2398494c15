/*
 * vp8 - the payload descriptor of VP8 over RTP (RFC 7741, 4.2), and what a key frame says of itself.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "base/span.h"

struct vp8 {
    uint16_t picture_id; /* of has_picture_id: 7 bits, or 15 when wide */
    uint8_t tl0_picidx;
    uint8_t tid;
    uint8_t keyidx;
    bool has_picture_id;
    bool wide;
    bool has_tl0;
    bool has_tid;
    bool has_keyidx;
    bool layer_sync; /* Y: depends on the base layer alone */
    bool start;      /* S and partition 0: a frame begins */
    bool key;        /* and it is a key frame */
    uint16_t width;  /* of key */
    uint16_t height;
    uint8_t picture_id_at; /* where in the payload; 0: not there */
    uint8_t tl0_at;
    uint8_t len; /* bytes of the descriptor */
};

/* -EBADMSG: shorter than it says. */
int vp8_parse(struct span payload, struct vp8 *ret);

/* Writes other numbers over those that are there: the picture id with as many bits as it has. */
void vp8_patch(uint8_t *payload, const struct vp8 *v, uint16_t picture_id, uint8_t tl0_picidx);
