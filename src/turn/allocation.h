/*
 * allocation - what a client has of a relay (RFC 8656, 3): its relayed address, the peers it permits
 * and the channels it has bound.
 *
 * Permissions and channels lapse by themselves; one that has is room for the next.  Both are few, so
 * they are looked for one by one.
 *
 * Pure.
 *
 * Thread: that of its core.
 */
#pragma once

#include "base/bucket.h"
#include "base/list.h"
#include "turn/credential.h"
#include "turn/path.h"
#include "turn/peers.h"
#include "wire/stun.h"

enum {
    ALLOCATION_PERMISSIONS = 64,
    ALLOCATION_CHANNELS = 64,
};

#define ALLOCATION_LIFETIME     (600 * SEC) /* when none is asked for (RFC 8656, 7.2) */
#define ALLOCATION_LIFETIME_MAX (3600 * SEC)
#define PERMISSION_LIFETIME     (300 * SEC) /* RFC 8656, 9 */
#define CHANNEL_LIFETIME        (600 * SEC) /* RFC 8656, 12 */

struct relay;

struct permission {
    struct addr ip; /* its port means nothing */
    usec_t until;
    enum peer_kind kind;
};

struct channel {
    struct addr peer;
    usec_t until;
    uint16_t number;
    enum peer_kind kind;
};

/* One who has allocations on this loop; counted by them. */
struct turn_user {
    struct id id;
    size_t allocations;
    struct bucket bytes; /* of what is relayed, both ways */
};

struct allocation {
    struct list link;
    struct path path;
    struct path_key key;
    struct turn_user *user;
    struct id session;
    struct span name; /* the credential's, owned */
    uint8_t word[CREDENTIAL_KEY];
    uint8_t txid[STUN_TXID]; /* of the request that made it, which may be repeated */
    struct relay *relay;
    struct addr relayed;
    usec_t until;
    size_t permission_count; /* with lapsed ones */
    size_t channel_count;
    struct permission permissions[ALLOCATION_PERMISSIONS];
    struct channel channels[ALLOCATION_CHANNELS];
};

/* For PERMISSION_LIFETIME from now; kind: as peers_judge_ip() said.  -ENOSPC. */
int allocation_permit(struct allocation *a, const struct addr *ip, enum peer_kind kind, usec_t now);
/* PEER_REFUSED where there is no permission, or it has lapsed. */
enum peer_kind allocation_permits(const struct allocation *a, const struct addr *ip, usec_t now);

/*
 * For CHANNEL_LIFETIME from now.  -EINVAL: the number is another peer's, or the peer has another number
 * (RFC 8656, 12.2); -ENOSPC.
 */
int allocation_bind(struct allocation *a, uint16_t number, const struct addr *peer,
                    enum peer_kind kind, usec_t now);
/* NULL: none, or it has lapsed. */
const struct channel *allocation_channel(const struct allocation *a, uint16_t number, usec_t now);
const struct channel *allocation_channel_to(const struct allocation *a, const struct addr *peer,
                                            usec_t now);
