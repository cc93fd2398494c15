/*
 * hub - who listens to what on this node, and the delivery of what the bus tells.
 *
 * A client is one page of one person on one socket.  The index channel -> members present -> their
 * clients is filled from the store when a person's first client comes and kept by membership
 * events, so it is also what keeps events from those who may not see them.  A frame is built once
 * and its reference queued for each receiver.
 *
 * The life of a socket: hello; the person's state is loaded from the store while the position of
 * the stream is remembered; then either `resumed` and the events since the position that the page
 * gave, or `gap` with the whole state and the events since the load began.  Never a partial replay.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/actor.h"
#include "base/buf.h"
#include "bus/bus.h"
#include "os/loop.h"

#include <jansson.h>

struct hub;
struct client;
struct request;

enum {
    HUB_CLIENTS_PER_USER = 64,
    HUB_WATCH_MAX = 500,          /* people one client may watch */
    HUB_MESSAGE_MAX = 128 * 1024, /* bytes of one message from a client */
};

/* rc 0, the members of the contract's State besides epoch and pos, and the person's channels. */
typedef void hub_loaded_fn(int rc, struct span state_members, const struct id *channels, size_t n,
                           void *token);

struct hub_conf {
    struct loop *loop;
    struct bus *bus;
    /* Reads the person's state; answers once, later or at once, with loaded(…, token). */
    void (*load)(const struct actor *actor, hub_loaded_fn *loaded, void *token, void *arg);
    /* Appends a person's Presence object (the contract's, whole). */
    void (*presence)(const struct id *user, struct buf *out, void *arg);
    void (*opened)(struct client *c, void *arg);
    /* One text message; the bytes are the socket's. */
    void (*received)(struct client *c, struct span text, void *arg);
    /* The last that is heard of c; page_gone: the person has no other socket with this page id. */
    void (*closed)(struct client *c, bool page_gone, void *arg);
    void *arg;
};

struct hub *hub_new(const struct hub_conf *conf);
/* After all sockets are closed (http_server_drain). */
struct hub *hub_free(struct hub *h);

/* This start of this node, and the position of its stream: take it before reading the store. */
const char *hub_epoch(const struct hub *h);
uint64_t hub_pos(const struct hub *h);
size_t hub_client_count(const struct hub *h);

struct hub_open {
    struct actor actor;
    struct id page; /* none: one is made */
    struct span epoch;
    int64_t pos; /* -1: the page has none */
};

/* Answers the request by the upgrade (or its refusal) and makes the client. */
void hub_open(struct hub *h, struct request *req, const struct hub_open *open);

/* Gives every client the whole state anew, and everybody who comes back: what was published is no
 * longer all that happened. */
void hub_resync(struct hub *h);

/* Tells everybody to come back after a time between 0 and spread, each another. */
void hub_say_bye(struct hub *h, usec_t spread);

const struct actor *client_actor(const struct client *c);
const struct id *client_page(const struct client *c);

/* One frame for this client alone: a whole JSON object. */
void client_send(struct client *c, struct span json);

/* Replaces the people whose presence the client hears of, and tells it their present state.
 * -EDQUOT above HUB_WATCH_MAX. */
int client_watch(struct client *c, const struct id *users, size_t n);
