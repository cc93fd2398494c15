#include "turn/allocation.h"

#include <errno.h>

static bool same(const struct addr *a, const struct addr *b)
{
    return a->port == b->port && addr_same_ip(a, b);
}

int allocation_permit(struct allocation *a, const struct addr *ip, enum peer_kind kind, usec_t now)
{
    struct permission *place = NULL;

    for (size_t i = 0; i < a->permission_count; i++) {
        struct permission *p = &a->permissions[i];
        if (addr_same_ip(&p->ip, ip)) {
            p->until = now + PERMISSION_LIFETIME;
            p->kind = kind;
            return 0;
        }
        if (p->until <= now)
            place = p;
    }
    if (!place && a->permission_count == ALLOCATION_PERMISSIONS)
        return -ENOSPC;
    if (!place)
        place = &a->permissions[a->permission_count++];
    *place = (struct permission){.ip = *ip, .until = now + PERMISSION_LIFETIME, .kind = kind};
    return 0;
}

enum peer_kind allocation_permits(const struct allocation *a, const struct addr *ip, usec_t now)
{
    for (size_t i = 0; i < a->permission_count; i++) {
        if (a->permissions[i].until > now && addr_same_ip(&a->permissions[i].ip, ip))
            return a->permissions[i].kind;
    }
    return PEER_REFUSED;
}

int allocation_bind(struct allocation *a, uint16_t number, const struct addr *peer,
                    enum peer_kind kind, usec_t now)
{
    struct channel *place = NULL;

    for (size_t i = 0; i < a->channel_count; i++) {
        struct channel *c = &a->channels[i];
        const bool is_number = c->number == number;
        const bool is_peer = same(&c->peer, peer);
        if (c->until <= now) {
            place = c;
        } else if (is_number && is_peer) {
            c->until = now + CHANNEL_LIFETIME;
            return 0;
        } else if (is_number || is_peer) {
            return -EINVAL;
        }
    }
    if (!place && a->channel_count == ALLOCATION_CHANNELS)
        return -ENOSPC;
    if (!place)
        place = &a->channels[a->channel_count++];
    *place = (struct channel){
        .peer = *peer, .until = now + CHANNEL_LIFETIME, .number = number, .kind = kind};
    return 0;
}

const struct channel *allocation_channel(const struct allocation *a, uint16_t number, usec_t now)
{
    for (size_t i = 0; i < a->channel_count; i++) {
        if (a->channels[i].number == number && a->channels[i].until > now)
            return &a->channels[i];
    }
    return NULL;
}

const struct channel *allocation_channel_to(const struct allocation *a, const struct addr *peer,
                                            usec_t now)
{
    for (size_t i = 0; i < a->channel_count; i++) {
        if (a->channels[i].until > now && same(&a->channels[i].peer, peer))
            return &a->channels[i];
    }
    return NULL;
}
