/*
 * ports - the relays of one loop: each has a UDP socket at a port of its own from the operator's range.
 *
 * A port names its loop: of n loops the i-th has every n-th pair of ports from the i-th on (pairs, so
 * that each loop has even ones), and whoever is to be reached at a port is found without asking.  Ports
 * are chosen by chance (RFC 8656, 7.2).
 *
 * Thread: the loop's.
 */
#pragma once

#include "os/udp.h"
#include "turn/allocation.h"

enum {
    PORTS_TRIES = 64,          /* ports that are tried before there is none */
    RELAY_BUFFER = 512 * 1024, /* bytes asked of the system for each direction */
};

struct relay {
    struct allocation *allocation;
    struct turn_lane *lane;
    struct poll *poll;
    /* what waits to be sent by it */
    struct list dirty;
    struct outgoing *first;
    struct outgoing *last;
    int fd;
    uint16_t port;
    uint8_t family;
};

struct ports {
    uint16_t first; /* of the range */
    uint16_t count; /* that this loop has */
    size_t index;
    size_t loops;
    struct relay **v4; /* by place in the range */
    struct relay **v6;
};

/* first to last: the whole range; index: which of n loops. */
void ports_init(struct ports *p, uint16_t first, uint16_t last, size_t index, size_t n);
void ports_done(struct ports *p);

/* Opens a socket at ip (port not looked at; all zero: every address).  -ENOSPC; -EMFILE and the like. */
int ports_open(struct ports *p, const struct addr *ip, bool even, struct relay **ret);
/* The poll must be gone. */
struct relay *ports_close(struct ports *p, struct relay *r);

/* The port at one of this loop's count places. */
uint16_t ports_at(const struct ports *p, size_t place);
/* Which of n loops a port of the range is of. */
size_t ports_loop(uint16_t first, uint16_t port, size_t n);
/* NULL: none, or not this loop's port. */
struct relay *ports_find(const struct ports *p, uint8_t family, uint16_t port);
