/*
 * source - what one peer sends of one kind: its encodings, what is missing of them, and who has it in a slot.
 *
 * Thread: the lane's.
 */
#pragma once

#include "base/list.h"
#include "media/nack.h"
#include "media/plane.h"
#include "media/pli.h"
#include "media/speech.h"
#include "media/store.h"
#include "wire/rtcp.h"

struct peer;

#define SOURCE_ALIVE (2 * SEC) /* an encoding that has sent nothing for so long is off */

/* Reception of one SSRC (RFC 3550, 6.4.1 and A.3). */
struct reception {
    uint64_t first;
    uint64_t highest; /* extended */
    uint64_t received;
    uint64_t expected_before;
    uint64_t received_before;
    double jitter; /* in units of the clock */
    int64_t transit;
    bool started;
};

/* A sender report, and when it came. */
struct heard_report {
    uint64_t ntp;
    uint32_t timestamp;
    usec_t at; /* 0: none yet */
};

struct encoding {
    uint32_t ssrc;
    uint32_t rtx_ssrc;
    bool bound; /* ssrc is known */
    bool rtx_bound;
    struct reception reception;
    struct heard_report report;
    struct nack *nack;   /* of video */
    struct store *store; /* of video, from its first packet on */
    struct pli pli;
    uint64_t key_seq; /* where the last key frame begins */
    bool has_key;
    uint16_t height; /* of the last key frame; 0: not known */
    usec_t last_at;
    uint64_t bytes; /* since rate_at */
    usec_t rate_at;
    uint32_t rate; /* bits a second, over the last one */
};

struct source {
    struct peer *peer;
    enum plane_source kind;
    bool on;                                 /* as signalling says */
    struct encoding encodings[PLANE_LAYERS]; /* of the camera; the others have the first */
    struct list slots;                       /* that have it: struct slot.link */
    struct list dirty;                       /* lane.dirty: packets wait */
    size_t pending_first;                    /* in lane.pending, from 1; 0: none */
    size_t pending_last;
    uint32_t loud;                     /* of sound: 0 to 127, smoothed, in 256ths */
    struct speech speech;              /* of a microphone */
    bool told[PLANE_LAYERS];           /* as the last PLANE_PUBLISH said */
    usec_t unwatched_at[PLANE_LAYERS]; /* since when nobody wants it; 0: somebody does */
};

static inline bool source_is_video(const struct source *s)
{
    return s->kind == PLANE_CAMERA || s->kind == PLANE_SCREEN;
}

void source_init(struct source *s, struct peer *p, enum plane_source kind);
void source_done(struct source *s);

/* The encoding is this SSRC from now on; what was known of it is forgotten. */
void encoding_bind(struct source *s, struct encoding *e, uint32_t ssrc);
/* A packet of it, decrypted; k->seq is set here.  repeated: by RTX. */
void source_take(struct source *s, struct packet *k, uint16_t seq, bool repeated, usec_t now);

static inline bool encoding_alive(const struct encoding *e, usec_t now)
{
    return e->bound && e->last_at != 0 && now < e->last_at + SOURCE_ALIVE;
}

/* What would be best for a picture of this height, whether it comes or not. */
int source_ideal_layer(const struct source *s, uint16_t height);
/* The encoding that fits best for a picture of this height, of those that come; -1: none does. */
int source_layer_for(const struct source *s, uint16_t height, usec_t now);

/* What a report says of it; takes the interval. */
void reception_seen(struct reception *r, uint16_t seq, uint32_t timestamp, unsigned clock_rate,
                    usec_t now, uint64_t *ret_seq);
void reception_report(struct reception *r, const struct heard_report *heard, uint32_t ssrc,
                      usec_t now, struct rtcp_report *ret);
