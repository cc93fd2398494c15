/*
 * picture - people's pictures: taken over from a provider once, kept in the database, served by us, so
 * that no page of ours loads anything from elsewhere.
 *
 * What a picture is, its first bytes say, not who has sent it; SVG, which may hold script, is none.
 *
 * Thread: the main loop's, but for picture_type().
 */
#pragma once

#include "auth/office.h"
#include "fetch/fetch.h"

enum { PICTURE_MAX = 256 * 1024, PICTURE_SECONDS = 10, PICTURE_VERSION_LEN = 16 };

/* "image/png", "image/jpeg", "image/webp", or NULL: none of these.  Pure. */
const char *picture_type(struct span bytes);

/* Fetches it and makes it the person's; everybody hears of it.  Nobody is told when that fails.  own: it is at the
 * provider itself; else a person has named the address, and it is asked for in public places alone. */
void picture_take_over(const struct office *o, struct fetcher *f, const struct id *person,
                       struct span url, bool own, bool http_allowed);

struct picture {
    int rc; /* 0, -ENOENT, -errno */
    struct span version;
    const char *type; /* static text */
    struct span bytes;
};
typedef void picture_fn(const struct picture *p, void *arg);
void picture_get(struct store *store, const struct actor *actor, const struct id *person,
                 picture_fn *fn, void *arg);
