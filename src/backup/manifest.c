#include "backup/manifest.h"

#include "base/json.h"
#include "os/file.h"

#include <errno.h>
#include <string.h>

enum { FORMAT = 1, MANIFEST_MAX = 64 * 1024 };

int manifest_write(const char *path, const struct manifest *m)
{
    struct buf text = {0};
    struct json_out o = json_out(&text);

    json_obj_begin(&o, NULL);
    json_put_i64(&o, "format", FORMAT);
    json_put_i64(&o, "made_at", m->made_at);
    json_put_i64(&o, "schema", m->schema);
    json_put_cstr(&o, "sha256", m->sha256);
    json_obj_begin(&o, "tables");
    for (unsigned i = 0; i < sql_table_count; i++) {
        json_obj_begin(&o, sql_tables[i].name);
        json_put_i64(&o, "rows", m->sums[i].rows);
        json_put_cstr(&o, "sum", m->sums[i].hex);
        json_obj_end(&o);
    }
    json_obj_end(&o);
    json_obj_end(&o);
    buf_add_char(&text, '\n');
    const int rc = file_write(path, buf_span(&text), 0600);
    buf_done(&text);
    return rc;
}

static int copy_hex(const json_t *obj, const char *key, char *ret, size_t len)
{
    const struct span s = json_get_span(obj, key);

    if (s.len != len)
        return -EBADMSG;
    memcpy(ret, s.p, len);
    ret[len] = 0;
    return 0;
}

static int read_sums(const json_t *tables, struct copy_sum *ret)
{
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < sql_table_count; i++) {
        const json_t *t = json_object_get(tables, sql_tables[i].name);
        ret[i].rows = json_get_i64(t, "rows", -1);
        rc = copy_hex(t, "sum", ret[i].hex, COPY_SUM_LEN);
    }
    return rc;
}

static int read_object(const json_t *obj, struct manifest *m)
{
    if (json_get_i64(obj, "format", 0) != FORMAT)
        return -EBADMSG;
    m->made_at = json_get_i64(obj, "made_at", 0);
    m->schema = json_get_i64(obj, "schema", 0);
    if (m->schema < 1 || copy_hex(obj, "sha256", m->sha256, sizeof(m->sha256) - 1) < 0)
        return -EBADMSG;
    return m->schema == sql_migration_count ? read_sums(json_object_get(obj, "tables"), m->sums)
                                            : 0;
}

int manifest_read(const char *path, struct manifest *m, struct buf *why)
{
    struct buf text = {0};
    json_t *obj = NULL;
    const char *said = NULL;
    int rc = file_read(path, MANIFEST_MAX, &text);

    if (rc < 0) {
        buf_printf(
            why,
            "%s cannot be read: %s. A folder without it is no backup, or one that was cut off.",
            path, strerror(-rc));
    } else {
        rc = json_parse_object(buf_span(&text), &obj, &said);
        if (rc == 0)
            rc = read_object(obj, m);
        if (rc < 0)
            buf_printf(why, "%s is not the manifest of a backup that this program knows.", path);
    }
    json_decref(obj);
    buf_done(&text);
    return rc;
}
