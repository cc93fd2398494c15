/*
 * plane - the only door to the media of calls: commands go in, events come out, all of them values.
 *
 * A room is the media of one call; a peer is what one leg has in it: one PeerConnection.  The peer's page
 * offers (RFC 8829), the plane answers; from when on its packets are forwarded to the others without
 * anything being said again: a page tells what it wants to see in which slot, and is told what each
 * slot has.
 *
 * A page's transceivers: mid 0 microphone, 1 camera, 2 screen, 3 the screen's sound; then pairs of an audio
 * and a video one, which are the slots.
 *
 * What comes of a peer that has gone meanwhile is nothing: commands for whom nobody knows are ignored.
 *
 * Thread: the main loop's; the media loops do the work.
 */
#pragma once

#include "base/id.h"
#include "port/listener.h"
#include "port/media_loops.h"

struct plane;
struct stream;

enum {
    PLANE_PAIRS_MAX = 48,  /* slots of a page */
    PLANE_PEERS_MAX = 512, /* in a room */
    PLANE_HOSTS_MAX = 8,   /* addresses that are offered */
    PLANE_OFFER_MAX = 100 * 1024,
    PLANE_SPEAKERS_MAX = 8,
    PLANE_HEIGHT_MAX = 4320, /* pixels */
};

enum plane_source {
    PLANE_MIC,
    PLANE_CAMERA,
    PLANE_SCREEN,
    PLANE_SCREEN_AUDIO,
    PLANE_SOURCES,
};

enum plane_layer { PLANE_LOW, PLANE_MID, PLANE_HIGH, PLANE_LAYERS };

/* What a slot of a page has. */
enum plane_slot_state {
    PLANE_OFF,     /* the source sends nothing */
    PLANE_WAITING, /* for a key frame */
    PLANE_LIVE,
    PLANE_PAUSED, /* the line is too weak for it */
};

struct plane_slot {
    uint8_t slot;
    uint8_t source; /* enum plane_source */
    uint8_t state;  /* enum plane_slot_state; of video */
    bool video;
    uint16_t height; /* of the picture that is sent; 0: none, or not known */
    struct id leg;
};

struct plane_speaker {
    struct id leg;
    uint8_t level; /* 0 silent to 127 */
};

enum plane_event_kind {
    PLANE_CONNECTED, /* the peer can be heard */
    PLANE_LOST,      /* its consent has lapsed, or it said goodbye; it may connect again */
    PLANE_SLOTS,     /* all slots of the peer's page that have something */
    PLANE_SPEAKERS,  /* of the room; leg: the one who speaks most, or none */
    PLANE_PUBLISH,   /* which of the peer's layers somebody watches */
};

struct plane_event {
    enum plane_event_kind kind;
    struct id room;
    struct id leg;
    uint64_t peer; /* which peer of the leg: as plane_connect() returned it */
    union {
        struct {
            size_t count;
            struct plane_slot at[2 * PLANE_PAIRS_MAX];
        } slots;
        struct {
            size_t count;
            struct plane_speaker at[PLANE_SPEAKERS_MAX];
        } speakers;
        struct {
            bool layers[PLANE_LAYERS]; /* of the camera */
            bool screen;
        } publish;
    };
};

typedef void plane_event_fn(const struct plane_event *e, void *arg);

/* The addresses to offer to a page now, their ports left alone; how many.  Any thread's. */
typedef size_t plane_hosts_fn(struct addr ret[PLANE_HOSTS_MAX], void *arg);

struct plane_conf {
    struct loop *loop;
    struct media_loops *media; /* as turn_conf's */
    plane_hosts_fn *hosts;     /* asked at each offer: a machine may get others as it runs */
    void *hosts_arg;
    uint16_t tcp_port; /* that pages come by over TCP (RFC 6544); 0: none is offered */
};

struct plane *plane_new(const struct plane_conf *conf);
/* Once the media loops have stopped. */
struct plane *plane_free(struct plane *p);
/* Before the media loops. */
void plane_start(struct plane *p);

/* For the listener: pages whose media comes over TCP. */
enum match plane_match(const uint8_t *first, size_t n);
void plane_accept(struct stream *st, void *plane);

void plane_listen(struct plane *p, plane_event_fn *fn, void *arg);

/* rc 0: text is the answer; -EBADMSG: the offer is none that we can answer, and text says why; -ENOSPC: the
 * room is full.  Exactly once, on the main loop, after plane_connect() has returned. */
typedef void plane_answer_fn(int rc, struct span text, void *arg);

struct plane_offer {
    struct id room;
    struct id leg;
    uint16_t number; /* of the leg in its room, not 0: the CSRC of what comes from it */
    struct span sdp;
};

/*
 * A peer for this leg; or, when the offer is of the session that its peer has, more slots or new
 * credentials for that one.  An offer of another session puts a new peer in its place.
 */
void plane_connect(struct plane *p, const struct plane_offer *offer, plane_answer_fn *fn,
                   void *arg);
void plane_leave(struct plane *p, const struct id *room, const struct id *leg);
void plane_close(struct plane *p, const struct id *room);

/* A picture that a page shows. */
struct plane_want {
    struct id leg;
    uint8_t slot;
    uint8_t source;  /* PLANE_CAMERA or PLANE_SCREEN */
    uint16_t height; /* pixels that it is shown with */
};
/* All that the leg's page shows, in the order of what matters most; the others get no picture. */
void plane_view(struct plane *p, const struct id *room, const struct id *leg,
                const struct plane_want *wants, size_t n);

/* Which sources of the leg are on: what is muted is not forwarded, whatever its page sends. */
void plane_sources(struct plane *p, const struct id *room, const struct id *leg,
                   const bool on[PLANE_SOURCES]);
