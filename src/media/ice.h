/*
 * ice - the ICE-lite agent (RFC 8445, 2.5) of one peer: it answers connectivity checks, and the path
 * that was nominated last is the one to send on.
 *
 * A restart gives new credentials; until they are first nominated the old ones are good as well, so that
 * nothing is lost on the way (RFC 8445, 9).  A peer that has not been heard from for CONSENT_TIME has
 * withdrawn its consent (RFC 7675, 5.1): its checks are what keeps it.
 *
 * Pure: told the time; what to answer is written into the caller's room.
 *
 * Thread: that of its owner.
 */
#pragma once

#include "base/addr.h"
#include "base/clock.h"
#include "wire/stun.h"

enum {
    ICE_UFRAG = 8,
    ICE_PWD = 24,         /* RFC 8445, 5.3: at least 22 */
    ICE_ANSWER_MAX = 128, /* bytes of an answer */
};

#define ICE_CONSENT_TIME (30 * SEC)

struct ice_tcp;

/* Where a peer is. */
struct media_path {
    struct addr remote;
    struct addr local;   /* of ours that it came to */
    struct ice_tcp *tcp; /* NULL: UDP */
    bool inside;         /* by a relay of this server: see port/datagrams.h */
};

struct ice_word {
    char ufrag[ICE_UFRAG + 1];
    char pwd[ICE_PWD + 1];
};

struct ice_lite {
    struct ice_word words[2]; /* the newest first */
    size_t count;
    struct media_path selected;
    bool has_path;   /* selected is one that may be sent to */
    bool nominated;  /* by the peer, rather than the first that was heard */
    usec_t heard_at; /* the last check that was good */
    struct ice_word theirs;
};

/* mark: a letter that all its ufrags begin with, which tells whose it is. */
void ice_lite_init(struct ice_lite *a, char mark, usec_t now);
/* New credentials, the last ones kept. */
void ice_lite_restart(struct ice_lite *a, char mark);

enum ice_verdict {
    ICE_NONE,  /* not ours: say nothing */
    ICE_HEARD, /* answer */
    ICE_MOVED, /* answer; and what is selected is another path now */
};

/* The part of a check's USERNAME that names the receiver; SPAN_NONE. */
struct span ice_username(const struct stun *check);

/* out: what to answer to `from`, *ret_len bytes; has room for ICE_ANSWER_MAX. */
enum ice_verdict ice_lite_check(struct ice_lite *a, const struct stun *check,
                                const struct media_path *from, usec_t now, uint8_t *out,
                                size_t *ret_len);

/* A connection has ended: if it was the path, there is none until the next check. */
void ice_lite_lost(struct ice_lite *a, const struct ice_tcp *tcp);

static inline bool ice_lite_consents(const struct ice_lite *a, usec_t now)
{
    return now < a->heard_at + ICE_CONSENT_TIME;
}
