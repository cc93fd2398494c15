#include "turn/peers.h"

#include "base/mem.h"
#include "base/peer.h"
#include "os/tcp.h"

static bool among(const struct addr *a, const struct addr *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (addr_same_ip(a, &list[i]))
            return true;
    }
    return false;
}

/* What is ours, or refused, and spelled as another: only by its own name is anything handed over inside. */
static bool hides(const struct peers *p, const struct addr *a)
{
    struct addr within[PEER_WITHIN_MAX];
    const size_t n = peer_within(a, within);

    for (size_t i = 0; i < n; i++) {
        if (among(&within[i], p->own, p->own_count) ||
            among(&within[i], p->denied, p->denied_count))
            return true;
    }
    return false;
}

enum peer_kind peers_judge_ip(const struct peers *p, const struct addr *a)
{
    if (among(a, p->own, p->own_count))
        return PEER_OWN;
    if (among(a, p->denied, p->denied_count) || hides(p, a))
        return PEER_REFUSED;
    return peer_allowed(a, p->allowed, p->allowed_count) ? PEER_OUTSIDE : PEER_REFUSED;
}

enum peer_kind peers_judge(const struct peers *p, const struct addr *a)
{
    return a->port < PEERS_PORT_MIN ? PEER_REFUSED : peers_judge_ip(p, a);
}

void peers_add_own(struct peers *p, const struct addr *a)
{
    if (p->own_count < PEERS_OWN_MAX && !among(a, p->own, p->own_count))
        p->own[p->own_count++] = *a;
}

void peers_deny(struct peers *p, const struct addr *a)
{
    if (p->denied_count < PEERS_DENIED_MAX && !among(a, p->denied, p->denied_count))
        p->denied[p->denied_count++] = *a;
}

void peers_look(struct peers *p, const struct addr *public_ips, size_t n)
{
    static const struct addr loopback[] = {
        {.ip = {127, 0, 0, 1}, .family = 4},
        {.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, .family = 6},
    };
    struct addr here[PEERS_OWN_MAX];
    const size_t count = tcp_own_addresses(here, ARRAY_SIZE(here));

    p->own_count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(loopback); i++)
        peers_add_own(p, &loopback[i]);
    for (size_t i = 0; i < n; i++)
        peers_add_own(p, &public_ips[i]);
    for (size_t i = 0; i < count; i++)
        peers_add_own(p, &here[i]);
}
