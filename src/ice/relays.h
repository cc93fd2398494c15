/*
 * relays - what a service answers that hands out TURN servers with credentials: a JSON array of
 * {urls, username, credential}, as W3C's RTCIceServer has it and Metered.ca sends it.
 *
 * Nothing of it is believed: all of the answer is right, or none of it is used.  Members beside
 * these three are passed over, since such a service may add some.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "base/buf.h"

enum {
    RELAYS_MAX = 32,       /* servers in an answer */
    RELAYS_URLS_MAX = 8,   /* of one server */
    RELAYS_NAME_MAX = 508, /* bytes of a username (RFC 8489, 14.3) and of a credential */
};

/*
 * The servers as elements of a JSON array, commas between, urls always an array; how many.  -EBADMSG
 * with the rest of a sentence in why ("... answers with ...") that quotes nothing of the answer.
 */
int relays_parse(struct span body, struct buf *ret_servers, struct buf *why);
