/*
 * media - what the program has for calls besides signalling: its own STUN and TURN server on MEDIA_PORT
 * and on the listener's port.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "app/doubts.h"
#include "app/parts.h"
#include "port/listener.h"

struct media;
struct plane;
struct ice;
struct ice_own;

/*
 * -errno with a sentence in why; *ret is NULL where MEDIA_PORT is off.  A port that is in use when none was
 * asked for by name is no error: there are then no relays of ours, and the log says so.
 */
int media_new(struct parts *p, const struct config *conf, struct listener *l, struct media **ret,
              struct buf *why);
/* After the store has been closed, for it answers questions of ours; before parts_done(). */
struct media *media_free(struct media *m);
/* NULL: there are no rooms. */
struct plane *media_plane(const struct media *m);
void media_start(struct media *m);
/* What there is to offer with these ports, but for the secret; pure. */
void media_own(const struct config *conf, uint16_t udp_port, uint16_t tcp_port,
               struct ice_own *ret);
/* Tells when relays would be at addresses of this machine alone though people come from outside. */
void media_doubts(const struct config *conf, doubt_fn *fn, void *arg);
/* What browsers are told of it; m may be NULL: nothing.  It outlives the ice. */
void media_offer(const struct media *m, const struct config *conf, struct ice *ice);
