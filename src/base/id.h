/*
 * id - the name of a row: a UUID of version 7 (RFC 9562, 5.7) as its 36 characters of lower-case
 * text, in the store, in JSON and here.
 */
#pragma once

#include "base/clock.h"
#include "base/span.h"

enum { ID_LEN = 36 };

struct id {
    char s[ID_LEN + 1]; /* NUL-terminated; s[0] is 0 for "none" */
};

/* 48 bits of wall milliseconds, then chance (rand_bytes). */
struct id id_new(struct wall now);
/* The canonical text of a UUID of any version, lower case.  -EBADMSG otherwise. */
int id_parse(struct span s, struct id *ret);

static inline struct span id_span(const struct id *id)
{
    return (struct span){id->s, id->s[0] ? ID_LEN : 0};
}

static inline bool id_eq(const struct id *a, const struct id *b)
{
    return memcmp(a->s, b->s, ID_LEN) == 0;
}

static inline bool id_none(const struct id *id)
{
    return id->s[0] == 0;
}
