/*
 * presence - whether people are here: over all their pages, what they set by hand, and calls.
 *
 * A person is what was set by hand (appearing offline hides); else in a call; else available with
 * an active page; else away.  Without any page they are offline after PRESENCE_GRACE, whatever was
 * set: a page that went counts for so long, so that one that reloads is not seen to go.  Changes of the outward state are told as
 * BUS_PRESENCE.  Kept in memory alone: after a restart people come back with their pages.
 *
 * Thread: the main loop's; presence_state_of() any.
 */
#pragma once

#include "base/json.h"
#include "bus/bus.h"

struct presence;

#define PRESENCE_GRACE (20 * SEC)

/* In the contract's order of names; the first six can be set by hand. */
enum presence_state {
    PRESENCE_AVAILABLE,
    PRESENCE_BUSY,
    PRESENCE_DND,
    PRESENCE_BRB,
    PRESENCE_AWAY,
    PRESENCE_OFFLINE,
    PRESENCE_IN_CALL,
    PRESENCE_AUTO = -1, /* nothing set by hand */
};

struct presence_facts {
    enum presence_state manual;
    bool in_call;
    unsigned active; /* pages at which the person is */
    unsigned idle;   /* other pages */
};

/* The rule alone. */
enum presence_state presence_state_of(const struct presence_facts *f);
const char *presence_name(enum presence_state s);
/* PRESENCE_AUTO for SPAN_NONE and what is no state. */
enum presence_state presence_parse(struct span s);

/* grace: PRESENCE_GRACE, less in tests. */
struct presence *presence_new(struct loop *l, struct bus *bus, usec_t grace);
struct presence *presence_free(struct presence *p);

/* A page came (active), or its person came back to it or went idle. */
void presence_page(struct presence *p, const struct id *user, const struct id *page, bool active);
/* The last socket of the page closed. */
void presence_page_gone(struct presence *p, const struct id *user, const struct id *page);
/* As PUT /me/presence set it; SPAN_NONE: automatic. */
void presence_set_by_hand(struct presence *p, const struct id *user, struct span state);
/* As the store has it: taken when nothing is known here, which is never older. */
void presence_learn_by_hand(struct presence *p, const struct id *user, struct span state);
void presence_set_in_call(struct presence *p, const struct id *user, bool in_call);

/* The outward state now. */
enum presence_state presence_get(const struct presence *p, const struct id *user);
/* Appends the Presence object of the contract. */
void presence_write(const struct presence *p, const struct id *user, struct buf *out);
