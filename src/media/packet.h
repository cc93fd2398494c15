/*
 * packet - one RTP packet of a source, in the clear, as the slots get it.
 *
 * Thread: the lane's; a value, its payload is somebody's for the batch.
 */
#pragma once

#include "base/clock.h"
#include "base/span.h"
#include "wire/vp8.h"

struct source;

struct packet {
    struct source *source;
    uint64_t seq; /* extended: counts on where 16 bits begin anew */
    uint32_t timestamp;
    uint8_t *payload; /* may be written to: see forward.c */
    uint16_t len;
    struct span red; /* the payload with older sound before it (RFC 2198); len 0: it came without */
    uint8_t layer;
    uint8_t audio_level; /* RFC 6464: 0 loud to 127 silent, 128 with voice; of has_level */
    uint8_t cvo;         /* of has_cvo: 3GPP TS 26.114, 7.4.5 */
    bool has_level;
    bool has_cvo;
    bool marker;
    bool key; /* begins a key frame */
    bool has_vp8;
    struct vp8 vp8;
};
