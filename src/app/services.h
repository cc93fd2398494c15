/*
 * services - the operator's own services, which no relay may reach though their addresses be public: the
 * hosts of DATABASE_URL.  Names are looked up at start and each SERVICES_EVERY, on a thread of the pool.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "app/config.h"
#include "os/loop.h"

enum { SERVICES_MAX = 32 };

#define SERVICES_EVERY (60 * SEC)

struct services;

/* Told after each look that found any. */
typedef void services_fn(const struct addr *found, size_t n, void *arg);

/* fn is not called before this returns, nor after services_free(). */
struct services *services_new(struct loop *l, const struct config *conf, services_fn *fn,
                              void *arg);
struct services *services_free(struct services *s);
