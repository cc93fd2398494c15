#include "base/buf.h"

#include "base/mem.h"

#include <assert.h>
#include <stdio.h>

enum { FIRST_CAP = 128, DIGITS_MAX = 20 };

static void grow(struct buf *b, size_t need)
{
    size_t cap = b->cap ? b->cap : FIRST_CAP;

    while (cap < need) {
        if (__builtin_mul_overflow(cap, 2, &cap))
            abort();
    }
    b->p = mem_realloc(b->p, cap);
    b->cap = cap;
}

void buf_done(struct buf *b)
{
    if (!b)
        return;
    mem_free(b->p);
    *b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
}

char *buf_room(struct buf *b, size_t n)
{
    size_t need = 0;

    if (__builtin_add_overflow(b->len, n, &need))
        abort();
    if (need > b->cap || !b->p)
        grow(b, need);
    return b->p + b->len;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0)
        return;
    memcpy(buf_room(b, n), p, n);
    b->len += n;
}

void buf_add_span(struct buf *b, struct span s)
{
    buf_add(b, s.p, s.len);
}

void buf_add_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_add_char(struct buf *b, char c)
{
    *buf_room(b, 1) = c;
    b->len++;
}

void buf_add_u64(struct buf *b, uint64_t v)
{
    char digits[DIGITS_MAX];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_add_i64(struct buf *b, int64_t v)
{
    if (v < 0)
        buf_add_char(b, '-');
    /* Negated as unsigned: INT64_MIN has no positive twin. */
    buf_add_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_list again;

    va_start(ap, fmt);
    va_copy(again, ap);
    char *at = buf_room(b, 1);
    const int n = vsnprintf(at, b->cap - b->len, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    if ((size_t)n >= b->cap - b->len) {
        at = buf_room(b, (size_t)n + 1);
        (void)vsnprintf(at, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    b->len += (size_t)n;
}

void buf_drop(struct buf *b, size_t n)
{
    assert(n <= b->len);
    b->len -= n;
    if (n > 0 && b->len > 0)
        memmove(b->p, b->p + n, b->len);
}

const char *buf_cstr(struct buf *b)
{
    *buf_room(b, 1) = 0;
    return b->p;
}
