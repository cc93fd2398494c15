/*
 * mine - the answer of GET /me for those who asked lately, ready as text: it is what every page asks
 * most, and needs no store while nothing about the person has changed.
 *
 * Whatever is told to a person on the bus may come with a new change of theirs, so each such event
 * forgets the person's text.
 *
 * Thread: the loop's.
 */
#pragma once

#include "auth/actor.h"
#include "bus/bus.h"
#include "store/store.h"

enum { MINE_MAX = 20000 };

struct mine;

/* Follows the bus for its life. */
struct mine *mine_new(struct store *store, struct bus *bus);
struct mine *mine_free(struct mine *m);

/* The JSON of Me, until the loop goes on; SPAN_NONE: ask mine_load(). */
struct span mine_cached(const struct mine *m, const struct id *user);
typedef void mine_fn(int rc, struct span json, void *arg);
/* From the store; fn comes later. */
void mine_load(struct mine *m, const struct actor *actor, mine_fn *fn, void *arg);
