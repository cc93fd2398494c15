/*
 * layers - makes of the encodings of a source, and of one source after another, the one stream that a slot's
 * SSRC is: a receiver sees numbers without a hole, times that rise, and pictures that follow each other.
 *
 * Another encoding begins with a key frame of its own and with nothing else; until it comes the old one goes
 * on, if it is of the same source.  Sound changes at any packet.
 *
 * What was sent is remembered by its number, for whoever asks for it again.
 *
 * Pure.
 *
 * Thread: the owner's.
 */
#pragma once

#include "media/packet.h"

enum {
    LAYERS_SENT = 512,  /* packets that are remembered */
    LAYERS_RESENDS = 3, /* of one packet */
    LAYERS_RANGES = 16, /* of numbers that were shifted alike */
    LAYERS_FRAME_MS =
        33, /* a new encoding's first picture comes at least so much later, if it is not known */
};

#define LAYERS_PATIENCE (40 * MSEC) /* between two resends of a packet; the round trip if longer */

struct layers;

struct layers *layers_new(bool video);
struct layers *layers_free(struct layers *l);

/* What is wanted from now on; source NULL: nothing. */
void layers_want(struct layers *l, const struct source *source, int layer);

/* Is there an encoding that goes on, and is it the one that is wanted? */
bool layers_going(const struct layers *l);
bool layers_settled(const struct layers *l);
/* Of the one that goes on; -1: none. */
int layers_current(const struct layers *l);

/* How a packet goes out. */
struct layers_out {
    uint64_t seq; /* extended */
    uint32_t timestamp;
    uint16_t picture_id;
    uint8_t tl0_picidx;
    bool marker;
};

/* False: it does not go out. */
bool layers_pass(struct layers *l, const struct packet *p, usec_t now, struct layers_out *ret);

/* The source's packet that went out by this number, and how; false: not any more, or too often. */
bool layers_again(struct layers *l, uint16_t seq, usec_t rtt, usec_t now, uint8_t *ret_layer,
                  uint64_t *ret_seq, struct layers_out *ret);

/* What a timestamp of the encoding that goes on is in the stream. */
uint32_t layers_timestamp(const struct layers *l, uint32_t timestamp);
