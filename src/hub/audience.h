/*
 * audience - the index of who is here: people with their clients, and the channels they are in.
 *
 * A person is known while one of their clients is; their channels are loaded once and then follow
 * the membership events.  Leaving is told here before anything else is delivered, so nothing of a
 * channel reaches who is no longer in it.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "base/id.h"
#include "base/list.h"

#include <stdbool.h>

struct audience;
struct listener; /* a person */

/* Embedded in a client. */
struct ear {
    struct list link; /* among the person's ears */
    struct listener *listener;
};

struct audience *audience_new(void);
struct audience *audience_free(struct audience *a);

/* Adds an ear to the person, who is made when this is the first. */
void audience_join(struct audience *a, const struct id *user, struct ear *ear);
/* Takes the ear away; with the last one the person goes. */
void audience_leave(struct audience *a, struct ear *ear);

struct listener *audience_find(struct audience *a, const struct id *user);
size_t listener_ears(const struct listener *l);
/* Are the person's channels known? */
bool listener_loaded(const struct listener *l);
bool listener_in(const struct listener *l, const struct id *channel);

/* Sets the channels when they are not known yet; nothing when they are. */
void audience_load(struct audience *a, struct listener *l, const struct id *channels, size_t n);
/* Forgets the channels of all people, and makes every load under way stale. */
void audience_forget(struct audience *a);
/* A membership event. */
void audience_enter(struct audience *a, const struct id *user, const struct id *channel);
void audience_exit(struct audience *a, const struct id *user, const struct id *channel);
/* How many membership events of the person have come: a load that began with another number may have
 * read what was before them. */
uint32_t listener_moves(const struct listener *l);

typedef void ear_fn(struct ear *ear, void *arg);
/* fn must not change the index. */
void audience_each_of_channel(struct audience *a, const struct id *channel, ear_fn *fn, void *arg);
void audience_each_of_user(struct audience *a, const struct id *user, ear_fn *fn, void *arg);
void audience_each(struct audience *a, ear_fn *fn, void *arg);
