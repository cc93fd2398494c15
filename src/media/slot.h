/*
 * slot - one receiving transceiver of a page: whose sound or picture it has now, and the one faultless stream
 * that its SSRC is, whatever it is made of.
 *
 * Thread: the lane's.
 */
#pragma once

#include "media/layers.h"
#include "media/source.h"

struct slot {
    struct peer *peer;
    struct source *source; /* NULL: empty */
    struct list link;      /* source.slots */
    uint32_t ssrc;
    uint32_t rtx_ssrc;
    uint64_t rtx_seq;
    struct layers *layers;
    uint32_t packets; /* sent, for reports */
    uint32_t octets;
    uint32_t last_timestamp;
    uint32_t report; /* the middle of the NTP time of our last sender report: what comes back of it
                      * gives the round trip */
    usec_t report_at;
    usec_t lossy_until; /* it told lately that much is lost */
    int want;           /* encoding that is wanted; -1: none */
    uint16_t height;    /* as the page wants it; 0: not shown */
    uint8_t index;      /* of its pair */
    bool video;
    bool open;   /* the page has such a transceiver */
    bool weak;   /* paused for want of bandwidth */
    bool chosen; /* for room_pictures.c */
    enum plane_slot_state told;
};

void slot_init(struct slot *s, struct peer *p, uint8_t index, bool video);
void slot_done(struct slot *s);
/* source NULL: empties it. */
void slot_set(struct slot *s, struct source *source);
/* The encoding that is to be sent from now on, -1: none; asks for a key frame where it needs one. */
void slot_choose(struct slot *s, int want, usec_t now);
enum plane_slot_state slot_state(const struct slot *s, usec_t now);
/* The source has begun anew: what its packets' numbers were says nothing about those that come. */
void slots_afresh(struct source *s);
/* What the encoding has from this number on goes to the slot, as far as it passes. */
void slot_replay(struct slot *s, const struct encoding *e, uint64_t from, usec_t now);
/* The page says that packets are missing. */
void slot_resend(struct slot *s, uint16_t seq, usec_t now);
