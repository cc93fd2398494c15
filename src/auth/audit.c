#include "auth/audit.h"

#include "base/log.h"

#include <errno.h>

enum { PAGE = 500, HASH_LEN = 64 };

enum { N, AT, ACTOR, ACTOR_NAME, ACTION, TARGET, TARGET_NAME, IP, DETAIL, HASH };

/* Each field with its length before it, so that no two entries are the same text. */
static void add_field(struct buf *out, struct span s)
{
    buf_printf(out, "%zu:", s.len);
    buf_add_span(out, s);
}

static void hash_entry(const struct secret *secret, struct span before, const struct audit_entry *e,
                       struct buf *out)
{
    const struct span fields[] = {id_span(&e->actor), e->actor_name, e->action, e->target,
                                  e->target_name,     e->ip,         e->detail};
    struct buf text = {0};

    add_field(&text, before);
    buf_printf(&text, "%lld,%lld,", (long long)e->n, (long long)e->at);
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
        add_field(&text, fields[i]);
    secret_mac(secret, SECRET_AUDIT, buf_span(&text), out);
    buf_done(&text);
}

static struct span or_empty(struct span s)
{
    return s.p ? s : span_str("");
}

static int take_place(struct db *db, struct arena *a, int64_t *ret_n, struct span *ret_before)
{
    int rc = db_exec(db, SQL_AUDIT_HEAD_MAKE, NULL, 0);

    if (rc >= 0)
        rc = db_one(db, SQL_AUDIT_HEAD_TAKE, NULL, 0);
    if (rc < 0)
        return rc;
    *ret_n = db_int(db, 0);
    *ret_before = db_text(db, 1, a);
    db_rows_end(db);
    return 0;
}

static int insert(struct db *db, const struct audit_entry *e, struct span hash)
{
    const int rc =
        db_exec(db, SQL_AUDIT_INSERT,
                VALS(val_int(e->n), val_int(e->at), val_id(&e->actor), val_text(e->actor_name),
                     val_text(e->action), val_text(e->target), val_text(e->target_name),
                     val_text(e->ip), val_text(e->detail), val_text(hash)));

    return rc < 0 ? rc : db_exec(db, SQL_AUDIT_HEAD_PUT, VALS(val_text(hash)));
}

static int name_actor(struct db *db, struct arena *a, struct audit_entry *e)
{
    struct person p;

    if (e->actor_name.p || id_none(&e->actor))
        return 0;
    const int rc = person_by_id(db, &e->actor, a, &p);
    if (rc == 0)
        e->actor_name = p.name;
    return rc;
}

int audit_write(struct db *db, const struct secret *secret, const struct audit_entry *given,
                struct wall now)
{
    AUTO(arena) struct arena *a = arena_new();
    struct audit_entry e = *given;
    struct span before;
    struct buf hash = {0};
    int rc = name_actor(db, a, &e);

    e.at = now.ms;
    e.actor_name = or_empty(e.actor_name);
    e.target = or_empty(e.target);
    e.target_name = or_empty(e.target_name);
    e.ip = or_empty(e.ip);
    e.detail = e.detail.p ? e.detail : span_str("{}");
    if (rc == 0)
        rc = take_place(db, a, &e.n, &before);
    if (rc == 0) {
        hash_entry(secret, before, &e, &hash);
        rc = insert(db, &e, buf_span(&hash));
    }
    buf_done(&hash);
    return rc < 0 ? rc : 0;
}

struct noting {
    struct job job;
    const struct secret *secret;
    struct arena *arena;
    struct audit_entry entry;
};

static int run_note(struct db *db, struct job *job)
{
    const struct noting *n = container_of(job, struct noting, job);

    return audit_write(db, n->secret, &n->entry, job->now);
}

static void on_noted(struct job *job, int rc)
{
    struct noting *n = container_of(job, struct noting, job);

    if (rc < 0)
        log_error("audit.lost", "action=%.*s rc=%d", SPAN_ARG(n->entry.action), rc);
    n->arena = arena_free(n->arena);
    job_done(job);
    (void)mem_free(n);
}

