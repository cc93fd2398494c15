/*
 * lane - the media of calls on one loop: whose datagram it is, the rooms and peers that live here, and what
 * goes out.
 *
 * A peer's ufrag begins with the letter of its lane.  A check for another lane's peer is handed over, and that
 * lane, once it has found the check good, tells the others whose the source is: what comes from there
 * later is handed over at once, a copy, with the others of its batch.  Any lane may send.
 *
 * The life of a packet: datagram -> peer of its source -> decrypted where it stands -> its place in the
 * layer's store -> waits in the room until the batch ends -> for each slot that has the source: a header of
 * its own, the payload encrypted from there into the send slab -> sent with the others of the batch.
 *
 * Thread: the loop's, but for media_lane_new() and media_lane_free().
 */
#pragma once

#include "media/plane.h"

struct media_lane;
struct dtls_identity;

struct media_lane_conf {
    struct loop *loop;
    struct datagrams *datagrams;
    struct media_lane *const *lanes; /* all of them, this one too; filled before they start */
    size_t index;
    size_t count;
    struct dtls_identity *identity;
    const struct plane_conf *plane;
    struct loop *main;                                     /* for events */
    void (*event)(const struct plane_event *e, void *arg); /* on main */
    void *event_arg;
};

struct media_lane *media_lane_new(const struct media_lane_conf *conf);
/* When its loop runs no more. */
struct media_lane *media_lane_free(struct media_lane *l);
void media_lane_start(struct media_lane *l);

/* Any thread: a page that comes over TCP, whose stream the lane takes over. */
void media_lane_accept(struct media_lane *l, struct stream *st);

/* What plane.h says, on the lane's loop.  *ret_text: the answer, or why there is none. */
int media_lane_connect(struct media_lane *l, const struct plane_offer *offer, uint64_t peer,
                       struct buf *ret_text);
void media_lane_leave(struct media_lane *l, const struct id *room, const struct id *leg);
void media_lane_close(struct media_lane *l, const struct id *room);
void media_lane_view(struct media_lane *l, const struct id *room, const struct id *leg,
                     const struct plane_want *wants, size_t n);
void media_lane_sources(struct media_lane *l, const struct id *room, const struct id *leg,
                        const bool on[PLANE_SOURCES]);
