#include "store/direct.h"

#include "base/mem.h"
#include "store/data_folder.h"
#include "store/engine.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct direct {
    struct db *db;
    bool write;
    bool sqlite;
    int lock; /* of SQLite's folder, or -1 */
};

static bool is_postgres(const char *where)
{
    return strncmp(where, "postgres://", 11) == 0 || strncmp(where, "postgresql://", 13) == 0;
}

static int open_sqlite(struct direct *d, const char *folder, struct buf *why)
{
    int rc = 0;

    d->sqlite = true;
    if (d->write)
        rc = data_folder_make(folder, why);
    if (rc == 0 && d->write)
        rc = data_folder_lock(folder, &d->lock, why);
    if (rc == 0 && !d->write && !data_folder_has_database(folder)) {
        buf_printf(why, "There is no database in %s.", folder);
        rc = -ENOENT;
    }
    return rc < 0 ? rc : sqlite_open(folder, d->write, &d->db, why);
}

int direct_open(const struct place *at, enum direct_use use, struct direct **ret, struct buf *why)
{
    const char *where = at->where;
    struct direct *d = mem_new(struct direct);
    int rc;

    d->write = use == DIRECT_WRITE;
    d->lock = -1;
    if (is_postgres(where)) {
        rc = postgres_open(where, at->named, d->write ? PG_WRITES : PG_READS, &d->db, why);
    } else if (strncmp(where, "sqlite:", 7) == 0 && where[7] != 0) {
        rc = open_sqlite(d, where + 7, why);
    } else {
        buf_printf(why,
                   "%s is no database: one is named by postgres://user:password@host/database or "
                   "by sqlite:FOLDER.",
                   at->named);
        rc = -EBADMSG;
    }
    if (rc < 0) {
        (void)direct_close(d);
        return rc;
    }
    *ret = d;
    return 0;
}

struct direct *direct_close(struct direct *d)
{
    if (!d)
        return NULL;
    if (d->db)
        d->db = d->db->ops->close(d->db);
    if (d->lock >= 0)
        (void)close(d->lock);
    return mem_free(d);
}

struct db *direct_db(struct direct *d)
{
    return d->db;
}

bool direct_lost(const struct direct *d)
{
    return d->db->ops->lost(d->db);
}

int direct_put(struct direct *d, enum sql q, const struct val *v, size_t n)
{
    const int rc = d->db->ops->put(d->db, q, v, n);

    return rc < 0 ? rc : 0;
}

int direct_begin(struct direct *d)
{
    return d->db->ops->begin(d->db, d->write);
}

int direct_commit(struct direct *d)
{
    const int rc = d->db->ops->commit(d->db);

    if (rc < 0)
        d->db->ops->rollback(d->db);
    return rc;
}

void direct_rollback(struct direct *d)
{
    d->db->ops->rollback(d->db);
}

int direct_version(struct direct *d, int64_t *ret)
{
    return schema_version(d->db, ret);
}

int direct_migrate(struct direct *d, struct buf *why)
{
    return migrate(d->db, false, why);
}

int direct_check(struct direct *d, struct buf *why)
{
    if (!d->sqlite)
        return 0;
    int rc = direct_begin(d);
    if (rc == 0)
        rc = db_one(d->db, SQL_INTEGRITY_SQLITE, NULL, 0);
    if (rc > 0 && !span_is(db_span(d->db, 0), "ok")) {
        buf_printf(why, "The database is damaged: %.*s.", SPAN_ARG(db_span(d->db, 0)));
        rc = -EBADMSG;
    }
    db_rows_end(d->db);
    direct_rollback(d);
    return rc < 0 ? rc : 0;
}

int direct_settle(struct direct *d, struct buf *why)
{
    return d->sqlite ? d->db->ops->script(d->db, "PRAGMA journal_mode = DELETE;", why) : 0;
}
