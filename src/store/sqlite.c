/*
 * SQLite behind store/engine.h: WAL, so that readers never wait for the writer, and
 * synchronous=FULL, so that what was acknowledged is on the disk.
 *
 * Statements are prepared once a connection.  The SQL names its parameters $1, $2 ...; SQLite takes
 * those for names, so each statement keeps where its parameters are.
 */
#include "base/log.h"
#include "base/mem.h"
#include "store/engine.h"

#include <sqlite3.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

enum {
    PARAMS_MAX = 16,
    BUSY_MS = 5000,
    VALUE_MAX = 8 * 1024 * 1024, /* bytes of one value or row */
    PATH_MAX_ = 4096,
};

struct statement {
    sqlite3_stmt *stmt;
    int place[PARAMS_MAX + 1]; /* of $n; 0 when the statement has none */
};

struct sqlite {
    struct db db;
    sqlite3 *conn;
    char *path;
    struct stat file;   /* what path was when it was opened */
    sqlite3_stmt *rows; /* the one whose rows are being read */
    struct statement statements[SQL_MAX_];
};

static struct sqlite *of(struct db *db)
{
    return container_of(db, struct sqlite, db);
}

static int to_errno(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return 0;
    case SQLITE_FULL: return -ENOSPC;
    case SQLITE_TOOBIG: return -EMSGSIZE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return -EBUSY;
    case SQLITE_READONLY:
    case SQLITE_PERM: return -EROFS;
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ? -EEXIST
                                                                                        : -EPROTO;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return -EIO;
    default: return -EPROTO;
    }
}

/* What only the operator can mend, the log tells in SQLite's own words. */
static int last_errno(const struct sqlite *s)
{
    const int code = sqlite3_extended_errcode(s->conn);
    const int rc = to_errno(code);

    if (rc == -EIO || rc == -EPROTO)
        log_error("store.sqlite", "code=%d why=\"%s\"", code, sqlite3_errmsg(s->conn));
    return rc;
}

static void sqlite_rows_end(struct db *db)
{
    struct sqlite *s = of(db);

    if (s->rows) {
        (void)sqlite3_reset(s->rows);
        (void)sqlite3_clear_bindings(s->rows);
    }
    s->rows = NULL;
}

static int prepare(struct sqlite *s, enum sql q, struct statement **ret)
{
    struct statement *st = &s->statements[q];

    if (!st->stmt) {
        if (sqlite3_prepare_v3(s->conn, sql_text[q], -1, SQLITE_PREPARE_PERSISTENT, &st->stmt,
                               NULL) != SQLITE_OK)
            return last_errno(s);
        for (int n = 1; n <= PARAMS_MAX; n++) {
            char name[8];
            (void)snprintf(name, sizeof(name), "$%d", n);
            st->place[n] = sqlite3_bind_parameter_index(st->stmt, name);
        }
    }
    *ret = st;
    return 0;
}

static int bind_one(const struct statement *st, size_t n, const struct val *v)
{
    const int place = n <= PARAMS_MAX ? st->place[n] : 0;

    if (place == 0)
        return SQLITE_RANGE;
    switch (v->type) {
    case VAL_NULL: return sqlite3_bind_null(st->stmt, place);
    case VAL_INT: return sqlite3_bind_int64(st->stmt, place, v->i);
    case VAL_TEXT:
        return sqlite3_bind_text64(st->stmt, place, v->s.p, v->s.len, SQLITE_STATIC, SQLITE_UTF8);
    }
    return SQLITE_MISUSE;
}

static int sqlite_query(struct db *db, enum sql q, const struct val *v, size_t n)
{
    struct sqlite *s = of(db);
    struct statement *st = NULL; /* GCC does not see that prepare() sets it */

    sqlite_rows_end(db);
    int rc = prepare(s, q, &st);
    if (rc < 0)
        return rc;
    assert(st);
    s->rows = st->stmt;
    for (size_t i = 0; i < n; i++) {
        rc = bind_one(st, i + 1, &v[i]);
        if (rc != SQLITE_OK) {
            sqlite_rows_end(db);
            return to_errno(rc);
        }
    }
    return 0;
}

static int sqlite_next(struct db *db)
{
    struct sqlite *s = of(db);
    const int code = s->rows ? sqlite3_step(s->rows) : SQLITE_MISUSE;

    if (code == SQLITE_ROW)
        return 1;
    const int rc = code == SQLITE_DONE ? 0 : last_errno(s);
    sqlite_rows_end(db);
    return rc;
}

static int sqlite_exec(struct db *db, enum sql q, const struct val *v, size_t n)
{
    int rc = sqlite_query(db, q, v, n);

    if (rc < 0)
        return rc;
    do {
        rc = sqlite_next(db);
    } while (rc > 0);
    return rc < 0 ? rc : sqlite3_changes(of(db)->conn);
}

/* With one writer at a time there is nobody to wait for. */
static int sqlite_exec_late(struct db *db, enum sql q, const struct id *id)
{
    const int rc = sqlite_exec(db, q, VALS(val_id(id)));

    return rc < 0 ? rc : 0;
}

static bool sqlite_is_null(struct db *db, int column)
{
    return sqlite3_column_type(of(db)->rows, column) == SQLITE_NULL;
}

static int64_t sqlite_integer(struct db *db, int column)
{
    return sqlite3_column_int64(of(db)->rows, column);
}

static struct span sqlite_span(struct db *db, int column)
{
    sqlite3_stmt *rows = of(db)->rows;
    const void *text = sqlite3_column_text(rows, column);

    return text ? span_of(text, (size_t)sqlite3_column_bytes(rows, column)) : SPAN_NONE;
}

