/*
 * census - how many streams there are, by address and together.  Private to port/.
 *
 * Thread: the loop's.
 */
#pragma once

#include "port/stream.h"

struct census;

struct census *census_new(size_t per_ip, size_t total);
/* Goes when the last stream it counts has gone. */
struct census *census_free(struct census *c);
/* Counts st until it ends; false, and nothing done, above a limit.  many: its address stands for many
 * people, so only the limit for all holds. */
bool census_admit(struct census *c, struct stream *st, bool many);
size_t census_count(const struct census *c);
