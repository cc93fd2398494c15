/*
 * guest - people who are let into one channel, by a link and with a name only.
 *
 * A guest is a person of the role guest and a member of that one channel.  They go with their link: at
 * its expiry, or at once when it is withdrawn.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/account.h"
#include "auth/office.h"

enum { GUEST_USES_DEFAULT = 20, GUEST_DAYS_DEFAULT = 7, GUEST_LINKS_MAX = 200 };

struct guest_wish {
    int64_t max_uses;     /* 0: the default */
    int64_t expires_in_s; /* 0: the default */
    struct span base;     /* of the site's addresses, before /guest#… */
};

/* {link: GuestLink, url} */
void guest_link_create(const struct office *o, const struct actor *actor, const struct addr *from,
                       const struct id *channel, const struct guest_wish *wish, errand_fn *fn,
                       void *arg);
/* {links: [GuestLink]}, the newest first. */
void guest_link_list(const struct office *o, const struct actor *actor, const struct id *channel,
                     errand_fn *fn, void *arg);
/* Withdraws it, and ends whoever came by it. */
void guest_link_revoke(const struct office *o, const struct actor *actor, const struct addr *from,
                       const struct id *channel, const struct id *link, errand_fn *fn, void *arg);

/* {site, channel, inviter}.  -ENOENT: no such link, spent, lapsed or withdrawn. */
void guest_lookup(const struct office *o, struct span token, errand_fn *fn, void *arg);
/* rc 0: they are in; -EBADMSG: the name, with a sentence; -ENOENT; -EDQUOT with wait 0: the group is full. */
void guest_join(const struct office *o, const struct accounts *accounts, struct span token,
                struct span name, const struct origin_of *from, arrival_fn *fn, void *arg);

/* What the audit log says of where: {channel, place}, the id and the name.  Within a job; the text lives in
 * the arena.  -ENOENT. */
int guest_note_place(struct db *db, const struct id *channel, struct arena *a, struct span *ret);
