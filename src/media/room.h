/*
 * room - the media of one call on this lane: its peers, and who gets what.
 *
 * Thread: the lane's.
 */
#pragma once

#include "media/lane_inside.h"

#define ROOM_SPEAKERS_EVERY (300 * MSEC)
#define ROOM_UNWATCHED      (2 * SEC) /* then an encoding that nobody wants is switched off */

struct room {
    struct media_lane *lane;
    struct id id;
    struct list peers;
    size_t count;
    bool changed; /* sources came or went: sound is given out anew */
    usec_t looked_at;
    usec_t speakers_at;
    struct id dominant;
    struct plane_speaker told[PLANE_SPEAKERS_MAX];
    size_t told_count;
};

struct room *room_new(struct media_lane *l, const struct id *id);
struct room *room_free(struct room *r);

/* As media_lane_connect(). */
int room_connect(struct room *r, const struct plane_offer *offer, uint64_t name, struct buf *ret);
void room_leave(struct room *r, const struct id *leg);
void room_view(struct room *r, const struct id *leg, const struct plane_want *wants, size_t n);
void room_sources(struct room *r, const struct id *leg, const bool on[PLANE_SOURCES]);
void room_tick(struct room *r, usec_t now);
struct peer *room_peer(const struct room *r, const struct id *leg);

/* room_slots.c: whose sound each slot of the peer has. */
void room_give_sound(struct room *r, struct peer *to, usec_t now);
/* room_pictures.c: whose picture, and how fine. */
void room_give_pictures(struct room *r, struct peer *to, usec_t now);
void room_tell_slots(struct peer *p, usec_t now);
/* Which encodings somebody wants. */
void room_watch(struct room *r, usec_t now);
