/*
 * db - one connection to the database, of whichever engine, as a job sees it.
 *
 * Statements are named: each stands in src/store/queries/<noun>.sql under a line `-- name: user_by_id` and is
 * known here as SQL_USER_BY_ID (tools/gen_sql.py).  Parameters are $1, $2 ... in one SQL subset
 * that SQLite 3.40 and PostgreSQL 13 both take (RETURNING, ON CONFLICT; integers and text only).
 * No text of SQL is ever put together at run time.
 *
 * Thread: the store thread that runs the job; never kept beyond it.
 */
#pragma once

#include "base/id.h"
#include "base/span.h"
#include "store/sql_gen.h"

struct db;
struct arena;

enum val_type { VAL_NULL, VAL_INT, VAL_TEXT };

struct val {
    enum val_type type;
    int64_t i;
    struct span s;
};

static inline struct val val_null(void)
{
    return (struct val){.type = VAL_NULL};
}

static inline struct val val_int(int64_t i)
{
    return (struct val){.type = VAL_INT, .i = i};
}

/* A span whose p is NULL is NULL. */
static inline struct val val_text(struct span s)
{
    return (struct val){.type = s.p ? VAL_TEXT : VAL_NULL, .s = s};
}

/* An empty id is NULL. */
static inline struct val val_id(const struct id *id)
{
    return val_text(id_none(id) ? SPAN_NONE : id_span(id));
}

#define VALS(...)                                                                                  \
    (const struct val[]){__VA_ARGS__},                                                             \
        sizeof((const struct val[]){__VA_ARGS__}) / sizeof(struct val)

/*
 * Runs a statement that gives no rows: the number of rows it changed, or -EEXIST (a unique index
 * refuses), -ENOSPC (the disk), -EMSGSIZE, -EROFS, -EIO, -EBUSY, -ETIMEDOUT, -ECONNRESET (ask again), -EPROTO (our
 * mistake).
 *
 *     db_exec(db, SQL_USER_RENAME, VALS(val_id(&user), val_text(name)))
 */
int db_exec(struct db *db, enum sql q, const struct val *v, size_t n);

/*
 * Runs a statement on one row, which id names as $1, at the end of the whole transaction: no later
 * than its commit, once however often it was asked for, and together with all others of its kind in
 * the order of their ids.  For rows that jobs of many keys change: two transactions that took them as they come
 * would wait for each other in a circle.  Nothing in the job can see its effect.  0 or -errno.
 */
int db_exec_late(struct db *db, enum sql q, const struct id *id);

/* The rows of one statement; only one is open at a time on a connection, db_rows_end() ends it
 * (also after an error or in the middle). */
int db_query(struct db *db, enum sql q, const struct val *v, size_t n);
/* 1: on a row; 0: no more (and ended); -errno as above (and ended). */
int db_next(struct db *db);
void db_rows_end(struct db *db);
bool db_is_null(struct db *db, int column);
int64_t db_int(struct db *db, int column);
/* Valid until the next db_next(); db_text() copies into an arena instead. */
struct span db_span(struct db *db, int column);
struct span db_text(struct db *db, int column, struct arena *a);
/* None when NULL or not an id. */
struct id db_id(struct db *db, int column);

/* "sqlite" or "postgresql", and how many bytes the database takes; 0 or -errno. */
const char *db_engine(const struct db *db);
int db_bytes(struct db *db, int64_t *ret);

/* A statement that gives exactly one row or none: on it (1, to be read and then db_rows_end()),
 * -ENOENT, or -errno. */
int db_one(struct db *db, enum sql q, const struct val *v, size_t n);
