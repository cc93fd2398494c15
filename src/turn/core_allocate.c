/* Allocate and Refresh (RFC 8656, 7 and 8), and the end of an allocation. */
#include "turn/inside.h"

#include <errno.h>

enum {
    UDP = 17, /* RFC 8656, 18.8: protocol numbers of IPv4 */
    EVEN_AND_NEXT = 0x80,
    FAMILY_V4 = 1,
    FAMILY_V6 = 2,
};

/* What an Allocate asks for. */
struct wish {
    uint8_t family; /* 4, 6; 0: not said */
    bool even;
    usec_t lifetime;
};

static usec_t lifetime_of(const struct stun *m)
{
    uint32_t seconds;

    if (!stun_get_u32(m, TURN_LIFETIME, &seconds))
        return ALLOCATION_LIFETIME;
    const usec_t asked = seconds * SEC;
    if (asked < ALLOCATION_LIFETIME)
        return ALLOCATION_LIFETIME; /* RFC 8656, 7.2: not below the default */
    return asked < ALLOCATION_LIFETIME_MAX ? asked : ALLOCATION_LIFETIME_MAX;
}

/* False: answered. */
static bool read_family(struct exchange *x, uint8_t *ret)
{
    uint32_t family;

    *ret = 0;
    if (!stun_has(&x->m, TURN_REQUESTED_FAMILY))
        return true;
    if (!stun_get_u32(&x->m, TURN_REQUESTED_FAMILY, &family)) {
        core_refuse(x, 400, "Bad Request");
        return false;
    }
    family >>= 24;
    if (family != FAMILY_V4 && family != FAMILY_V6) {
        core_refuse(x, 440, "Address Family not Supported");
        return false;
    }
    *ret = family == FAMILY_V4 ? 4 : 6;
    return true;
}

static bool read_wish(struct exchange *x, struct wish *ret)
{
    uint32_t transport;
    struct span even;

    if (!stun_get_u32(&x->m, TURN_REQUESTED_TRANSPORT, &transport)) {
        core_refuse(x, 400, "Bad Request");
        return false;
    }
    if (transport >> 24 != UDP) {
        core_refuse(x, 442, "Unsupported Transport Protocol");
        return false;
    }
    ret->even = stun_get(&x->m, TURN_EVEN_PORT, &even);
    if (stun_has(&x->m, TURN_RESERVATION_TOKEN) ||
        (ret->even && even.len > 0 && (even.p[0] & EVEN_AND_NEXT))) {
        core_refuse(x, 508, "No Reservations");
        return false;
    }
    ret->lifetime = lifetime_of(&x->m);
    return read_family(x, &ret->family);
}

static void tell_allocated(struct exchange *x, const struct allocation *a)
{
    const usec_t left = a->until > x->t->now ? a->until - x->t->now : 0;
    uint8_t room[256];
    struct stun_out o;

    answer_begin(x, &o, room, sizeof(room), STUN_SUCCESS);
    stun_add_xor_address(&o, TURN_XOR_RELAYED_ADDRESS, &a->relayed);
    stun_add_u32(&o, TURN_LIFETIME, (uint32_t)(left / SEC));
    stun_add_xor_address(&o, STUN_XOR_MAPPED_ADDRESS, &a->path.client);
    answer_send(x, &o);
}

static struct turn_user *user_of(struct core *c, const struct id *id)
{
    struct turn_user *u = map_get(c->users, id_span(id));

    if (!u) {
        u = mem_new(struct turn_user);
        u->id = *id;
        (void)map_put(c->users, id_span(&u->id), u);
    }
    return u;
}

static void user_leave(struct core *c, struct turn_user *u)
{
    c->conf.ops->release(c->conf.arg, &u->id);
    if (--u->allocations > 0)
        return;
    (void)map_del(c->users, id_span(&u->id));
    (void)mem_free(u);
}

