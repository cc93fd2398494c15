/*
 * engine - what a kind of database must offer so that jobs can run on it.  store/ only: a job sees
 * store/db.h.
 *
 * Thread: the store thread that owns the connection; opening happens on any.
 */
#pragma once

#include "base/buf.h"
#include "store/db.h"

struct db_ops {
    int (*exec)(struct db *db, enum sql q, const struct val *v, size_t n);
    int (*query)(struct db *db, enum sql q, const struct val *v, size_t n);
    int (*next)(struct db *db);
    void (*rows_end)(struct db *db);
    bool (*is_null)(struct db *db, int column);
    int64_t (*integer)(struct db *db, int column);
    struct span (*span)(struct db *db, int column);

    /* A transaction, and one savepoint in it.  0 or -errno. */
    int (*begin)(struct db *db, bool write);
    int (*commit)(struct db *db);
    void (*rollback)(struct db *db);
    int (*savepoint)(struct db *db);
    int (*release)(struct db *db);
    int (*rollback_to)(struct db *db);
    /* False when an error has ended the transaction by itself. */
    bool (*in_transaction)(struct db *db);

    /* Several statements of a migration; why gets the engine's words. */
    int (*script)(struct db *db, const char *text, struct buf *why);
    struct db *(*close)(struct db *db);
};

/* First member of an engine's connection. */
struct db {
    const struct db_ops *ops;
};

/* Opens <folder>/convene.db, making both.  -errno with a sentence for the operator in why. */
int sqlite_open(const char *folder, bool write, struct db **ret, struct buf *why);

/* Brings the schema up to date, each step in a transaction.  -EPROTO: a newer one is there. */
int migrate(struct db *db, struct buf *why);
