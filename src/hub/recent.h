/*
 * recent - the ring of recent events of this node, so that a socket that comes back gets what it
 * missed.  It holds a reference to each frame and says for whom it was.
 *
 * Positions rise by one with each event, kept or not; `floor` is the last position that may be
 * missing.  A page that is at `floor` or later can be brought up to date from here, an older one
 * cannot.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "bus/bus.h"

struct frame;
struct recent;

enum {
    RECENT_MAX = 8192, /* events */
    RECENT_BYTES_MAX = 8 * 1024 * 1024,
};

struct recent_entry {
    uint64_t pos;
    enum bus_audience audience;
    struct id channel;
    struct id user;
    struct id page;
    struct id except_user;
    struct frame *frame;
};

struct recent *recent_new(void);
struct recent *recent_free(struct recent *r);

/* Keeps the event under pos (above all before); takes a reference of its own to frame. */
void recent_add(struct recent *r, uint64_t pos, const struct bus_event *e, struct frame *frame);

/* Can everything after pos be given, when the stream is at now? */
bool recent_reaches(const struct recent *r, uint64_t pos, uint64_t now);

/* The first event after pos, or NULL. */
const struct recent_entry *recent_after(const struct recent *r, uint64_t pos);
