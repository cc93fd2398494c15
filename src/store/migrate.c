/*
 * The schema's steps: numbered, each in a transaction of its own together with the number it
 * reaches, so that a start that is killed in between goes on where it was.  The beginning of a step
 * takes the write lock, so two starts at once do not meet in it.
 */
#include "base/log.h"
#include "store/engine.h"

#include <errno.h>

/* version: what is there; compatible: the oldest version whose program may still use it. */
struct schema {
    int64_t version;
    int64_t compatible;
};

static int read_schema(struct db *db, struct schema *ret)
{
    const int rc = db_one(db, SQL_SCHEMA_VERSION, NULL, 0);

    if (rc < 0)
        return rc;
    *ret = (struct schema){db_int(db, 0), db_int(db, 1)};
    db_rows_end(db);
    return 0;
}

static int check_compatible(const struct schema *s, struct buf *why)
{
    if (s->version <= sql_migration_count || s->compatible <= sql_migration_count)
        return 0;
    buf_printf(why,
               "The database was written by a newer Convene (schema %lld, this one knows %u). "
               "Start that version, or restore a backup made by this one.",
               (long long)s->version, sql_migration_count);
    return -EPROTO;
}

static int step_in_transaction(struct db *db, struct schema *schema, struct buf *why)
{
    int rc = db->ops->lock_schema(db);

    if (rc == 0)
        rc = read_schema(db, schema); /* again: another start may have been faster */
    if (rc == 0)
        rc = check_compatible(schema, why);
    if (rc < 0 || schema->version >= sql_migration_count)
        return rc;

    const struct migration *m = &sql_migrations[schema->version];
    rc = db->ops->script(db, m->text, why);
    if (rc < 0)
        return rc;
    const struct schema next = {schema->version + 1, m->compatible};
    rc = db_exec(db, SQL_SCHEMA_ADVANCE, VALS(val_int(next.version), val_int(next.compatible)));
    if (rc < 0)
        return rc;
    *schema = next;
    return 0;
}

static int step(struct db *db, struct schema *schema, struct buf *why)
{
    int rc = db->ops->begin(db, true);

    if (rc < 0)
        return rc;
    rc = step_in_transaction(db, schema, why);
    if (rc == 0)
        rc = db->ops->commit(db);
    if (rc < 0)
        db->ops->rollback(db);
    return rc;
}

/* The table of the schema's number itself, which no migration can make. */
static int begin_schema(struct db *db, struct buf *why)
{
    int rc = db->ops->begin(db, true);

    if (rc == 0)
        rc = db->ops->lock_schema(db);
    if (rc == 0) {
        rc = db->ops->script(db,
                             "CREATE TABLE IF NOT EXISTS schema_version"
                             " (version BIGINT NOT NULL, compatible BIGINT NOT NULL);"
                             "INSERT INTO schema_version (version, compatible)"
                             " SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version);",
                             why);
    }
    if (rc == 0 && db->ops->prologue)
        rc = db->ops->script(db, db->ops->prologue, why);
    if (rc == 0)
        rc = db->ops->commit(db);
    if (rc < 0)
        db->ops->rollback(db);
    return rc;
}

int migrate(struct db *db, bool told, struct buf *why)
{
    struct schema schema = {0};
    int rc = begin_schema(db, why);

    if (rc == 0)
        rc = read_schema(db, &schema);
    if (rc == 0)
        rc = check_compatible(&schema, why);
    if (rc < 0)
        return rc;
    if (schema.version > sql_migration_count) {
        log_info("store.newer", "schema=%lld known=%u", (long long)schema.version,
                 sql_migration_count);
    }
    while (rc == 0 && schema.version < sql_migration_count) {
        const struct migration *m = &sql_migrations[schema.version];
        rc = step(db, &schema, why);
        if (rc == 0 && told)
            log_info("store.migrate", "step=%s", m->name);
    }
    return rc;
}

int schema_version(struct db *db, int64_t *ret)
{
    struct schema schema = {0};
    bool there = false;
    int rc = db->ops->begin(db, false);

    if (rc == 0)
        rc = db_one(db, db->ops->schema_there, NULL, 0);
    if (rc > 0) {
        there = db_int(db, 0) != 0;
        db_rows_end(db);
    }
    if (rc >= 0 && there)
        rc = read_schema(db, &schema);
    db->ops->rollback(db);
    *ret = schema.version;
    return rc < 0 ? rc : 0;
}