void audit_note(struct store *store, const struct secret *secret, const struct audit_entry *e)
{
    struct noting *n = mem_new(struct noting);
    struct span *const texts[] = {&n->entry.actor_name,  &n->entry.action, &n->entry.target,
                                  &n->entry.target_name, &n->entry.ip,     &n->entry.detail};

    n->secret = secret;
    n->arena = arena_new();
    n->entry = *e;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (texts[i]->p)
            *texts[i] = arena_span(n->arena, *texts[i]);
    }
    job_init(&n->job, run_note, on_noted);
    store_write(store, &n->job, span_str(AUDIT_LANE));
}

static void read_entry(struct db *db, struct arena *a, struct audit_entry *ret)
{
    *ret = (struct audit_entry){.n = db_int(db, N),
                                .at = db_int(db, AT),
                                .actor = db_id(db, ACTOR),
                                .actor_name = db_text(db, ACTOR_NAME, a),
                                .action = db_text(db, ACTION, a),
                                .target = db_text(db, TARGET, a),
                                .target_name = db_text(db, TARGET_NAME, a),
                                .ip = db_text(db, IP, a),
                                .detail = db_text(db, DETAIL, a)};
}

int audit_list(struct db *db, const struct audit_query *q, struct arena *a,
               struct audit_entry **ret, size_t *ret_count, bool *ret_more)
{
    const int64_t limit = q->limit > 0 && q->limit < AUDIT_PAGE_MAX ? q->limit : AUDIT_PAGE_MAX;
    struct audit_entry *rows = arena_array(a, struct audit_entry, (size_t)limit);
    const struct span person = id_none(&q->person) ? span_str("") : id_span(&q->person);
    size_t n = 0;
    int rc = db_query(db, SQL_AUDIT_LIST,
                      VALS(val_int(q->before > 0 ? q->before : INT64_MAX),
                           val_text(or_empty(q->action)), val_text(person), val_int(limit + 1)));

    while (rc >= 0 && (rc = db_next(db)) > 0 && n < (size_t)limit)
        read_entry(db, a, &rows[n++]);
    db_rows_end(db);
    *ret = rows;
    *ret_count = n;
    *ret_more = rc > 0;
    return rc < 0 ? rc : 0;
}

/* The chain as it goes on from a page to the next. */
struct walk {
    const struct secret *secret;
    int64_t last;
    char hash[HASH_LEN];
    size_t hash_len;
    int64_t broken_at;
};

static void check_entry(struct db *db, struct arena *a, struct walk *w)
{
    struct audit_entry e;
    struct buf want = {0};
    const struct span found = db_span(db, HASH);

    read_entry(db, a, &e);
    hash_entry(w->secret, span_of(w->hash, w->hash_len), &e, &want);
    if (w->broken_at == 0 && (e.n != w->last + 1 || !span_eq(buf_span(&want), found)))
        w->broken_at = w->last + 1;
    w->last = e.n;
    w->hash_len = found.len <= HASH_LEN ? found.len : 0;
    memcpy(w->hash, found.p, w->hash_len);
    buf_done(&want);
}

/* The number of entries on the page, or -errno. */
static int check_page(struct db *db, struct walk *w)
{
    AUTO(arena) struct arena *a = arena_new();
    int n = 0;
    int rc = db_query(db, SQL_AUDIT_PAGE, VALS(val_int(w->last), val_int(PAGE)));

    while (rc >= 0 && (rc = db_next(db)) > 0) {
        check_entry(db, a, w);
        n++;
    }
    db_rows_end(db);
    return rc < 0 ? rc : n;
}

/* The head says how many there must be: the newest may have been cut off. */
static int check_head(struct db *db, struct walk *w)
{
    int rc = db_one(db, SQL_AUDIT_HEAD_READ, NULL, 0);

    if (rc == -ENOENT)
        return 0;
    if (rc < 0)
        return rc;
    if (w->broken_at == 0 &&
        (db_int(db, 0) != w->last || !span_eq(db_span(db, 1), span_of(w->hash, w->hash_len))))
        w->broken_at = w->last + 1;
    db_rows_end(db);
    return 0;
}

int audit_verify(struct db *db, const struct secret *secret, int64_t *ret_count,
                 int64_t *ret_broken_at)
{
    struct walk w = {.secret = secret};
    int64_t count = 0;
    int rc;

    while ((rc = check_page(db, &w)) > 0)
        count += rc;
    if (rc == 0)
        rc = check_head(db, &w);
    *ret_count = count;
    *ret_broken_at = w.broken_at;
    return rc;
}
