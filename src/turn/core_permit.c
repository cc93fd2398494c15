/* CreatePermission and ChannelBind (RFC 8656, 10 and 12). */
#include "turn/inside.h"

#include <errno.h>

/* RFC 8656 leaves a reason for 403 to us: the page tells it to whoever helps. */
static const char refused[] = "Peer Not Allowed";

/* False: answered. */
static bool has_allocation(struct exchange *x)
{
    if (!x->allocation)
        core_refuse(x, 437, "Allocation Mismatch");
    return x->allocation != NULL;
}

static bool read_peer(struct exchange *x, struct span value, struct addr *ret)
{
    if (stun_xor_address(&x->m, value, ret) != 0) {
        core_refuse(x, 400, "Bad Request");
        return false;
    }
    if (ret->family != x->allocation->relayed.family) {
        core_refuse(x, 443, "Peer Address Family Mismatch");
        return false;
    }
    return true;
}

static void succeed(struct exchange *x)
{
    uint8_t room[64];
    struct stun_out o;

    answer_begin(x, &o, room, sizeof(room), STUN_SUCCESS);
    answer_send(x, &o);
}

/* All of the addresses are judged before one is let in (RFC 8656, 10.2). */
void core_permission(struct exchange *x)
{
    struct addr peers[STUN_ATTRIBUTES];
    enum peer_kind kinds[STUN_ATTRIBUTES];
    struct span value;
    size_t at = 0;
    size_t n = 0;

    if (!has_allocation(x))
        return;
    for (; stun_next(&x->m, TURN_XOR_PEER_ADDRESS, &at, &value); n++) {
        if (!read_peer(x, value, &peers[n]))
            return;
        kinds[n] = peers_judge_ip(x->core->conf.peers, &peers[n]);
        if (kinds[n] == PEER_REFUSED) {
            core_refuse(x, 403, refused);
            return;
        }
    }
    if (n == 0) {
        core_refuse(x, 400, "Bad Request");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (allocation_permit(x->allocation, &peers[i], kinds[i], x->t->now) != 0) {
            core_refuse(x, 508, "Insufficient Capacity");
            return;
        }
    }
    succeed(x);
}

void core_channel(struct exchange *x)
{
    struct allocation *a = x->allocation;
    struct addr peer;
    struct span value;
    uint32_t number;

    if (!has_allocation(x))
        return;
    if (!stun_get_u32(&x->m, TURN_CHANNEL_NUMBER, &number) ||
        !stun_get(&x->m, TURN_XOR_PEER_ADDRESS, &value)) {
        core_refuse(x, 400, "Bad Request");
        return;
    }
    number >>= 16;
    if (!read_peer(x, value, &peer))
        return;
    if (number < CHANNEL_FIRST || number > CHANNEL_LAST) {
        core_refuse(x, 400, "Bad Request");
        return;
    }
    const enum peer_kind kind = peers_judge(x->core->conf.peers, &peer);
    if (kind == PEER_REFUSED) {
        core_refuse(x, 403, refused);
        return;
    }
    /* the permission first: without room for it the channel would be of no use */
    int rc = allocation_permit(a, &peer, kind, x->t->now);
    if (rc == 0)
        rc = allocation_bind(a, (uint16_t)number, &peer, kind, x->t->now);
    if (rc == -EINVAL) {
        core_refuse(x, 400, "Bad Request");
    } else if (rc) {
        core_refuse(x, 508, "Insufficient Capacity");
    } else {
        succeed(x);
    }
}
