/*
 * buf - a growing run of bytes with an owner.
 *
 * Embedded by value and begun with {0}; ended with buf_done().  Growth doubles; the
 * owner holds to a limit of its own where a peer decides the length.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/span.h"

#include <stdarg.h>

struct buf {
    char *p;
    size_t len;
    size_t cap;
};

void buf_done(struct buf *b);  /* frees the bytes; b can be used again */
void buf_clear(struct buf *b); /* forgets the bytes, keeps the room */

/* Room for n more bytes behind len; returns where they go.  The caller adds to len. */
char *buf_room(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_span(struct buf *b, struct span s);
void buf_add_str(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_add_u64(struct buf *b, uint64_t v);
void buf_add_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Drops the first n bytes and moves the rest down. */
void buf_drop(struct buf *b, size_t n);
/* A NUL behind the last byte, not counted in len; returns p. */
const char *buf_cstr(struct buf *b);

static inline struct span buf_span(const struct buf *b)
{
    return (struct span){b->p, b->len};
}
