/*
 * span - a run of bytes that somebody else owns: how all text from outside is handed on.
 *
 * Thread: any; a value.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const char *p; /* may be NULL when len is 0 */
    size_t len;
};

/* printf("%.*s", SPAN_ARG(s)) */
#define SPAN_ARG(s) (int)(s).len, (s).p
#define SPAN_NONE   ((struct span){NULL, 0})

static inline struct span span_of(const void *p, size_t len)
{
    return (struct span){(const char *)p, len};
}

/* A literal or any other C string; the NUL is not part of it. */
static inline struct span span_str(const char *s)
{
    return (struct span){s, s ? strlen(s) : 0};
}

static inline bool span_eq(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool span_is(struct span a, const char *s)
{
    return span_eq(a, span_str(s));
}

/* Bytes [from, from + len), cut to what there is. */
static inline struct span span_sub(struct span s, size_t from, size_t len)
{
    if (!s.p)
        return SPAN_NONE;
    if (from > s.len)
        from = s.len;
    if (len > s.len - from)
        len = s.len - from;
    return (struct span){s.p + from, len};
}

static inline bool span_starts(struct span s, const char *with)
{
    const size_t n = strlen(with);

    return s.len >= n && memcmp(s.p, with, n) == 0;
}

/* Equal but for the case of ASCII letters (header names, schemes). */
bool span_eq_nocase(struct span a, struct span b);

/* Without blanks (SP, HTAB) at either end. */
struct span span_trim(struct span s);

/* Index of the first c, or s.len. */
size_t span_find(struct span s, char c);

/*
 * Takes what stands before the first sep off *s into *ret, and the sep with it; without a sep the
 * whole rest.  False once *s is used up (then *s is SPAN_NONE with p NULL).
 */
bool span_split(struct span *s, char sep, struct span *ret);

/* A whole decimal number without sign, blank or excess.  -EBADMSG, or -ERANGE above max. */
int span_u64(struct span s, uint64_t max, uint64_t *ret);

/* FNV-like mixing is not enough against chosen keys: SipHash-1-3 under a key drawn at start. */
uint64_t span_hash(struct span s);
