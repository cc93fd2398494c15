#include "oidc/picture.h"

#include "auth/authorize.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <errno.h>

static const struct {
    const char *type;
    const char *begin;
    size_t begin_len;
    const char *then; /* at byte 8 */
} kinds[] = {
    {"image/png", "\x89PNG\r\n\x1a\n", 8, NULL},
    {"image/jpeg", "\xff\xd8\xff", 3, NULL},
    {"image/webp", "RIFF", 4, "WEBP"},
};

const char *picture_type(struct span bytes)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (span_eq(span_sub(bytes, 0, kinds[i].begin_len),
                    span_of(kinds[i].begin, kinds[i].begin_len)) &&
            (!kinds[i].then || span_is(span_sub(bytes, 8, 4), kinds[i].then)))
            return kinds[i].type;
    }
    return NULL;
}

/* Taking one over. */

struct taking {
    const struct office *office;
    struct id person;
};

struct keeping {
    struct errand errand;
    struct id person;
    struct span version;
    struct span type;
    struct span data;
};

static int run_keep(struct db *db, struct errand *e)
{
    const struct keeping *k = container_of(e, struct keeping, errand);
    int rc = db_exec(
        db, SQL_PICTURE_PUT,
        VALS(val_id(&k->person), val_text(k->version), val_text(k->type), val_text(k->data)));

    if (rc >= 0)
        rc = db_exec(db, SQL_PICTURE_SHOW, VALS(val_id(&k->person), val_text(k->version)));
    return rc < 0 ? rc : errand_tell(db, e, &k->person);
}

static void kept(const struct errand_answer *answer, void *arg)
{
    (void)arg;
    if (answer->rc)
        log_warn("picture.keep", "rc=%d", answer->rc);
}

static void keep(const struct taking *t, struct span bytes, const char *type)
{
    struct keeping *k = errand_new(sizeof(*k), t->office, NULL, NULL, run_keep, kept, NULL);
    uint8_t hash[SHA256_SIZE];
    struct buf text = {0};

    k->person = t->person;
    k->type = span_str(type);
    hash_sha256(bytes, hash);
    text_hex(&text, span_of(hash, PICTURE_VERSION_LEN / 2));
    k->version = errand_text(&k->errand, buf_span(&text));
    buf_clear(&text);
    text_base64url(&text, bytes);
    k->data = errand_text(&k->errand, buf_span(&text));
    buf_done(&text);
    errand_write(&k->errand);
}

static void on_fetched(const struct fetch_answer *a, void *arg)
{
    struct taking *t = arg;
    const char *type = !a->error && a->status == 200 ? picture_type(a->body) : NULL;

    if (type) {
        keep(t, a->body, type);
    } else if (a->error != -ECANCELED) {
        log_info("picture.none", "user=%s status=%d why=\"%s\"", t->person.s, a->status,
                 a->error ? a->why : "it is none that is shown");
    }
    (void)mem_free(t);
}

void picture_take_over(const struct office *o, struct fetcher *f, const struct id *person,
                       struct span url, bool own, bool http_allowed)
{
    struct taking *t = mem_new(struct taking);
    struct buf address = {0};

    t->office = o;
    t->person = *person;
    buf_add_span(&address, url);
    fetch_start(f,
                &(struct fetch_request){.url = buf_cstr(&address),
                                        .http_allowed = own && http_allowed,
                                        .public_only = !own,
                                        .max_bytes = PICTURE_MAX,
                                        .seconds = PICTURE_SECONDS},
                on_fetched, t);
    buf_done(&address);
}

/* Showing one. */

struct showing {
    struct job job;
    struct actor actor;
    struct id person;
    struct picture picture;
    struct buf bytes;
    picture_fn *fn;
    void *arg;
};

static const char *type_named(struct span s)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (span_is(s, kinds[i].type))
            return kinds[i].type;
    }
    return NULL;
}

static int run_show(struct db *db, struct job *job)
{
    struct showing *s = container_of(job, struct showing, job);
    int rc = authorize(&s->actor, VERB_PICTURE_READ, &OBJECT_OF_NONE);

    buf_clear(&s->bytes);
    if (rc == 0)
        rc = db_one(db, SQL_PICTURE_GET, VALS(val_id(&s->person)));
    if (rc < 0)
        return rc;
    s->picture.version = db_text(db, 0, job->arena);
    s->picture.type = type_named(db_span(db, 1));
    rc = text_from_base64url(db_span(db, 2), &s->bytes);
    db_rows_end(db);
    return s->picture.type && rc == 0 ? 0 : -ENOENT;
}

static void on_shown(struct job *job, int rc)
{
    struct showing *s = container_of(job, struct showing, job);

    s->picture.rc = rc < 0 ? rc : 0;
    s->picture.bytes = buf_span(&s->bytes);
    s->fn(&s->picture, s->arg);
    buf_done(&s->bytes);
    job_done(job);
    (void)mem_free(s);
}

void picture_get(struct store *store, const struct actor *actor, const struct id *person,
                 picture_fn *fn, void *arg)
{
    struct showing *s = mem_new(struct showing);

    s->actor = *actor;
    s->person = *person;
    s->fn = fn;
    s->arg = arg;
    job_init(&s->job, run_show, on_shown);
    store_read(store, &s->job);
}
