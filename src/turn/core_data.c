/* What is relayed, both ways.  Whatever is not to be is dropped without a word (RFC 8656, 11). */
#include "turn/inside.h"

enum {
    DATA_HEAD =
        STUN_HEADER + 24 + 4, /* bytes of a Data indication before the data, with an IPv6 peer */
};

_Static_assert((size_t)DATA_HEAD <= (size_t)CORE_HEADROOM,
               "a Data indication's header has room before the data");

static bool within_rate(struct core *c, struct turn_user *u, size_t len, usec_t now)
{
    if (c->conf.user_kbit == 0)
        return true;
    const uint32_t units = (uint32_t)((len + RATE_UNIT - 1) / RATE_UNIT);
    return bucket_take_many(&u->bytes, &c->rate, units, now * RATE_TICKS) == 0;
}

static void count(struct core *c, size_t len)
{
    c->count.packets++;
    c->count.bytes += len;
}

static void to_peer(struct core *c, struct allocation *a, const struct addr *peer,
                    enum peer_kind kind, uint8_t *p, size_t len, usec_t now)
{
    if (kind == PEER_REFUSED || peer->port < PEERS_PORT_MIN) {
        c->count.dropped[CORE_DROP_PEER]++;
        return;
    }
    if (!within_rate(c, a->user, len, now)) {
        c->count.dropped[CORE_DROP_RATE]++;
        return;
    }
    count(c, len);
    if (kind == PEER_OWN) {
        c->conf.ops->to_own(c->conf.arg, &a->relayed, peer, p, len);
    } else {
        c->conf.ops->to_peer(c->conf.arg, a->relay, peer, p, len);
    }
}

void core_send(struct exchange *x)
{
    struct allocation *a = x->allocation;
    struct span where;
    struct span data;
    struct addr peer;

    if (!a || !stun_get(&x->m, TURN_XOR_PEER_ADDRESS, &where) ||
        !stun_get(&x->m, TURN_DATA_VALUE, &data) || stun_xor_address(&x->m, where, &peer) != 0)
        return;
    /* the data stand behind DATA's header, so CORE_HEADROOM is given only with the message's own */
    uint8_t *p = (uint8_t *)data.p;
    to_peer(x->core, a, &peer, allocation_permits(a, &peer, x->t->now), p, data.len, x->t->now);
}

void core_channel_data(struct core *c, const struct path *from, uint8_t *p, size_t len,
                       const struct core_time *t)
{
    struct path_key key;
    struct span data;
    uint16_t number;

    if (channel_parse(span_of(p, len), &number, &data) != 0)
        return;
    path_key(from, &key);
    struct allocation *a = map_get(c->by_path, span_of(key.bytes, PATH_KEY));
    const struct channel *ch = a ? allocation_channel(a, number, t->now) : NULL;
    if (!ch || allocation_permits(a, &ch->peer, t->now) == PEER_REFUSED) {
        c->count.dropped[CORE_DROP_CHANNEL]++;
        return;
    }
    to_peer(c, a, &ch->peer, ch->kind, p + CHANNEL_HEADER, data.len, t->now);
}

/* Writes the header of a Data indication before the data at p, and their padding behind them. */
static uint8_t *indicate(struct core *c, const struct addr *from, uint8_t *p, size_t len,
                         size_t *ret_len)
{
    uint8_t room[DATA_HEAD];
    uint8_t txid[STUN_TXID] = {0};
    struct stun_out o;
    const size_t padding = (4 - len % 4) % 4;
    const uint64_t number = ++c->indications;

    memcpy(txid, &number, sizeof(number));
    stun_begin(&o, room, sizeof(room), STUN_INDICATION, TURN_DATA, txid);
    stun_add_xor_address(&o, TURN_XOR_PEER_ADDRESS, from);
    const size_t head = stun_end_before_data(&o, len);
    memcpy(p - head, room, head);
    memset(p + len, 0, padding);
    *ret_len = head + len + padding;
    return p - head;
}

void core_peer(struct core *c, struct allocation *a, const struct addr *from, bool inside,
               uint8_t *p, size_t len, const struct core_time *t)
{
    const enum peer_kind kind = allocation_permits(a, from, t->now);
    /* what comes by a socket from this machine itself is no relay's */
    const bool wanted = inside ? kind == PEER_OWN : kind == PEER_OUTSIDE;
    size_t whole = CHANNEL_HEADER + len;

    if (!wanted || len > UINT16_MAX - CORE_HEADROOM) {
        c->count.dropped[CORE_DROP_PEER]++;
        return;
    }
    if (!within_rate(c, a->user, len, t->now)) {
        c->count.dropped[CORE_DROP_RATE]++;
        return;
    }
    count(c, len);
    const struct channel *ch = allocation_channel_to(a, from, t->now);
    if (ch) {
        p -= CHANNEL_HEADER;
        channel_header(p, ch->number, (uint16_t)len);
    } else {
        p = indicate(c, from, p, len, &whole);
    }
    c->conf.ops->to_client(c->conf.arg, &a->path, p, whole);
}