void core_drop(struct core *c, struct allocation *a)
{
    (void)map_del(c->by_path, span_of(a->key.bytes, PATH_KEY));
    list_del(&a->link);
    if (a->relay)
        c->conf.ops->close(c->conf.arg, a->relay);
    user_leave(c, a->user);
    (void)mem_free((void *)a->name.p);
    (void)mem_free(a);
}

static struct allocation *allocation_new(struct exchange *x, const struct wish *w)
{
    struct core *c = x->core;
    struct allocation *a = mem_new(struct allocation);

    a->path = *x->from;
    path_key(&a->path, &a->key);
    a->session = x->credential.session;
    a->name = span_of(mem_strdup(x->name.p, x->name.len), x->name.len);
    memcpy(a->word, x->word, CREDENTIAL_KEY);
    memcpy(a->txid, stun_txid(&x->m), STUN_TXID);
    a->until = x->t->now + w->lifetime;
    a->user = user_of(c, &x->credential.user);
    a->user->allocations++;
    x->taken = true;
    list_add_tail(&c->allocations, &a->link);
    (void)map_put(c->by_path, span_of(a->key.bytes, PATH_KEY), a);
    return a;
}

static void make(struct exchange *x, const struct wish *w)
{
    struct core *c = x->core;
    struct allocation *a = allocation_new(x, w);
    const int rc = c->conf.ops->open(c->conf.arg, a, w->family, w->even);

    if (rc == 0) {
        tell_allocated(x, a);
        return;
    }
    core_drop(c, a);
    if (rc == -EAFNOSUPPORT) {
        core_refuse(x, 440, "Address Family not Supported");
    } else {
        core_refuse(x, 508, "Insufficient Capacity");
    }
}

/* RFC 8656, 7.2: the same request again gets the same answer. */
static void again(struct exchange *x)
{
    if (memcmp(x->allocation->txid, stun_txid(&x->m), STUN_TXID) == 0) {
        tell_allocated(x, x->allocation);
    } else {
        core_refuse(x, 437, "Allocation Mismatch");
    }
}

static void ask(struct exchange *x)
{
    struct core *c = x->core;

    if (c->asked >= CORE_ASKED_MAX) {
        if (x->from->kind != PATH_UDP) /* over UDP it will be repeated */
            core_refuse(x, 508, "Insufficient Capacity");
        return;
    }
    c->asked++;
    c->conf.ops->admit(c->conf.arg, x->from, span_of(x->m.p, x->m.len), &x->credential);
}

void core_allocate(struct exchange *x)
{
    struct wish w;

    if (x->allocation) {
        again(x);
        return;
    }
    if (!read_wish(x, &w))
        return;
    if (!x->admitted) {
        ask(x);
    } else if (x->verdict == ADMIT_YES) {
        make(x, &w);
    } else if (x->verdict == ADMIT_QUOTA) {
        core_refuse(x, 486, "Allocation Quota Reached");
    } else if (x->verdict == ADMIT_FULL) {
        core_refuse(x, 508, "Insufficient Capacity");
    } else {
        core_refuse_stranger(x, 401);
    }
}

/* RFC 8656, 8.2. */
void core_refresh(struct exchange *x)
{
    struct allocation *a = x->allocation;
    uint32_t asked;
    uint8_t room[128];
    uint8_t family;
    struct stun_out o;

    if (!read_family(x, &family))
        return;
    if (a && family != 0 && family != a->relayed.family) {
        core_refuse(x, 443, "Peer Address Family Mismatch");
        return;
    }
    const bool ends = stun_get_u32(&x->m, TURN_LIFETIME, &asked) && asked == 0;
    if (!a && !ends) {
        core_refuse(x, 437, "Allocation Mismatch");
        return;
    }
    const usec_t lifetime = ends ? 0 : lifetime_of(&x->m);
    if (ends && a) {
        core_drop(x->core, a);
    } else if (a) {
        a->until = x->t->now + lifetime;
    }
    answer_begin(x, &o, room, sizeof(room), STUN_SUCCESS);
    stun_add_u32(&o, TURN_LIFETIME, (uint32_t)(lifetime / SEC));
    answer_send(x, &o);
}
