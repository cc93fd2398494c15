/*
 * inside - what the files of hub/ share about the hub and its clients.  Private to hub/.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "base/bucket.h"
#include "http/websocket.h"
#include "hub/audience.h"
#include "hub/hub.h"
#include "hub/recent.h"
#include "hub/watch.h"

struct hub {
    struct hub_conf conf;
    struct id epoch;
    uint64_t pos;
    size_t clients;
    struct audience *audience;
    struct recent *recent;
    struct watch *watch;
};

/*
 * A client is LOADING until the store has answered: it hears no event then, and gets those since
 * the load began with the answer.  One whose socket closes meanwhile is freed by that answer.
 */
struct client {
    struct ear ear;
    struct eye eye;
    struct hub *hub;
    struct websocket *ws; /* NULL once closed */
    struct actor actor;
    struct id page;
    uint64_t from;  /* LOADING: the position when the load began */
    int64_t resume; /* the position the page gave, or -1 */
    struct bucket rate;
    uint32_t excess;
    uint32_t moves; /* LOADING: listener_moves() when the load began */
    uint8_t resyncs;
    bool loading;
};

/* Is this for the client's page; and, for one whose channels are known, for the client at all? */
bool concerns_page(const struct recent_entry *e, const struct client *c);
bool concerns(const struct recent_entry *e, const struct client *c);

/* Says hello and, now or once its person's channels are known, all that the client is to have. */
void client_hello(struct client *c);
void client_begin(struct client *c);
/* From the beginning again, with the whole state. */
void client_begin_anew(struct client *c);
/* Takes it out of the index and frees it. */
struct client *client_free(struct client *c);
