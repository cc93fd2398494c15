/*
 * mem - memory that is always there, and the cleanup of locals.
 *
 * Running out aborts by design; whoever takes sizes from a peer checks them against a named limit
 * first.  A local owned by AUTO(x) is freed by x_free on every return; take() hands it over.
 *
 *     AUTO(buf) struct buf *b = buf_new();
 *     ...
 *     *ret = take(b);
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>

struct span;

/* Zeroed; never NULL. */
void *mem_alloc(size_t size);
/* Zeroed count * size, aborting on overflow; never NULL. */
void *mem_alloc_array(size_t count, size_t size);
/* Resizes; new bytes are not zeroed; never NULL for size > 0. */
void *mem_realloc(void *p, size_t size);
/* Frees; returns NULL. */
void *mem_free(void *p);
/* A NUL-terminated copy of len bytes; the caller owns it. */
char *mem_strdup(const char *p, size_t len);

#define mem_new(type)          ((type *)mem_alloc(sizeof(type)))
#define mem_array(type, count) ((type *)mem_alloc_array((count), sizeof(type)))

/* Defines the cleanup that AUTO(name) calls: name##_free must take a struct name * (or NULL). */
#define AUTO_DEFINE(name)                                                                          \
    static inline void name##_auto(struct name **p)                                                \
    {                                                                                              \
        (void)name##_free(*p);                                                                     \
    }
#define AUTO(name) __attribute__((cleanup(name##_auto)))

#define take(p)                                                                                    \
    __extension__({                                                                                \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
#define ARRAY_SIZE(a)                   (sizeof(a) / sizeof((a)[0]))
