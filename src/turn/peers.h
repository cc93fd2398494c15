/*
 * peers - whom a TURN client may reach through this server: the one answer for every path that a
 * peer's address can come by (permission, channel, Send, data of a channel, data from a peer).
 *
 * Not: what peer_allowed() keeps from everybody, addresses that the operator's own services have
 * (database, Redis), ports below 1024.  This machine's own addresses may be named, since other
 * people's relays are there, but what is sent to them is handed over inside and never meets a socket.
 *
 * Thread: its owner's.
 */
#pragma once

#include "base/addr.h"

enum {
    PEERS_OWN_MAX = 64,
    PEERS_DENIED_MAX = 64,
    PEERS_PORT_MIN = 1024, /* below are services */
};

struct peers {
    const struct addr_prefix *allowed; /* ALLOWED_PEERS */
    size_t allowed_count;
    struct addr denied[PEERS_DENIED_MAX];
    size_t denied_count;
    struct addr own[PEERS_OWN_MAX]; /* ports mean nothing */
    size_t own_count;
};

enum peer_kind { PEER_REFUSED, PEER_OUTSIDE, PEER_OWN };

/* By the address alone, as permissions are. */
enum peer_kind peers_judge_ip(const struct peers *p, const struct addr *a);
/* With its port. */
enum peer_kind peers_judge(const struct peers *p, const struct addr *a);

/* Adds one of our own; more than there is room for are left out, and so refused or judged as others. */
void peers_add_own(struct peers *p, const struct addr *a);
void peers_deny(struct peers *p, const struct addr *a);
/* Reads the machine's addresses anew, loopback with them; public_ips: n that lead to us by a NAT. */
void peers_look(struct peers *p, const struct addr *public_ips, size_t n);
