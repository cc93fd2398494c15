#include "store/db.h"

#include "base/arena.h"
#include "store/engine.h"

#include <errno.h>

int db_exec(struct db *db, enum sql q, const struct val *v, size_t n)
{
    return db->ops->exec(db, q, v, n);
}

int db_exec_late(struct db *db, enum sql q, const struct id *id)
{
    return db->ops->exec_late(db, q, id);
}

int db_query(struct db *db, enum sql q, const struct val *v, size_t n)
{
    return db->ops->query(db, q, v, n);
}

int db_next(struct db *db)
{
    return db->ops->next(db);
}

void db_rows_end(struct db *db)
{
    db->ops->rows_end(db);
}

bool db_is_null(struct db *db, int column)
{
    return db->ops->is_null(db, column);
}

int64_t db_int(struct db *db, int column)
{
    return db->ops->integer(db, column);
}

struct span db_span(struct db *db, int column)
{
    return db->ops->span(db, column);
}

struct span db_text(struct db *db, int column, struct arena *a)
{
    return arena_span(a, db_span(db, column));
}

struct id db_id(struct db *db, int column)
{
    struct id id = {0};

    if (id_parse(db_span(db, column), &id) < 0)
        return (struct id){0};
    return id;
}

int db_one(struct db *db, enum sql q, const struct val *v, size_t n)
{
    const int rc = db_query(db, q, v, n);

    if (rc < 0)
        return rc;
    const int row = db_next(db);
    return row == 0 ? -ENOENT : row;
}

const char *db_engine(const struct db *db)
{
    return db->ops->name;
}

int db_bytes(struct db *db, int64_t *ret)
{
    const int rc = db_one(db, db->ops->size, NULL, 0);

    if (rc < 0)
        return rc;
    *ret = db_int(db, 0);
    db_rows_end(db);
    return 0;
}
