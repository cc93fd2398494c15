/*
 * PostgreSQL behind store/engine.h: transactions, rows and the outcome of a commit.  How statements
 * travel is in postgres_pipeline.c, how a connection is made in postgres_open.c.
 */
#include "store/postgres.h"

#include "base/mem.h"
#include "os/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LANE_KEPT_MS = 24 * 60 * 60 * 1000 };

struct postgres *pg_of(struct db *db)
{
    return container_of(db, struct postgres, db);
}

static int begin_as(struct postgres *p, enum pg_control how)
{
    if (!p->conn)
        return -ECONNRESET;
    p->pending_count = 0;
    p->late_count = p->late_kept = 0;
    p->in_transaction = true;
    p->failed = p->touched = false;
    pg_note(p, how);
    if (p->pooled)
        pg_note(p, p->use == PG_SERVES ? PG_LIMITS : PG_LIMITS_COMMAND);
    return 0;
}

static int begin(struct db *db, bool write)
{
    struct postgres *p = pg_of(db);

    /* Counted even while the connection is lost: else what revive() reads would be the outcome of the
     * batch before, whose jobs have been answered. */
    if (write)
        p->batch++;
    return begin_as(p, write ? PG_BEGIN_WRITE : PG_BEGIN_READ);
}

static int compare_late(const void *a, const void *b)
{
    const struct late *x = a;
    const struct late *y = b;

    return x->q != y->q ? (x->q < y->q ? -1 : 1) : memcmp(x->id.s, y->id.s, ID_LEN);
}

static int exec_late(struct db *db, enum sql q, const struct id *id)
{
    struct postgres *p = pg_of(db);

    if (p->late_count == p->late_cap) {
        p->late_cap = p->late_cap ? 2 * p->late_cap : 16;
        p->late = mem_realloc(p->late, p->late_cap * sizeof(p->late[0]));
    }
    p->late[p->late_count++] = (struct late){.q = q, .id = *id};
    return 0;
}

static int run_late(struct postgres *p)
{
    int rc = 0;

    if (p->late_count > 1)
        qsort(p->late, p->late_count, sizeof(p->late[0]), compare_late);
    for (size_t i = 0; rc == 0 && i < p->late_count; i++) {
        if (i == 0 || compare_late(&p->late[i - 1], &p->late[i]) != 0)
            rc = pg_run(p, p->late[i].q, VALS(val_id(&p->late[i].id)));
    }
    return rc;
}

/* The number goes before the COMMIT in the same message; an error of either ends the transaction. */
static int commit(struct db *db)
{
    struct postgres *p = pg_of(db);

    p->in_transaction = false;
    if (!p->conn)
        return -ECONNRESET;
    const int late = run_late(p);
    if (late < 0)
        return late;
    if (!p->touched) { /* nothing but notes: the server has not heard of it */
        p->pending_count = 0;
        return 0;
    }
    p->doubtful = false;
    int rc = id_none(&p->lane)
                 ? pg_commit(p, SQL_MAX_, NULL, 0)
                 : pg_commit(p, SQL_WRITER_BATCH,
                             VALS(val_id(&p->lane), val_int(p->batch), val_int(clock_wall().ms)));
    if (rc == 0 && p->doubtful) {
        pg_drop(p, "it stopped waiting for its synchronous standby");
        rc = -ECONNRESET;
    }
    if (rc == -ECONNRESET)
        p->doubted = p->batch;
    return rc;
}

static void rollback(struct db *db)
{
    struct postgres *p = pg_of(db);

    pg_rows_end(p);
    p->in_transaction = false;
    p->pending_count = 0;
    if (p->conn && p->touched)
        pg_rollback(p);
    p->touched = p->failed = false;
}

static int savepoint(struct db *db)
{
    struct postgres *p = pg_of(db);

    if (!p->conn)
        return -ECONNRESET;
    p->failed = false;
    p->late_kept = p->late_count;
    pg_note(p, PG_SAVEPOINT);
    return 0;
}

/* A savepoint that the server has not heard of is taken back. */
static bool forget_savepoint(struct postgres *p)
{
    if (p->pending_count == 0 || p->pending[p->pending_count - 1] != PG_SAVEPOINT)
        return false;
    p->pending_count--;
    return true;
}

