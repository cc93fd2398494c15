/*
 * map - a hash table from bytes to a pointer; open addressing, keyed SipHash (span_hash).
 *
 * The map copies no key: a key's bytes must live as long as its entry, so they usually stand in
 * the value itself.  It owns no value.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/mem.h"
#include "base/span.h"

struct map;

struct map *map_new(void);
struct map *map_free(struct map *m);
AUTO_DEFINE(map)

size_t map_count(const struct map *m);
void *map_get(const struct map *m, struct span key); /* NULL when there is none */
/* Sets key to value (not NULL); returns the value that stood there, or NULL. */
void *map_put(struct map *m, struct span key, void *value);
/* Takes key out; returns its value, or NULL. */
void *map_del(struct map *m, struct span key);

/* Walks all entries in no order: start with *at 0, ends with NULL.  Only the entry just returned
 * may be deleted during the walk. */
void *map_next(const struct map *m, size_t *at);
