/*
 * services - the operator's own services, which no relay may reach though their addresses be public: the
 * hosts of DATABASE_URL.  Names are looked up at start and each SERVICES_EVERY, on a thread of the pool.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "app/config.h"
#include "os/loop.h"

enum {
    SERVICES_HOSTS_MAX = 16,
    SERVICES_HOST_MAX = 4, /* addresses of one */
    SERVICES_MAX = SERVICES_HOSTS_MAX * SERVICES_HOST_MAX,
};

#define SERVICES_EVERY (60 * SEC)

struct services;

/* dial_look_up(), or a test's. */
typedef size_t services_look_fn(const char *host, uint16_t port, struct addr *ret, size_t max);

/* All that are known, after each look; a host that could not be found is where it was last. */
typedef void services_fn(const struct addr *found, size_t n, void *arg);

/* look_up: NULL for dial_look_up().  fn is not called before this returns, nor after services_free(). */
struct services *services_new(struct loop *l, const struct config *conf, services_look_fn *look_up,
                              services_fn *fn, void *arg);
/* Does not wait for the next time. */
void services_look_now(struct services *s);
struct services *services_free(struct services *s);