static int plain(struct db *db, const char *text)
{
    struct sqlite *s = of(db);

    sqlite_rows_end(db);
    return sqlite3_exec(s->conn, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : last_errno(s);
}

static int sqlite_begin(struct db *db, bool write)
{
    return plain(db, write ? "BEGIN IMMEDIATE" : "BEGIN");
}

static int sqlite_commit(struct db *db)
{
    return plain(db, "COMMIT");
}

static void sqlite_rollback(struct db *db)
{
    sqlite_rows_end(db);
    if (!sqlite3_get_autocommit(of(db)->conn)) /* an error may have ended it already */
        (void)plain(db, "ROLLBACK");
}

static int sqlite_savepoint(struct db *db)
{
    return plain(db, "SAVEPOINT job");
}

static int sqlite_release(struct db *db)
{
    return plain(db, "RELEASE job");
}

static int sqlite_rollback_to(struct db *db)
{
    const int rc = plain(db, "ROLLBACK TO job");

    return rc < 0 ? rc : sqlite_release(db);
}

static bool sqlite_in_transaction(struct db *db)
{
    return sqlite3_get_autocommit(of(db)->conn) == 0;
}

static int sqlite_script(struct db *db, const char *text, struct buf *why)
{
    const int rc = plain(db, text);

    if (rc < 0)
        buf_printf(why, "SQLite says: %s", sqlite3_errmsg(of(db)->conn));
    return rc;
}

/* The write lock that every writing transaction begins with does it. */
static int sqlite_lock_schema(struct db *db)
{
    (void)db;
    return 0;
}

static int sqlite_enlist(struct db *db)
{
    (void)db;
    return 0;
}

static bool sqlite_lost(const struct db *db)
{
    (void)db;
    return false;
}

static int sqlite_revive(struct db *db, enum outcome *ret, struct buf *why)
{
    (void)db;
    (void)why;
    *ret = OUTCOME_NONE;
    return 0;
}

/* A file that is moved away or deleted goes on to be written to, for nobody. */
static int sqlite_check(struct db *db, struct buf *why)
{
    const struct sqlite *s = of(db);
    struct stat now;

    if (stat(s->path, &now) == 0 && now.st_dev == s->file.st_dev && now.st_ino == s->file.st_ino)
        return 0;
    buf_printf(why,
               "The database %s is not there any more: it was moved, deleted or replaced. Put it "
               "back, then restart Convene.",
               s->path);
    return -EIO;
}

static struct db *sqlite_close(struct db *db)
{
    struct sqlite *s = of(db);

    for (size_t q = 0; q < SQL_MAX_; q++)
        (void)sqlite3_finalize(s->statements[q].stmt);
    (void)sqlite3_close(s->conn);
    (void)mem_free(s->path);
    return mem_free(s);
}

static const struct db_ops ops = {
    .exec = sqlite_exec,
    .exec_late = sqlite_exec_late,
    .put = sqlite_exec,
    .name = "sqlite",
    .size = SQL_SIZE_SQLITE,
    .schema_there = SQL_SCHEMA_THERE_SQLITE,
    .query = sqlite_query,
    .next = sqlite_next,
    .rows_end = sqlite_rows_end,
    .is_null = sqlite_is_null,
    .integer = sqlite_integer,
    .span = sqlite_span,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .savepoint = sqlite_savepoint,
    .release = sqlite_release,
    .rollback_to = sqlite_rollback_to,
    .in_transaction = sqlite_in_transaction,
    .script = sqlite_script,
    .lock_schema = sqlite_lock_schema,
    .enlist = sqlite_enlist,
    .lost = sqlite_lost,
    .revive = sqlite_revive,
    .check = sqlite_check,
    .close = sqlite_close,
};

static int set_up(struct sqlite *s, bool write)
{
    (void)sqlite3_extended_result_codes(s->conn, 1);
    (void)sqlite3_busy_timeout(s->conn, BUSY_MS);
    (void)sqlite3_limit(s->conn, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    (void)sqlite3_db_config(s->conn, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

    const int rc = write ? plain(&s->db, "PRAGMA journal_mode = WAL;"
                                         "PRAGMA journal_size_limit = 67108864;"
                                         "PRAGMA wal_autocheckpoint = 8000;")
                         : plain(&s->db, "PRAGMA query_only = ON;");
    return rc < 0 ? rc
                  : plain(&s->db, "PRAGMA synchronous = FULL;"
                                  "PRAGMA foreign_keys = ON;"
                                  "PRAGMA trusted_schema = OFF;");
}

/* What to do about a database that cannot be opened. */
static const char *advice(int rc)
{
    return rc == -EIO ? "Restore a backup, if the file is damaged"
                      : "Check DATA_DIR and its rights";
}

int sqlite_open(const char *folder, bool write, struct db **ret, struct buf *why)
{
    char path[PATH_MAX_];
    struct sqlite *s = mem_new(struct sqlite);

    s->db.ops = &ops;
    const int len = snprintf(path, sizeof(path), "%s/convene.db", folder);
    s->path = mem_strdup(path, (size_t)len < sizeof(path) ? (size_t)len : sizeof(path) - 1);
    const mode_t mask = umask(0077); /* the database and its WAL are the server's alone */
    int rc = to_errno(sqlite3_open_v2(path, &s->conn,
                                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                          SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
                                      NULL));
    if (rc == 0)
        rc = set_up(s, write);
    if (rc == 0 && stat(path, &s->file) < 0)
        rc = -errno;
    (void)umask(mask);
    if (rc < 0) {
        buf_printf(why, "Cannot open the database %s: %s. %s.", path,
                   s->conn ? sqlite3_errmsg(s->conn) : "no memory", advice(rc));
        (void)sqlite_close(&s->db);
        return rc;
    }
    *ret = &s->db;
    return 0;
}
