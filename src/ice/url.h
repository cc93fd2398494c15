/*
 * url - a server of STUN or TURN as a URL: scheme:host[:port][?transport=udp|tcp] (RFC 7064, 7065).
 *
 * Strict, for a browser refuses all servers together when the URL of one is wrong.
 *
 * Pure.
 *
 * Thread: any; values.
 */
#pragma once

#include "wire/url.h"

enum { ICE_URL_MAX = 300 };

enum ice_transport { ICE_UDP, ICE_TCP, ICE_TLS };

struct ice_url {
    struct url_host host; /* the port is never 0: the scheme's when none was given */
    enum ice_transport transport;
    bool turn; /* else STUN */
};

/* Spans into s.  -EBADMSG. */
int ice_url_parse(struct span s, struct ice_url *ret);
