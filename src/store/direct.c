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

int direct_open(const char *where, enum direct_use use, struct direct **ret, struct buf *why)
{
    struct direct *d = mem_new(struct direct);
    int rc;

    d->write = use == DIRECT_WRITE;
    d->lock = -1;
    if (is_postgres(where)) {
        rc = postgres_open(where, d->write, &d->db, why);
    } else if (strncmp(where, "sqlite:", 7) == 0 && where[7] != 0) {
        rc = open_sqlite(d, where + 7, why);
    } else {
        buf_printf(why, "A database is named by postgres://user:password@host/database or by "
                        "sqlite:FOLDER.");
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
    return migrate(d->db, why);
}

int direct_settle(struct direct *d, struct buf *why)
{
    return d->sqlite ? d->db->ops->script(d->db, "PRAGMA journal_mode = DELETE;", why) : 0;
}
