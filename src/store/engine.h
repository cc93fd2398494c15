/*
 * engine - what a kind of database must offer so that jobs can run on it.  store/ only: a job sees
 * store/db.h.
 *
 * A connection may be lost (a server restarts, a network breaks).  Every act on it then gives
 * -ECONNRESET until revive() has brought it back, and nothing of an open transaction is left but,
 * when the loss fell into its commit, a doubt: revive() settles that too.
 *
 * Thread: the store thread that owns the connection; opening happens on any.
 */
#pragma once

#include "base/buf.h"
#include "store/db.h"

enum outcome {
    OUTCOME_NONE,      /* the transaction that was begun last was not committed */
    OUTCOME_COMMITTED, /* it was */
    OUTCOME_UNTOLD, /* it was not, but an earlier one was, whose jobs were answered without knowing */
};

struct db_ops {
    int (*exec)(struct db *db, enum sql q, const struct val *v, size_t n);
    int (*exec_late)(struct db *db, enum sql q, const struct id *id);
    /* As exec, but what became of it may be told only by the commit: a long row of them waits for no
     * answer in between. */
    int (*put)(struct db *db, enum sql q, const struct val *v, size_t n);
    int (*query)(struct db *db, enum sql q, const struct val *v, size_t n);
    int (*next)(struct db *db);
    void (*rows_end)(struct db *db);
    bool (*is_null)(struct db *db, int column);
    int64_t (*integer)(struct db *db, int column);
    struct span (*span)(struct db *db, int column);

    /* A transaction (a reading one sees one state throughout), and one savepoint in it.  0 or
     * -errno; commit: -ECONNRESET when it is not known whether it was done. */
    int (*begin)(struct db *db, bool write);
    int (*commit)(struct db *db);
    void (*rollback)(struct db *db);
    int (*savepoint)(struct db *db);
    int (*release)(struct db *db);
    int (*rollback_to)(struct db *db);
    /* False when an error has ended the transaction by itself. */
    bool (*in_transaction)(struct db *db);

    const char *name; /* as in the contract */
    enum sql size;    /* gives the bytes of the database */
    /* Gives 1 where the table of the schema's number is there, else 0. */
    enum sql schema_there;
    /* What the engine needs before the first migration, may be there already; or NULL. */
    const char *prologue;
    /* Several statements of a migration; why gets the engine's words. */
    int (*script)(struct db *db, const char *text, struct buf *why);
    /* Holds other starts off until this transaction ends. */
    int (*lock_schema)(struct db *db);

    /* Once the schema is there, before the first batch of a connection that writes. */
    int (*enlist)(struct db *db);
    bool (*lost)(const struct db *db);
    /* Connects again, once, and tells what became of a commit whose answer was lost.  -errno with a
     * sentence for the operator in why. */
    int (*revive)(struct db *db, enum outcome *ret, struct buf *why);
    /* In a transaction: is what it works on still there and sound?  -EIO: for good not, with a
     * sentence for the operator in why; -ECONNRESET. */
    int (*check)(struct db *db, struct buf *why);
    struct db *(*close)(struct db *db);
};

/* First member of an engine's connection. */
struct db {
    const struct db_ops *ops;
};

/* Opens <folder>/convene.db, making both.  -errno with a sentence for the operator in why. */
int sqlite_open(const char *folder, bool write, struct db **ret, struct buf *why);

enum pg_use {
    PG_SERVES, /* a lane: what takes long is given up, and a standby will not do */
    PG_WRITES, /* a command: its transaction may rest while the other side of a copy is slow */
    PG_READS,  /* likewise, and a standby will do */
};

/*
 * Connects to the PostgreSQL that url names (libpq's URLs).  named: what the operator knows the URL by
 * ("DATABASE_URL"), static text.  -EAGAIN: it may be there in a moment (refused, not resolved, starting);
 * -EACCES, -ENOENT, -EPROTO ...: only the operator can mend it.  In any case with a sentence in why, which
 * never holds the password.
 */
int postgres_open(const char *url, const char *named, enum pg_use use, struct db **ret,
                  struct buf *why);

/* Brings the schema up to date, each step in a transaction, with a line in the log where told.  -EPROTO:
 * one is there that this program does not understand. */
int migrate(struct db *db, bool told, struct buf *why);
/* The version that is there; 0 when there is none yet.  0 or -errno. */
int schema_version(struct db *db, int64_t *ret);
