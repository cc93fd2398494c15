#include "api/limit.h"

#include "base/bucket.h"

enum { KEYS_MAX = 20000, BYTES_A_TOKEN = 4096 };

static const struct bucket_conf rates[LIMIT_MAX_] = {
    [LIMIT_ACT] = {.burst = 60, .refill = 100 * MSEC},
    [LIMIT_SEND] = {.burst = 60, .refill = 50 * MSEC},
    /* Making chats and adding people: what others find in their lists. */
    [LIMIT_GATHER] = {.burst = 30, .refill = 30 * SEC},
    [LIMIT_SIGN_IN] = {.burst = 60, .refill = 1 * SEC},
};

struct limits {
    bool on;
    struct buckets *classes[LIMIT_MAX_];
};

struct limits *limits_new(bool on)
{
    struct limits *l = mem_new(struct limits);

    l->on = on;
    for (size_t i = 0; i < LIMIT_MAX_; i++) {
        if (rates[i].burst > 0)
            l->classes[i] = buckets_new(&rates[i], KEYS_MAX);
    }
    return l;
}

struct limits *limits_free(struct limits *l)
{
    for (size_t i = 0; l && i < LIMIT_MAX_; i++)
        l->classes[i] = buckets_free(l->classes[i]);
    return mem_free(l);
}

usec_t limits_take(struct limits *l, enum limit_class class, const struct actor *actor,
                   const struct addr *peer, size_t bytes, usec_t now)
{
    struct span key;

    if (!l->on || !l->classes[class])
        return 0;
    if (class != LIMIT_SIGN_IN && !id_none(&actor->user)) {
        key = id_span(&actor->user);
    } else {
        key = addr_site(peer);
    }
    return buckets_take_many(l->classes[class], key, 1 + (uint32_t)(bytes / BYTES_A_TOKEN), now);
}
