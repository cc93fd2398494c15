#include "backup/copy.h"

#include "base/mem.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum { COLUMNS_MAX = 16, KEYS_MAX = 3 };

/* The key of a row, outliving it. */
struct key {
    size_t count;
    struct val vals[KEYS_MAX + 1]; /* and the limit behind them */
    struct buf texts[KEYS_MAX];
};

static unsigned column_of(const struct sql_table *t, size_t key)
{
    return (unsigned)(t->keys[key] - 'a');
}

/* Before all rows: ids are not empty, and numbers begin at 0. */
static void key_init(struct key *k, const struct sql_table *t)
{
    *k = (struct key){.count = strlen(t->keys)};
    assert(k->count <= KEYS_MAX);
    for (size_t i = 0; i < k->count; i++)
        k->vals[i] = t->types[column_of(t, i)] == 't' ? val_text(span_str("")) : val_int(-1);
    k->vals[k->count] = val_int(COPY_ROWS);
}

static void key_done(struct key *k)
{
    for (size_t i = 0; i < k->count; i++)
        buf_done(&k->texts[i]);
}

/* Takes column `at` of the row that db is on as the i-th part of the key. */
static void key_take(struct key *k, size_t i, struct db *db, int at)
{
    if (k->vals[i].type == VAL_INT) {
        k->vals[i].i = db_int(db, at);
        return;
    }
    buf_clear(&k->texts[i]);
    buf_add_span(&k->texts[i], db_span(db, at));
    k->vals[i].s = buf_span(&k->texts[i]);
}

static void key_of_row(struct key *k, const struct sql_table *t, struct db *db)
{
    for (size_t i = 0; i < k->count; i++)
        key_take(k, i, db, (int)column_of(t, i));
}

static struct val value(struct db *db, const struct sql_table *t, int column)
{
    if (db_is_null(db, column))
        return val_null();
    return t->types[column] == 't' ? val_text(db_span(db, column)) : val_int(db_int(db, column));
}

static size_t read_row(struct db *db, const struct sql_table *t, struct val row[COLUMNS_MAX])
{
    const size_t n = strlen(t->types);

    assert(n <= COLUMNS_MAX);
    for (size_t i = 0; i < n; i++)
        row[i] = value(db, t, (int)i);
    return n;
}

typedef int row_fn(struct key *key, const struct sql_table *t, const struct val *row, size_t n,
                   void *arg);

/* One page behind *key, which moves to its last row; the number of its rows, or -errno. */
static int each_of_page(struct db *db, const struct sql_table *t, struct key *key, row_fn *fn,
                        void *arg)
{
    struct val row[COLUMNS_MAX];
    int count = 0;
    int rc = db_query(db, t->page, key->vals, key->count + 1);

    while (rc >= 0 && (rc = db_next(db)) > 0) {
        const size_t n = read_row(db, t, row);
        rc = fn(key, t, row, n, arg);
        key_of_row(key, t, db);
        count++;
    }
    db_rows_end(db);
    return rc < 0 ? rc : count;
}

static int put_row(struct key *key, const struct sql_table *t, const struct val *row, size_t n,
                   void *arg)
{
    (void)key;
    return direct_put(arg, t->put, row, n);
}

/* The last key that the target holds, when it holds any. */
static int find_last(struct direct *to, const struct sql_table *t, struct key *key)
{
    struct db *db = direct_db(to);
    int rc = direct_begin(to);

    if (rc == 0)
        rc = db_query(db, t->last, NULL, 0);
    if (rc >= 0 && (rc = db_next(db)) > 0) {
        for (size_t i = 0; i < key->count; i++)
            key_take(key, i, db, (int)i);
    }
    db_rows_end(db);
    direct_rollback(to);
    return rc < 0 ? rc : 0;
}

static int copy_page(struct direct *from, struct direct *to, const struct sql_table *t,
                     struct key *key)
{
    int rc = direct_begin(to);

    if (rc < 0)
        return rc;
    const int count = each_of_page(direct_db(from), t, key, put_row, to);
    if (count < 0) {
        direct_rollback(to);
        return count;
    }
    rc = direct_commit(to);
    return rc < 0 ? rc : count;
}

