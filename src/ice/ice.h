/*
 * ice - the servers that a browser is told to find its way with, as one list in the order in which
 * they are offered: this program's own STUN and TURN; those of TURN_URLS; those of Metered.ca.
 *
 * Credentials of our own server are turn/credential.h's.  With TURN_SECRET each person gets a name and
 * a password of their own that lapse (draft-uberti-behave-turn-rest, as coturn's use-auth-secret reads
 * it): the name is the expiry and the person, the password its HMAC-SHA1.
 *
 * Not here: whether any of them answers (the doctor asks that), and what is relayed.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "base/addr.h"
#include "base/clock.h"
#include "base/json.h"

struct fetcher;
struct ice;
struct loop;

enum { ICE_CREDENTIAL_HOURS = 12, ICE_ADVERTISED_MAX = 2 };

/* Any text may be NULL; all of it outlives the ice. */
struct ice_conf {
    struct loop *loop;       /* this and the fetcher are needed with an api_key alone */
    struct fetcher *fetcher; /* is ended before the ice is */
    const char *urls;        /* TURN_URLS, checked; with commas between */
    const char *secret;
    const char *username;
    const char *credential;
    const char *api_key; /* TURN_API_KEY: Metered.ca's */
    const char *api_url; /* of TURN_API_HOST: "https://example.metered.live" */
};

/* Our own server.  Each port may be 0: that way is not offered. */
struct ice_own {
    struct addr advertised[ICE_ADVERTISED_MAX]; /* PUBLIC_IP; without: the host people come by */
    size_t advertised_count;
    uint16_t udp_port;  /* STUN, and TURN over UDP */
    uint16_t tcp_port;  /* TURN over TCP */
    uint16_t tls_port;  /* TURN over our own TLS */
    struct span secret; /* credential.h's; stays the caller's */
};

struct ice *ice_new(const struct ice_conf *conf);
struct ice *ice_free(struct ice *i);

/* From now on the own server is offered as well; once its ports are known. */
void ice_set_own(struct ice *i, const struct ice_own *own);

/* Who asks, and by which host they have come. */
struct ice_asker {
    const struct id *user;
    const struct id *session;
    struct span host; /* of PUBLIC_URL, or else as the client has named it; IPv6 without brackets */
    bool
        inside; /* comes by a private address: what is advertised to the Internet may not lead back here */
    struct wall now;
};

/* The URLs alone, with ", " between, for whoever comes by host: for people to read. */
void ice_urls(const struct ice *i, struct span host, struct buf *out);

/* Writes the members ice_servers and expires_at. */
void ice_write(const struct ice *i, const struct ice_asker *asker, struct json_out *o);
