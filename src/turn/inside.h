/*
 * inside - what the files of the core share.
 *
 * Thread: that of its core.
 */
#pragma once

#include "base/map.h"
#include "turn/core.h"

enum {
    NONCE_RAW = 6, /* bytes; as text 8, so that an answer to a stranger stays small */
    NONCE_TEXT = 8,

    RATE_UNIT = 64,    /* bytes that one token of a user's rate stands for */
    RATE_TICKS = 1000, /* its time is in nanoseconds: at 1 Gbit/s a token is half a microsecond */
    KBIT_BYTES = 125,
};

struct core {
    struct core_conf conf;
    struct list allocations;
    struct map *by_path;
    struct map *users;
    struct buckets *strangers; /* answers to whoever is not authenticated, by address */
    struct bucket_conf rate;   /* of a user's bytes */
    struct core_count count;
    size_t asked;         /* admissions under way */
    uint64_t indications; /* numbers them */
    uint8_t nonce_key[32];
};

/* One message and its answer. */
struct exchange {
    struct core *core;
    const struct path *from;
    const struct core_time *t;
    struct stun m;
    struct allocation *allocation; /* of the path; NULL */
    struct credential credential;
    struct span name;
    uint8_t word[CREDENTIAL_KEY];
    bool authenticated;
    bool admitted; /* verdict is the answer to admit() */
    bool taken;    /* what was admitted is an allocation's now */
    enum admission verdict;
};

/* core_auth.c: true; or it has been answered. */
bool core_authenticate(struct exchange *x);
/* core_answer.c */
void core_refuse(struct exchange *x, unsigned code, const char *reason);
void core_refuse_stranger(struct exchange *x, unsigned code);
void core_refuse_types(struct exchange *x, const uint16_t *types, size_t n);
void core_nonce(const struct core *c, const struct path *from, usec_t now, char ret[NONCE_TEXT]);
bool core_nonce_good(const struct core *c, const struct path *from, usec_t now, struct span nonce);

void answer_begin(struct exchange *x, struct stun_out *o, void *room, size_t cap,
                  enum stun_class class);
/* Signs where the exchange is authenticated, and sends. */
void answer_send(struct exchange *x, struct stun_out *o);

/* core_allocate.c */
void core_allocate(struct exchange *x);
void core_refresh(struct exchange *x);
void core_drop(struct core *c, struct allocation *a);

/* core_permit.c */
void core_permission(struct exchange *x);
void core_channel(struct exchange *x);

/* core_data.c */
void core_send(struct exchange *x);
void core_channel_data(struct core *c, const struct path *from, uint8_t *p, size_t len,
                       const struct core_time *t);
