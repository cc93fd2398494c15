/*
 * arena - memory that is given out piece by piece and freed at once: the rows of an answer, the
 * parts of a request.
 *
 * Thread: the owner's; may be handed to another thread with the object that owns it.
 */
#pragma once

#include "base/mem.h"
#include "base/span.h"

struct arena;

struct arena *arena_new(void);
struct arena *arena_free(struct arena *a);
AUTO_DEFINE(arena)

/* Zeroed, aligned for any type; lives as long as the arena. */
void *arena_alloc(struct arena *a, size_t size);
/* A copy that is NUL-terminated behind its length; NULL-pointer spans stay NULL. */
struct span arena_span(struct arena *a, struct span s);
const char *arena_str(struct arena *a, struct span s);

#define arena_array(a, type, count) ((type *)arena_alloc((a), sizeof(type) * (count)))
