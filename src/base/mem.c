#include "base/mem.h"

#include <string.h>

void *mem_alloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);

    if (!p)
        abort();
    return p;
}

void *mem_alloc_array(size_t count, size_t size)
{
    size_t total = 0;

    if (__builtin_mul_overflow(count, size, &total))
        abort();
    return mem_alloc(total);
}

void *mem_realloc(void *p, size_t size)
{
    if (size == 0)
        return mem_free(p);

    void *moved = realloc(p, size);
    if (!moved)
        abort();
    return moved;
}

void *mem_free(void *p)
{
    free(p);
    return NULL;
}

char *mem_strdup(const char *p, size_t len)
{
    size_t size = 0;

    if (__builtin_add_overflow(len, 1, &size))
        abort();
    char *copy = mem_alloc(size);
    if (len > 0)
        memcpy(copy, p, len);
    return copy;
}
