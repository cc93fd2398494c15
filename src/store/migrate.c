/*
 * The schema's steps: numbered, each in a transaction of its own together with the number it
 * reaches, so that a start that is killed in between goes on where it was.  The beginning of a step
 * takes the write lock, so two starts at once do not meet in it.
 */
#include "base/log.h"
#include "store/engine.h"

#include <errno.h>

/* The oldest program that may still run on the newest schema. */
enum { COMPATIBLE = 1 };

static int read_version(struct db *db, int64_t *ret)
{
    const int rc = db_one(db, SQL_SCHEMA_VERSION, NULL, 0);

    if (rc < 0)
        return rc;
    *ret = db_int(db, 0);
    db_rows_end(db);
    return 0;
}

static int step_in_transaction(struct db *db, int64_t *version, struct buf *why)
{
    int rc = read_version(db, version); /* again: another start may have been faster */
    if (rc < 0 || *version >= sql_migration_count)
        return rc;

    const struct migration *m = &sql_migrations[*version];
    rc = db->ops->script(db, m->text, why);
    if (rc < 0)
        return rc;
    rc = db_exec(db, SQL_SCHEMA_ADVANCE, VALS(val_int(*version + 1), val_int(COMPATIBLE)));
    if (rc < 0)
        return rc;
    (*version)++;
    log_info("store.migrate", "step=%s", m->name);
    return 0;
}

static int step(struct db *db, int64_t *version, struct buf *why)
{
    int rc = db->ops->begin(db, true);

    if (rc < 0)
        return rc;
    rc = step_in_transaction(db, version, why);
    if (rc == 0)
        rc = db->ops->commit(db);
    if (rc < 0)
        db->ops->rollback(db);
    return rc;
}

int migrate(struct db *db, struct buf *why)
{
    static const char begin[] =
        "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL, compatible BIGINT NOT NULL);"
        "INSERT INTO schema_version (version, compatible) SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version);";
    int64_t version = 0;

    int rc = db->ops->begin(db, true);
    if (rc == 0)
        rc = db->ops->script(db, begin, why);
    if (rc == 0)
        rc = db->ops->commit(db);
    if (rc < 0) {
        db->ops->rollback(db);
        return rc;
    }

    rc = read_version(db, &version);
    if (rc == 0 && version > sql_migration_count) {
        buf_printf(why,
                   "The database was written by a newer Convene (schema %lld, this one knows %u). "
                   "Start that version, or restore a backup made by this one.",
                   (long long)version, sql_migration_count);
        return -EPROTO;
    }
    while (rc == 0 && version < sql_migration_count)
        rc = step(db, &version, why);
    return rc;
}