static int release(struct db *db)
{
    struct postgres *p = pg_of(db);

    if (p->failed)
        return -EAGAIN; /* the server would refuse it, and blame the next statement */
    if (!forget_savepoint(p))
        pg_note(p, PG_RELEASE);
    return 0;
}

static int rollback_to(struct db *db)
{
    struct postgres *p = pg_of(db);

    if (!forget_savepoint(p)) {
        pg_note(p, PG_ROLLBACK_TO);
        pg_note(p, PG_RELEASE);
    }
    p->failed = false;
    p->late_count = p->late_kept;
    return 0;
}

static bool in_transaction(struct db *db)
{
    return pg_of(db)->in_transaction;
}

static int query(struct db *db, enum sql q, const struct val *v, size_t n)
{
    return pg_run(pg_of(db), q, v, n);
}

static int exec(struct db *db, enum sql q, const struct val *v, size_t n)
{
    struct postgres *p = pg_of(db);
    const int rc = pg_run(p, q, v, n);

    if (rc < 0)
        return rc;
    const int changed = (int)strtol(PQcmdTuples(p->rows), NULL, 10);
    pg_rows_end(p);
    return changed;
}

static int put(struct db *db, enum sql q, const struct val *v, size_t n)
{
    return pg_put(pg_of(db), q, v, n);
}

static int next(struct db *db)
{
    struct postgres *p = pg_of(db);

    if (!p->rows)
        return -EPROTO;
    if (++p->row < PQntuples(p->rows))
        return 1;
    pg_rows_end(p);
    return 0;
}

static void rows_end(struct db *db)
{
    pg_rows_end(pg_of(db));
}

static bool is_null(struct db *db, int column)
{
    const struct postgres *p = pg_of(db);

    return PQgetisnull(p->rows, p->row, column) != 0;
}

static int64_t integer(struct db *db, int column)
{
    const struct postgres *p = pg_of(db);

    return strtoll(PQgetvalue(p->rows, p->row, column), NULL, 10);
}

static struct span text(struct db *db, int column)
{
    const struct postgres *p = pg_of(db);

    if (PQgetisnull(p->rows, p->row, column))
        return SPAN_NONE;
    return span_of(PQgetvalue(p->rows, p->row, column),
                   (size_t)PQgetlength(p->rows, p->row, column));
}

static bool lost(const struct db *db)
{
    return container_of(db, const struct postgres, db)->conn == NULL;
}

/* Makes our row in `writer`, or waits for whoever of us still writes it and reads it.  A commit of
 * its own, so that with a synchronous standby what it reads is there as well. */
static int read_batch(struct postgres *p, int64_t *ret)
{
    (void)begin_as(p, PG_BEGIN_WRITE);
    int rc = pg_run(p, SQL_WRITER_READ, VALS(val_id(&p->lane), val_int(clock_wall().ms)));
    if (rc == 0 && PQntuples(p->rows) == 1)
        *ret = strtoll(PQgetvalue(p->rows, 0, 0), NULL, 10);
    p->doubtful = false;
    if (rc == 0)
        rc = pg_commit(p, SQL_WRITER_SWEEP, VALS(val_int(clock_wall().ms - LANE_KEPT_MS)));
    p->in_transaction = false;
    if (rc < 0 || p->doubtful) {
        pg_drop(p, "the outcome of a commit could not be asked");
        return rc < 0 ? rc : -ECONNRESET;
    }
    return 0;
}

static int enlist(struct db *db)
{
    struct postgres *p = pg_of(db);
    int64_t batch;

    p->lane = id_new(clock_wall());
    return read_batch(p, &batch);
}

static int revive(struct db *db, enum outcome *ret, struct buf *why)
{
    struct postgres *p = pg_of(db);
    int64_t batch = 0;

    *ret = OUTCOME_NONE;
    int rc = pg_connect(p, why);
    if (rc < 0 || id_none(&p->lane))
        return rc;
    rc = read_batch(p, &batch);
    if (rc < 0) {
        buf_printf(why, "The database that %s names was lost again: %s.", p->named,
                   buf_cstr(&p->told));
        return rc;
    }
    if (p->doubted > 0 && batch == p->doubted)
        *ret = batch == p->batch ? OUTCOME_COMMITTED : OUTCOME_UNTOLD;
    p->doubted = 0;
    return 0;
}

