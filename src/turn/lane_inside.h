/*
 * lane_inside - what the files of a lane share.
 *
 * Thread: the lane's loop's.
 */
#pragma once

#include "base/map.h"
#include "turn/lane.h"

/* A packet that waits to leave by a relay. */
struct outgoing {
    struct udp_out out;
    struct outgoing *next;
};

/* Packets on their way to another lane. */
struct crossing {
    struct turn_lane *to;
    size_t count;
    struct crossed {
        struct addr from;
        struct addr to;
        size_t len;
        uint8_t room[CORE_HEADROOM + DATAGRAM_MAX + CORE_TAILROOM];
    } packets[LANE_CROSSING_MAX];
};

struct turn_lane {
    struct turn_lane_conf conf;
    struct core *core;
    struct peers peers;
    struct ports ports;
    struct timer sweep;
    usec_t looked;      /* when the machine's addresses were read */
    size_t told;        /* allocations that the gauge counts */
    uint32_t overflown; /* datagrams, as far as is told */
    usec_t complained;  /* that there are no more ports; 0: never */
    struct udp_sender *sender;

    /* from peers: the room is used until all of it is, then what waits is sent */
    struct udp_receiver *receiver;
    size_t received;
    struct defer flush;

    struct outgoing waiting[UDP_BATCH];
    size_t waiting_count;
    struct list dirty; /* relays */
    struct crossing *crossings[LANES_MAX];
    struct crossing *to_port; /* to whoever else is on the UDP port */

    struct map *clients; /* over TCP and TLS, by connection */
    struct list dirty_clients;
    struct list idle_clients; /* without an allocation, the oldest first */
    struct list ended_clients;
    struct defer reap;    /* frees them */
    uint64_t connections; /* numbers them */
    uint8_t *frames;      /* room for what streams bring, until it is sent */
    size_t frames_used;   /* bytes; as much of it is not to be written to */
};

struct core_time turn_lane_time(const struct turn_lane *l);
/* Sends all that waits. */
void turn_lane_flush(struct turn_lane *l);

/* lane_relay.c */
extern const struct core_ops turn_lane_ops;
/* Whoever is on the UDP port answers a relay of ours. */
void turn_lane_inside(const struct udp_out *out, void *lane);

/* lane_client.c */
struct turn_client;
void turn_client_add(struct turn_lane *l, struct stream *st);
struct turn_client *turn_client_find(const struct turn_lane *l, const struct path *path);
/* Queues data; sent by turn_clients_flush().  Whole or not at all. */
void turn_client_send(struct turn_client *c, struct span bytes, size_t padding);
/* Queues an answer, which is never left out: nobody asks again over a stream (RFC 8489, 6.2.2). */
void turn_client_answer(struct turn_client *c, struct span message);
/* Nothing can be sent to it any more; it is freed at the end of the turn. */
bool turn_client_ended(const struct turn_client *c);
/* It has an allocation, or has no longer. */
void turn_client_idle(struct turn_client *c, bool idle);
/* Frees no client and closes no relay: whoever calls it may be in the middle of either. */
void turn_clients_flush(struct turn_lane *l);
/* Frees those that have ended, with their relays; the end of a turn. */
void turn_clients_reap(void *lane);
void turn_clients_sweep(struct turn_lane *l);
void turn_clients_free(struct turn_lane *l);
