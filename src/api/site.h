/*
 * site - what anybody may know: the organisation's name, and whether it is set up.
 *
 * Read from the store until it is set up, then known for good: nothing renames it yet.
 *
 * Thread: the loop's.
 */
#pragma once

#include "base/json.h"
#include "store/store.h"

struct site;

struct site *site_new(struct store *store, const char *version);
struct site *site_free(struct site *s);

typedef void site_fn(int rc, void *arg);
/* Makes sure that it is known; calls fn before it returns when it was. */
void site_know(struct site *s, site_fn *fn, void *arg);
/* Site of the contract, as it was last known. */
void site_write(const struct site *s, struct json_out *o, const char *key);
/* The organisation's name, as it was last known; until the next site_know(). */
struct span site_name(const struct site *s);
