/*
 * peer - the media connection of one page: its path, its keys, what it sends and the slots it receives in.
 *
 * Thread: the lane's.
 */
#pragma once

#include "crypto/dtls.h"
#include "crypto/srtp.h"
#include "media/ice.h"
#include "media/peer_line.h"
#include "media/slot.h"
#include "media/twcc_in.h"
#include "wire/rtpext.h"
#include "wire/sdp.h"
#include "wire/stun.h"

struct room;

enum {
    PEER_SSRCS = 32, /* that are remembered of what it sends */
    PEER_SESSION = 64,
};

#define PEER_CALM (50 * MSEC) /* between looks at a peer that only receives */

/* What the page and we have agreed on. */
struct terms {
    struct rtpext_ids ids[2]; /* on packets of sound, of video */
    bool numbered
        [2]; /* transport-wide, are packets of sound, of video (not all browsers: Firefox's sound is not) */
    uint8_t opus;
    uint8_t red; /* 0: none; so are the others */
    uint8_t vp8;
    uint8_t vp8_rtx;
    uint8_t rids; /* of the camera */
    char rid[PLANE_LAYERS][SDP_RID_LEN + 1];
    char mid[PLANE_SOURCES][SDP_MID_LEN + 1];
    size_t pairs; /* slots that are open */
};

/* What an SSRC of the peer is. */
struct heard_ssrc {
    uint32_t ssrc;
    uint8_t kind; /* enum plane_source */
    uint8_t layer;
    bool rtx;
};

struct peer {
    struct list link; /* lane.peers */
    /* what a tick looks at first, in one cache line: most peers have nothing to do at most ticks */
    usec_t due;         /* the next tick that does something, if nothing below is set */
    bool connected;     /* keys are there */
    bool gone;          /* to be told and freed at the next tick */
    bool slots_changed; /* to be told */
    bool view_changed;
    uint32_t ssrc_count;
    struct list room_link; /* room.peers */
    struct media_lane *lane;
    struct room *room;
    struct id leg;
    uint64_t name; /* which one of the leg, for events */
    uint16_t number;
    char session[PEER_SESSION]; /* of its offers */
    size_t session_len;
    char *their_ufrag; /* of the last offer */
    struct ice_lite ice;
    size_t connections; /* over TCP, that have proved to be its own */
    struct dtls *dtls;
    usec_t dtls_at; /* when its timer is due */
    struct srtp *in;
    struct srtp *out;
    struct terms terms;
    struct source sources[PLANE_SOURCES];
    struct heard_ssrc ssrcs[PEER_SSRCS];
    struct slot audio[PLANE_PAIRS_MAX];
    struct slot video[PLANE_PAIRS_MAX];
    struct plane_want view[PLANE_PAIRS_MAX];
    size_t view_count;
    struct twcc_in arrivals;
    struct peer_line line;
    uint64_t rtcp_index;
    usec_t reported_at;
    usec_t chosen_at; /* encodings for the slots */
    usec_t told_at;   /* slots */
    usec_t rtt;
    uint32_t own_ssrc; /* of what we say to it */
};

struct peer *peer_new(struct room *r, const struct plane_offer *offer, uint64_t name, usec_t now);
struct peer *peer_free(struct peer *p);

/* Whose certificate it must show: before anything else is done with it. */
void peer_expect(struct peer *p, const uint8_t sha256[32]);
/* New credentials, the old ones being good until these are used. */
void peer_restart(struct peer *p);

/* What came from it; a check: was it good? */
bool peer_check(struct peer *p, const struct stun *check, const struct media_path *from,
                usec_t now);
void peer_dtls(struct peer *p, const uint8_t *bytes, size_t n, usec_t now);
/* at: when the kernel got it. */
void peer_rtp(struct peer *p, uint8_t *bytes, size_t n, usec_t at, usec_t now);
void peer_rtcp(struct peer *p, uint8_t *bytes, size_t n, usec_t now);
void peer_tick(struct peer *p, usec_t now);

/* peer_rtcp.c: what is due to be said of what it sends, and of what is sent to it. */
void peer_report(struct peer *p, usec_t now);
void peer_feedback(struct peer *p, bool frame_end, usec_t now);

/* forward.c: the packet goes to all slots of its source when the batch ends, its payload being there till then. */
void forward_later(struct source *s, const struct packet *k);
/* To one slot, now; true when it passes it on. */
bool forward_to(struct slot *s, struct packet *k, usec_t now);
/* Padding alone, on the slot's stream of repetitions. */
void forward_padding(struct slot *s, struct span padding, usec_t now);
/* Once more, by RTX, as it went out before. */
void forward_again(struct slot *s, struct packet *k, const struct layers_out *o, usec_t now);
