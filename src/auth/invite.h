/*
 * invite - links that let somebody in: a secret of 256 bits of which only the hash is kept, with an
 * expiry and a number of uses.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/office.h"

enum { INVITE_USES_DEFAULT = 100, INVITE_DAYS_DEFAULT = 7 };

struct invite {
    struct id id;
    struct id created_by;
    int64_t created_at;
    int64_t expires_at;
    int64_t max_uses;
    int64_t uses;
    bool revoked;
    struct span role; /* that who comes by it gets */
};

struct invites_answer {
    int rc; /* 0, -EPERM, -ENOENT, -errno */
    const struct invite *rows;
    size_t count;
    struct span token;   /* of a new one, shown this once */
    struct span inviter; /* of a look-up */
    struct span team;
};
typedef void invites_fn(const struct invites_answer *answer, void *arg);

struct invite_wish {
    int64_t max_uses;     /* 0: the default */
    int64_t expires_in_s; /* 0: the default */
    enum role role;       /* ROLE_NOBODY: a member; -EPERM: above the actor's to give (roles.h) */
};
void invite_create(const struct office *o, const struct actor *actor, const struct addr *from,
                   const struct invite_wish *wish, invites_fn *fn, void *arg);
void invite_list(struct store *store, const struct actor *actor, invites_fn *fn, void *arg);
void invite_revoke(const struct office *o, const struct actor *actor, const struct addr *from,
                   const struct id *id, invites_fn *fn, void *arg);
void invite_lookup(struct store *store, struct span token, invites_fn *fn, void *arg);

void invite_write(struct json_out *o, const char *key, const struct invite *i);
