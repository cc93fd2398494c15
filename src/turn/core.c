#include "base/rand.h"
#include "turn/inside.h"

enum {
    STRANGERS = 4096,     /* addresses that are kept in mind */
    STRANGER_BURST = 100, /* answers at once to one address: an office behind one */
};

#define STRANGER_REFILL (20 * MSEC)

static const uint16_t known[] = {
    STUN_USERNAME,
    STUN_MESSAGE_INTEGRITY,
    STUN_REALM,
    STUN_NONCE,
    TURN_CHANNEL_NUMBER,
    TURN_LIFETIME,
    TURN_XOR_PEER_ADDRESS,
    TURN_DATA_VALUE,
    TURN_REQUESTED_FAMILY,
    TURN_EVEN_PORT,
    TURN_REQUESTED_TRANSPORT,
    TURN_RESERVATION_TOKEN,
    ICE_PRIORITY,
    ICE_USE_CANDIDATE,
    STUN_INTEGRITY_SHA256,
};

struct core *core_new(const struct core_conf *conf)
{
    static const struct bucket_conf strangers = {STRANGER_BURST, STRANGER_REFILL};
    struct core *c = mem_new(struct core);

    c->conf = *conf;
    c->by_path = map_new();
    c->users = map_new();
    c->strangers = buckets_new(&strangers, STRANGERS);
    list_init(&c->allocations);
    if (conf->user_kbit > 0) {
        /* a token each RATE_UNIT bytes, a second's worth at most at once */
        c->rate = (struct bucket_conf){
            .burst = (uint32_t)((uint64_t)conf->user_kbit * KBIT_BYTES / RATE_UNIT),
            .refill = SEC * RATE_TICKS * RATE_UNIT / ((uint64_t)conf->user_kbit * KBIT_BYTES),
        };
    }
    rand_bytes(c->nonce_key, sizeof(c->nonce_key));
    return c;
}

struct core *core_free(struct core *c)
{
    if (!c)
        return NULL;
    LIST_EACH_SAFE (&c->allocations, it)
        core_drop(c, container_of(it, struct allocation, link));
    c->by_path = map_free(c->by_path);
    c->users = map_free(c->users);
    c->strangers = buckets_free(c->strangers);
    return mem_free(c);
}

/* RFC 8489, 6.3.1: its address, for whoever asks. */
static void answer_binding(struct exchange *x)
{
    uint8_t room[128];
    struct stun_out o;

    answer_begin(x, &o, room, sizeof(room), STUN_SUCCESS);
    stun_add_xor_address(&o, STUN_XOR_MAPPED_ADDRESS, &x->from->client);
    if (stun_has(&x->m, STUN_FINGERPRINT))
        stun_add_fingerprint(&o);
    answer_send(x, &o);
}

static void answer_request(struct exchange *x)
{
    if (x->m.method == STUN_BINDING) {
        answer_binding(x);
        return;
    }
    if (x->m.method != TURN_ALLOCATE && x->m.method != TURN_REFRESH &&
        x->m.method != TURN_CREATE_PERMISSION && x->m.method != TURN_CHANNEL_BIND) {
        core_refuse_stranger(x, 400);
        return;
    }
    if (!core_authenticate(x))
        return;
    switch (x->m.method) {
    case TURN_ALLOCATE: core_allocate(x); break;
    case TURN_REFRESH: core_refresh(x); break;
    case TURN_CREATE_PERMISSION: core_permission(x); break;
    default: core_channel(x); break;
    }
}

static bool knows_all(struct exchange *x)
{
    uint16_t types[8];
    const size_t n = stun_unknown(&x->m, known, ARRAY_SIZE(known), types, ARRAY_SIZE(types));

    if (n > 0 && x->m.class == STUN_REQUEST)
        core_refuse_types(x, types, n);
    return n == 0;
}

static void handle(struct exchange *x)
{
    struct path_key key;

    if (!knows_all(x))
        return;
    path_key(x->from, &key);
    x->allocation = map_get(x->core->by_path, span_of(key.bytes, PATH_KEY));
    if (x->m.class == STUN_REQUEST) {
        answer_request(x);
    } else if (x->m.class == STUN_INDICATION && x->m.method == TURN_SEND) {
        core_send(x);
    }
}

void core_input(struct core *c, const struct path *from, uint8_t *p, size_t len,
                const struct core_time *t)
{
    struct exchange x = {.core = c, .from = from, .t = t};

    if (len == 0 || (p[0] & 0xc0) != 0) {
        core_channel_data(c, from, p, len, t);
        return;
    }
    if (stun_parse(span_of(p, len), &x.m) == 0)
        handle(&x);
}

void core_admitted(struct core *c, const struct path *from, struct span request,
                   const struct id *user, enum admission verdict, const struct core_time *t)
{
    struct exchange x = {.core = c, .from = from, .t = t, .admitted = true, .verdict = verdict};

    c->asked--;
    if (stun_parse(request, &x.m) == 0)
        handle(&x);
    /* asked for twice, or the nonce has gone stale meanwhile */
    if (verdict == ADMIT_YES && !x.taken)
        c->conf.ops->release(c->conf.arg, user);
}

void core_gone(struct core *c, const struct path *from)
{
    struct path_key key;

    path_key(from, &key);
    struct allocation *a = map_get(c->by_path, span_of(key.bytes, PATH_KEY));
    if (a)
        core_drop(c, a);
}

void core_end_session(struct core *c, const struct id *session)
{
    LIST_EACH_SAFE (&c->allocations, it) {
        struct allocation *a = container_of(it, struct allocation, link);
        if (id_eq(&a->session, session))
            core_drop(c, a);
    }
}

void core_sweep(struct core *c, usec_t now)
{
    LIST_EACH_SAFE (&c->allocations, it) {
        struct allocation *a = container_of(it, struct allocation, link);
        if (a->until <= now)
            core_drop(c, a);
    }
}

size_t core_allocations(const struct core *c)
{
    return map_count(c->by_path);
}

struct core_count core_take_count(struct core *c)
{
    const struct core_count count = c->count;

    c->count = (struct core_count){0};
    return count;
}