/* Inside a transaction. */
static int check(struct db *db, struct buf *why)
{
    struct postgres *p = pg_of(db);
    bool standby = false;
    int rc = pg_run(p, SQL_STANDBY_POSTGRES, NULL, 0);

    if (rc == 0 && PQntuples(p->rows) == 1)
        standby = PQgetvalue(p->rows, 0, 0)[0] == '1';
    pg_rows_end(p);
    if (standby) {
        pg_drop(p, "it has become a standby");
        rc = -ECONNRESET;
    }
    if (rc < 0) {
        buf_printf(why, "The database that %s names does not answer: %s.", p->named,
                   buf_cstr(&p->told));
    }
    return rc;
}

static int script(struct db *db, const char *sql, struct buf *why)
{
    struct postgres *p = pg_of(db);

    /* Multi-statement texts need the simple protocol, which a pipeline does not speak. */
    int rc = pg_run(p, SQL_MAX_, NULL, 0);
    if (rc < 0 || PQexitPipelineMode(p->conn) != 1)
        return rc < 0 ? rc : -EPROTO;
    PGresult *r = PQexec(p->conn, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) {
        const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
        const char *said = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
        rc = pg_errno(p, r);
        (void)pg_explain(p, state, said ? said : "the connection broke", why);
    }
    PQclear(r);
    p->touched = true;
    if (PQstatus(p->conn) != CONNECTION_OK || PQenterPipelineMode(p->conn) != 1) {
        pg_drop(p, "the connection broke during a migration");
        return rc < 0 ? rc : -ECONNRESET;
    }
    return rc;
}

/* Two starts at once: the second waits here until the first has made its step, and neither step nor
 * waiting has a limit of time.  The number is "convene" in ASCII. */
static int lock_schema(struct db *db)
{
    struct buf why = {0};
    const int rc = script(db,
                          "SET LOCAL statement_timeout = 0;"
                          "SELECT pg_advisory_xact_lock(27988542917799525);",
                          &why);

    buf_done(&why);
    return rc;
}

static struct db *pg_close(struct db *db)
{
    struct postgres *p = pg_of(db);

    pg_drop(p, NULL);
    buf_done(&p->told);
    (void)mem_free(p->late);
    (void)mem_free(p->url);
    return mem_free(p);
}

/*
 * Text is compared byte by byte, as SQLite does, whatever the database's locale: so names have one
 * order everywhere, and an index serves LIKE and ranges.  For SQLite, CTEXT is a name for TEXT.
 */
static const char prologue[] =
    "DO $$ BEGIN"
    " IF NOT EXISTS (SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
    " WHERE t.typname = 'ctext' AND n.nspname = current_schema()) THEN"
    " CREATE DOMAIN ctext AS TEXT COLLATE \"C\";"
    " END IF; END $$;";

static const struct db_ops ops = {
    .prologue = prologue,
    .exec = exec,
    .exec_late = exec_late,
    .put = put,
    .name = "postgresql",
    .size = SQL_SIZE_POSTGRES,
    .schema_there = SQL_SCHEMA_THERE_POSTGRES,
    .query = query,
    .next = next,
    .rows_end = rows_end,
    .is_null = is_null,
    .integer = integer,
    .span = text,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .savepoint = savepoint,
    .release = release,
    .rollback_to = rollback_to,
    .in_transaction = in_transaction,
    .script = script,
    .lock_schema = lock_schema,
    .enlist = enlist,
    .lost = lost,
    .revive = revive,
    .check = check,
    .close = pg_close,
};

int postgres_open(const char *url, const char *named, enum pg_use use, struct db **ret,
                  struct buf *why)
{
    struct postgres *p = mem_new(struct postgres);

    p->db.ops = &ops;
    p->url = mem_strdup(url, span_str(url).len);
    p->named = named;
    p->use = use;
    const int rc = pg_connect(p, why);
    if (rc < 0) {
        (void)pg_close(&p->db);
        return rc;
    }
    *ret = &p->db;
    return 0;
}
