/*
 * store - the last packets of one encoding, kept once for all who may ask for them again.
 *
 * Two rings: one of bytes, one of where each number's bytes stand.  What is put in pushes out the oldest;
 * nothing is allocated after store_new().
 *
 * Pure.
 *
 * Thread: the owner's.
 */
#pragma once

#include "media/packet.h"

struct store;

/* numbers: a power of two. */
struct store *store_new(size_t bytes, size_t numbers);
struct store *store_free(struct store *s);

void store_put(struct store *s, const struct packet *p);
/* False: not there (any more).  ret->payload is the store's. */
bool store_get(const struct store *s, uint64_t seq, struct packet *ret);
void store_clear(struct store *s);
