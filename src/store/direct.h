/*
 * direct - a connection of one's own, beside the store and its lanes: for commands that copy, check
 * and migrate.  What it runs waits for its answer on the calling thread.
 *
 * Thread: the one that opened it.
 */
#pragma once

#include "base/buf.h"
#include "store/db.h"

enum direct_use {
    DIRECT_READ,  /* a snapshot: nothing is changed */
    DIRECT_WRITE, /* and no server may run beside it, where that can be known (SQLite) */
};

struct direct;

/* A database and what the operator knows it by: "DATABASE_URL", "--from"; both outlive the connection. */
struct place {
    const char *where;
    const char *named;
};

/*
 * where: postgres://…, or sqlite:FOLDER, the folder that DATA_DIR names.  Writing makes SQLite's file
 * where there is none.  -errno with a sentence in why: as store_open(); -ENOENT: no database there.
 */
int direct_open(const struct place *at, enum direct_use use, struct direct **ret, struct buf *why);
struct direct *direct_close(struct direct *d);

struct db *direct_db(struct direct *d);
/* Has the connection been lost? */
bool direct_lost(const struct direct *d);
/* Runs one of many that change a row; what became of it may be told only by direct_commit().  0 or -errno. */
int direct_put(struct direct *d, enum sql q, const struct val *v, size_t n);
/* A transaction; reading: one state of the database throughout.  0 or -errno. */
int direct_begin(struct direct *d);
int direct_commit(struct direct *d);
void direct_rollback(struct direct *d);

/* The version of the schema; 0: none yet. */
int direct_version(struct direct *d, int64_t *ret);
/* Brings it up to what this program knows; -EPROTO with a sentence when it is newer. */
int direct_migrate(struct direct *d, struct buf *why);
/* SQLite: does the file hold together, indexes and all?  -EBADMSG with a sentence.  PostgreSQL: 0. */
int direct_check(struct direct *d, struct buf *why);
/* SQLite: everything into the one file, as a backup is kept.  PostgreSQL: nothing. */
int direct_settle(struct direct *d, struct buf *why);