static void key_write(const struct key *k, struct buf *out)
{
    for (size_t i = 0; i < k->count; i++) {
        if (i > 0)
            buf_add_char(out, ' ');
        if (k->vals[i].type == VAL_INT) {
            buf_printf(out, "%lld", (long long)k->vals[i].i);
        } else {
            buf_add_span(out, k->vals[i].s);
        }
    }
}

/* What Convene does not write itself, other programs may have: where to look for it. */
static void blame(const struct sql_table *t, struct span behind, int rc, struct buf *why)
{
    const char *what =
        rc == -EMSGSIZE ? "is larger than 8 MB" : "holds what the target does not take";

    if (rc != -EMSGSIZE && rc != -EPROTO)
        return;
    buf_printf(why, "One of the %d rows of table %s behind \"%.*s\" %s. Mend or delete it.",
               COPY_ROWS, t->name, SPAN_ARG(behind), what);
}

static int copy_table(struct direct *from, struct direct *to, const struct sql_table *t,
                      int64_t *ret_rows, struct buf *why)
{
    struct buf behind = {0};
    struct key key;
    int rc;

    key_init(&key, t);
    rc = find_last(to, t, &key);
    while (rc == 0) {
        buf_clear(&behind);
        key_write(&key, &behind);
        rc = copy_page(from, to, t, &key);
        if (rc <= 0)
            break;
        *ret_rows += rc;
        rc = 0;
    }
    if (rc < 0)
        blame(t, buf_span(&behind), rc, why);
    buf_done(&behind);
    key_done(&key);
    return rc;
}

int copy_tables(struct direct *from, struct direct *to, copy_progress_fn *told, void *arg,
                struct buf *why)
{
    for (unsigned i = 0; i < sql_table_count; i++) {
        int64_t rows = 0;
        const int rc = copy_table(from, to, &sql_tables[i], &rows, why);
        if (rc < 0)
            return rc;
        if (told)
            told(&sql_tables[i], rows, arg);
    }
    return 0;
}

struct summing {
    int64_t rows;
    struct buf text;
    uint8_t digest[SHA256_SIZE];
};

/* The digest so far and the row, each value with its type and length, make the next digest. */
static int add_row(struct key *key, const struct sql_table *t, const struct val *row, size_t n,
                   void *arg)
{
    struct summing *s = arg;

    (void)key;
    (void)t;
    buf_clear(&s->text);
    buf_add(&s->text, s->digest, sizeof(s->digest));
    for (size_t i = 0; i < n; i++) {
        switch (row[i].type) {
        case VAL_NULL: buf_add_char(&s->text, 'n'); break;
        case VAL_INT: buf_printf(&s->text, "i%lld;", (long long)row[i].i); break;
        case VAL_TEXT:
            buf_printf(&s->text, "t%zu:", row[i].s.len);
            buf_add_span(&s->text, row[i].s);
            break;
        }
    }
    hash_sha256(buf_span(&s->text), s->digest);
    s->rows++;
    return 0;
}

static int sum_table(struct direct *d, const struct sql_table *t, struct copy_sum *ret)
{
    struct summing s = {0};
    struct key key;
    int rc;

    key_init(&key, t);
    do {
        rc = each_of_page(direct_db(d), t, &key, add_row, &s);
    } while (rc > 0);
    key_done(&key);
    ret->rows = s.rows;
    buf_clear(&s.text);
    text_hex(&s.text, span_of(s.digest, sizeof(s.digest)));
    memcpy(ret->hex, s.text.p, COPY_SUM_LEN);
    ret->hex[COPY_SUM_LEN] = 0;
    buf_done(&s.text);
    return rc;
}

int copy_sums(struct direct *d, struct copy_sum *ret)
{
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < sql_table_count; i++)
        rc = sum_table(d, &sql_tables[i], &ret[i]);
    return rc;
}

/* The settings are written with the first person too, so any row counts. */
int copy_is_empty(struct direct *d, bool *ret)
{
    *ret = true;
    for (unsigned i = 0; *ret && i < sql_table_count; i++) {
        int rc = db_query(direct_db(d), sql_tables[i].last, NULL, 0);
        if (rc == 0)
            rc = db_next(direct_db(d));
        db_rows_end(direct_db(d));
        if (rc < 0)
            return rc;
        *ret = rc == 0;
    }
    return 0;
}
