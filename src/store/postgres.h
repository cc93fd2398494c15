/*
 * postgres - what the files of the PostgreSQL engine share: the connection, and the pipeline that its
 * acts go through.  Private to store/postgres*.c.
 *
 * BEGIN, SAVEPOINT, RELEASE and the like are only noted; they travel in front of the next statement,
 * in one message with it, so that they cost no round trip of their own.  A COMMIT is preceded by the
 * number of its batch in the table `writer`: whether a commit whose answer was lost took place is
 * read from there (the update of that row waits for a transaction that is still at it).
 *
 * Behind a pooler that hands transactions to any server connection (pgbouncer; known by the process
 * number that the server tells and the connection does not), no statement is prepared by name, and
 * the time limits are set in each transaction.
 *
 * Thread: the store thread that owns the connection.
 */
#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "store/engine.h"

#include <libpq-fe.h>

enum {
    PG_VERSION_LEAST = 130000,
    PG_PARAMS_MAX = 16,
    PG_PENDING_MAX = 8,
    PG_ANSWER_MS = 12000, /* for an answer, when the server itself does not answer any more */
};

#define PG_CONNECT_S      "3" /* for a host; as libpq takes it */
#define PG_TCP_TIMEOUT_MS "8000"

/* For one statement, told to the server; and for a transaction that rests (0: no limit).  A connection that
 * was forgotten on its way leaves a transaction with its locks behind: it must be over when its owner has
 * noticed (PG_ANSWER_MS) and comes back. */
#define PG_LIMIT_MS "10000"
#define PG_LIMITS_TEXT(rest, local)                                                                \
    "SELECT set_config('statement_timeout', '" PG_LIMIT_MS "', " local "),"                        \
    " set_config('idle_in_transaction_session_timeout', '" rest "', " local ")"

/* What is said about a transaction rather than asked of the tables. */
enum pg_control {
    PG_BEGIN_WRITE,
    PG_BEGIN_READ,
    PG_LIMITS, /* behind a pooler, of a lane and of a command */
    PG_LIMITS_COMMAND,
    PG_SAVEPOINT,
    PG_RELEASE,
    PG_ROLLBACK_TO,
    PG_COMMIT,
    PG_ROLLBACK,
    PG_CONTROL_MAX,
};

/* A statement that is run before the commit. */
struct late {
    enum sql q;
    struct id id;
};

struct postgres {
    struct db db;
    PGconn *conn; /* NULL: lost */
    char *url;
    const char *named; /* what the operator knows the URL by */
    enum pg_use use;
    bool pooled;
    bool in_transaction;
    bool failed;    /* a statement has failed since the last savepoint */
    bool touched;   /* a statement of this transaction has been sent */
    bool doubtful;  /* the server stopped waiting for its standby */
    unsigned syncs; /* Syncs whose answers are on their way */
    unsigned sent;  /* statements whose answers are on their way, */
    unsigned done;  /* and how many of those last asked for went well before one failed */
    unsigned pending_count;
    enum pg_control pending[PG_PENDING_MAX];
    struct late *late;
    size_t late_count;
    size_t late_cap;
    size_t late_kept; /* of these the savepoint does not take any back */
    PGresult *rows;   /* what is being read, and where */
    int row;
    struct id lane;  /* our row in `writer`; none before enlist() */
    int64_t batch;   /* the number of the transaction that was begun last */
    int64_t doubted; /* of one whose commit was not answered; 0: none */
    struct buf told; /* why the connection was lost, in the server's or libpq's words */
    bool prepared[SQL_MAX_];
};

struct postgres *pg_of(struct db *db);

/* Connects p->url; as postgres_open(). */
int pg_connect(struct postgres *p, struct buf *why);
/* Ends the connection, so that all that follows is -ECONNRESET. */
void pg_drop(struct postgres *p, const char *why);

void pg_note(struct postgres *p, enum pg_control what);
/* Sends what is noted and then the statement (or, with SQL_MAX_, nothing more), and waits for the
 * answers.  The last one's rows are p->rows.  0 or -errno as db_exec() has it. */
int pg_run(struct postgres *p, enum sql q, const struct val *v, size_t n);
/* Sends what is noted and the statement, and waits for nothing: what becomes of it is told by what is
 * run next.  0 or -ECONNRESET. */
int pg_put(struct postgres *p, enum sql q, const struct val *v, size_t n);
/* As pg_run(), with a COMMIT behind the statement; 0 only when the server did commit. */
int pg_commit(struct postgres *p, enum sql q, const struct val *v, size_t n);
/* Sends what is noted and a ROLLBACK, and does not wait where the answer can be taken later. */
void pg_rollback(struct postgres *p);
void pg_rows_end(struct postgres *p);

/* -errno of a result that is an error; says in the log what only the operator or we can mend. */
int pg_errno(struct postgres *p, const PGresult *r);
/* The sentence for the operator, and whether asking again may help (-EAGAIN); sqlstate may be
 * NULL, told is what the server or libpq said. */
int pg_explain(const struct postgres *p, const char *sqlstate, const char *told, struct buf *why);
