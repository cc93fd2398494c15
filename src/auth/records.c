#include "auth/records.h"

#include "auth/authorize.h"

#include <sys/statvfs.h>

struct reading {
    struct errand errand;
    struct audit_query query;
    struct records_disk disk;
};

static struct reading *reading_of(struct errand *e)
{
    return container_of(e, struct reading, errand);
}

/* Who did it, as they are now; somebody without an account has only the address. */
static int write_actor(struct db *db, struct errand *e, const struct audit_entry *entry,
                       struct json_out *o)
{
    struct person p;

    if (id_none(&entry->actor)) {
        json_put_null(o, "actor");
        return 0;
    }
    const int rc = person_by_id(db, &entry->actor, e->job.arena, &p);
    if (rc < 0)
        return rc;
    p.name = entry->actor_name;
    person_write(o, "actor", &p);
    return 0;
}

static int write_entry(struct db *db, struct errand *e, const struct audit_entry *entry,
                       struct json_out *o)
{
    json_obj_begin(o, NULL);
    json_put_i64(o, "n", entry->n);
    json_put_i64(o, "at", entry->at);
    const int rc = write_actor(db, e, entry, o);
    json_put_str(o, "action", entry->action);
    json_put_str(o, "target", entry->target);
    json_put_str(o, "target_name", entry->target_name);
    json_put_str(o, "ip", entry->ip);
    json_put_str(o, "detail", entry->detail);
    json_obj_end(o);
    return rc;
}

static int run_audit(struct db *db, struct errand *e)
{
    struct json_out o = json_out(&e->json);
    struct audit_entry *rows = NULL;
    size_t n = 0;
    bool more = false;
    int rc = authorize(&e->actor, VERB_AUDIT_READ, &OBJECT_OF_NONE);

    if (rc == 0)
        rc = audit_list(db, &reading_of(e)->query, e->job.arena, &rows, &n, &more);
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "entries");
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = write_entry(db, e, &rows[i], &o);
    json_arr_end(&o);
    json_put_bool(&o, "more", more);
    json_obj_end(&o);
    return rc;
}

void records_audit(const struct office *o, const struct actor *actor, const struct audit_query *q,
                   errand_fn *fn, void *arg)
{
    struct reading *r = errand_new(sizeof(*r), o, actor, NULL, run_audit, fn, arg);

    r->query = *q;
    r->query.action = errand_text(&r->errand, q->action);
    errand_read(&r->errand);
}

static int run_verify(struct db *db, struct errand *e)
{
    struct json_out o = json_out(&e->json);
    int64_t count = 0;
    int64_t broken_at = 0;
    int rc = authorize(&e->actor, VERB_AUDIT_READ, &OBJECT_OF_NONE);

    if (rc == 0)
        rc = audit_verify(db, e->office->secret, &count, &broken_at);
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_put_i64(&o, "entries", count);
    if (broken_at > 0) {
        json_put_i64(&o, "broken_at", broken_at);
    } else {
        json_put_null(&o, "broken_at");
    }
    json_obj_end(&o);
    return 0;
}

void records_verify(const struct office *o, const struct actor *actor, errand_fn *fn, void *arg)
{
    errand_read(errand_new(sizeof(struct errand), o, actor, NULL, run_verify, fn, arg));
}

/* Free for whoever is not root. */
static void write_disk(const struct records_disk *disk, struct json_out *o)
{
    struct statvfs st;

    if (statvfs(disk->folder, &st) == 0) {
        json_put_i64(o, "disk_free_bytes", (int64_t)st.f_bavail * (int64_t)st.f_frsize);
    } else {
        json_put_null(o, "disk_free_bytes");
    }
    if (disk->backup_folder) {
        json_put_cstr(o, "backup_folder", disk->backup_folder);
    } else {
        json_put_null(o, "backup_folder");
    }
    if (disk->backup_at > 0) {
        json_put_i64(o, "backup_at", disk->backup_at);
    } else {
        json_put_null(o, "backup_at");
    }
}

static int write_counts(struct db *db, const struct errand *e, struct json_out *o)
{
    static const char *const names[] = {"people", "guests", "channels", "messages", "sessions"};
    int rc = db_one(db, SQL_PERSON_COUNTS, VALS(val_int(e->job.now.ms)));

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        json_put_i64(o, names[i], db_int(db, (int)i));
    db_rows_end(db);
    rc = db_one(db, SQL_AUDIT_COUNT, NULL, 0);
    if (rc < 0)
        return rc;
    json_put_i64(o, "audit_entries", db_int(db, 0));
    db_rows_end(db);
    return 0;
}

static int run_storage(struct db *db, struct errand *e)
{
    struct json_out o = json_out(&e->json);
    int64_t bytes = 0;
    int rc = authorize(&e->actor, VERB_STORAGE_READ, &OBJECT_OF_NONE);

    if (rc == 0)
        rc = db_bytes(db, &bytes);
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "engine", db_engine(db));
    json_put_i64(&o, "database_bytes", bytes);
    rc = write_counts(db, e, &o);
    write_disk(&reading_of(e)->disk, &o);
    json_obj_end(&o);
    return rc;
}

void records_storage(const struct office *o, const struct actor *actor,
                     const struct records_disk *disk, errand_fn *fn, void *arg)
{
    struct reading *r = errand_new(sizeof(*r), o, actor, NULL, run_storage, fn, arg);

    r->disk = *disk;
    errand_read(&r->errand);
}
