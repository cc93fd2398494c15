/*
 * entry - a new person comes in: the row, what lets them in (a link, once more used), the teams, and
 * every standard channel.  The first person makes the house, too.
 *
 * Thread: entry_run() a store thread; entry_tell() the main loop's, after the commit.
 */
#pragma once

#include "auth/account.h"

enum entry_by {
    ENTRY_SETUP,  /* the link of the first start: an owner */
    ENTRY_INVITE, /* an invitation, which says the role */
    ENTRY_RULE,   /* nobody asked for a link: a domain that may come in */
    ENTRY_SHELL,  /* the command line, which may be the first, too */
};

struct entry {
    enum entry_by by;
    struct span link; /* the hash of its token, in hex; of the first two */
    struct span team; /* names the house that the first one makes */
    struct span ip;   /* for the audit log; none: the command line */
    struct person me; /* without id; role but of ENTRY_INVITE.  Its text outlives the job */
    bool first;       /* filled in: nobody was there before, so they own the house */
    struct id *channels;
    size_t channel_count;
};

/*
 * Within a job of the audit log's lane (auth/audit.h): makes e->me and fills in its id (and role).  -EALREADY: set up already; -ENOENT: no such
 * link, or spent, or (ENTRY_RULE) nobody has set the house up; -EEXIST: the address is taken; -errno.
 */
int entry_run(struct db *db, struct job *job, const struct accounts_conf *conf, struct entry *e);
/* Tells everybody whom it concerns. */
void entry_tell(const struct accounts_conf *conf, const struct entry *e);

/* The hash of a link's token as the store has it.  -ENOENT: it cannot be one. */
int entry_link(struct span token, struct arena *a, struct span *ret);
