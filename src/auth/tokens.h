/*
 * tokens - acts on API tokens: one's own, and bots, which are people that only tokens speak for.
 *
 * A token's text is told once, by the act that makes it.  Nobody makes one that may more than they
 * may themselves.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/office.h"

/* {tokens: [ApiToken]} */
void tokens_list(const struct office *o, const struct actor *actor, errand_fn *fn, void *arg);

struct token_wish {
    struct span name;
    unsigned scopes;
    int64_t expires_in_s; /* 0: never */
};
/* {token, secret} */
void tokens_create(const struct office *o, const struct actor *actor, const struct addr *from,
                   const struct token_wish *wish, errand_fn *fn, void *arg);
void tokens_end(const struct office *o, const struct actor *actor, const struct addr *from,
                const struct id *token, errand_fn *fn, void *arg);
/* {person, token, secret}: a member that has no other way in. */
void tokens_make_bot(const struct office *o, const struct actor *actor, const struct addr *from,
                     const struct token_wish *wish, errand_fn *fn, void *arg);
