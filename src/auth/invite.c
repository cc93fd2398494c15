#include "auth/invite.h"

#include "auth/authorize.h"
#include "auth/roles.h"
#include "base/text.h"
#include "crypto/token.h"

#include <errno.h>

enum { LIST_MAX = 200 };

struct asking {
    struct job job;
    const struct office *office; /* of an act that is noted */
    struct actor actor;
    struct buf ip;
    struct id id;
    enum role role;
    struct token token;
    uint8_t hash[SHA256_SIZE];
    int64_t max_uses;
    int64_t expires_in_s;
    struct invites_answer answer;
    invites_fn *fn;
    void *arg;
};

static struct asking *asking_of(struct job *job)
{
    return container_of(job, struct asking, job);
}

static void on_done(struct job *job, int rc)
{
    struct asking *a = asking_of(job);

    a->answer.rc = rc < 0 ? rc : 0;
    a->fn(&a->answer, a->arg);
    buf_done(&a->ip);
    job_done(job);
    (void)mem_free(a);
}

static struct asking *asking_new(const struct actor *actor, job_run_fn *run, invites_fn *fn,
                                 void *arg)
{
    struct asking *a = mem_new(struct asking);

    if (actor)
        a->actor = *actor;
    a->fn = fn;
    a->arg = arg;
    job_init(&a->job, run, on_done);
    return a;
}

static int may_manage(const struct asking *a)
{
    return authorize(&a->actor, VERB_INVITE_MANAGE, &OBJECT_OF_NONE);
}

/* Text that outlives the row. */
static struct span role_of(struct span name)
{
    return span_str(role_name(role_parse(name)));
}

static int note(struct db *db, const struct asking *a, const char *action, const struct id *invite,
                struct span detail)
{
    const struct audit_entry entry = {.actor = a->actor.user,
                                      .action = span_str(action),
                                      .target = id_span(invite),
                                      .ip = buf_span(&a->ip),
                                      .detail = detail};

    return audit_write(db, a->office->secret, &entry, a->job.now);
}

static void read_row(struct db *db, struct invite *ret)
{
    *ret = (struct invite){
        .id = db_id(db, 0),
        .created_by = db_id(db, 1),
        .created_at = db_int(db, 2),
        .expires_at = db_int(db, 3),
        .max_uses = db_int(db, 4),
        .uses = db_int(db, 5),
        .revoked = !db_is_null(db, 6),
        .role = role_of(db_span(db, 7)),
    };
}

static struct span hex_of(const uint8_t hash[SHA256_SIZE], struct arena *arena)
{
    struct buf hex = {0};

    text_hex(&hex, span_of(hash, SHA256_SIZE));
    const struct span s = arena_span(arena, buf_span(&hex));
    buf_done(&hex);
    return s;
}

/* An invitation that makes administrators is another matter than one for a colleague. */
static int note_created(struct db *db, const struct asking *a, const struct invite *row)
{
    struct buf detail = {0};
    struct json_out o = json_out(&detail);

    json_obj_begin(&o, NULL);
    json_put_str(&o, "role", row->role);
    json_put_i64(&o, "max_uses", row->max_uses);
    json_obj_end(&o);
    const int rc = note(db, a, "invite.create", &row->id, buf_span(&detail));
    buf_done(&detail);
    return rc;
}

static int run_create(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    int rc = may_manage(a);

    if (rc == 0 && !roles_may_change(a->actor.role, ROLE_MEMBER, a->role))
        rc = -EPERM;
    if (rc < 0)
        return rc;
    struct invite *row = arena_array(job->arena, struct invite, 1);
    *row = (struct invite){
        .id = id_new(job->now),
        .created_by = a->actor.user,
        .created_at = job->now.ms,
        .expires_at = job->now.ms + a->expires_in_s * 1000,
        .max_uses = a->max_uses,
        .role = span_str(role_name(a->role)),
    };
    rc = db_exec(db, SQL_INVITE_INSERT,
                 VALS(val_id(&row->id), val_text(hex_of(a->hash, job->arena)),
                      val_text(span_str("member")), val_id(&row->created_by),
                      val_int(row->created_at), val_int(row->expires_at), val_int(row->max_uses),
                      val_text(row->role)));
    if (rc >= 0)
        rc = note_created(db, a, row);
    if (rc < 0)
        return rc;
    a->answer.rows = row;
    a->answer.count = 1;
    a->answer.token = token_span(&a->token);
    return 0;
}

static struct asking *noted_new(const struct office *o, const struct actor *actor,
                                const struct addr *from, job_run_fn *run, invites_fn *fn, void *arg)
{
    struct asking *a = asking_new(actor, run, fn, arg);

    a->office = o;
    addr_write_ip(&a->ip, from);
    return a;
}

void invite_create(const struct office *o, const struct actor *actor, const struct addr *from,
                   const struct invite_wish *wish, invites_fn *fn, void *arg)
{
    struct asking *a = noted_new(o, actor, from, run_create, fn, arg);

    a->token = token_new();
    (void)token_hash(token_span(&a->token), a->hash);
    a->max_uses = wish->max_uses > 0 ? wish->max_uses : INVITE_USES_DEFAULT;
    a->expires_in_s =
        wish->expires_in_s > 0 ? wish->expires_in_s : (int64_t)INVITE_DAYS_DEFAULT * 24 * 3600;
    a->role = wish->role == ROLE_NOBODY ? ROLE_MEMBER : wish->role;
    store_write(o->store, &a->job, span_str(AUDIT_LANE));
}

static int run_list(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    int rc = may_manage(a);

    if (rc == 0)
        rc = db_query(db, SQL_INVITE_LIST, NULL, 0);
    if (rc < 0)
        return rc;
    struct invite *rows = arena_array(job->arena, struct invite, LIST_MAX);
    size_t n = 0;
    while ((rc = db_next(db)) > 0 && n < LIST_MAX)
        read_row(db, &rows[n++]);
    a->answer.rows = rows;
    a->answer.count = n;
    return rc < 0 ? rc : 0;
}

void invite_list(struct store *store, const struct actor *actor, invites_fn *fn, void *arg)
{
    store_read(store, &asking_new(actor, run_list, fn, arg)->job);
}

static int run_revoke(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    int rc = may_manage(a);

    if (rc == 0)
        rc = db_one(db, SQL_INVITE_BY_ID, VALS(val_id(&a->id)));
    if (rc < 0)
        return rc;
    db_rows_end(db);
    rc = db_exec(db, SQL_INVITE_REVOKE, VALS(val_id(&a->id), val_int(job->now.ms)));
    return rc > 0 ? note(db, a, "invite.revoke", &a->id, SPAN_NONE) : rc;
}

void invite_revoke(const struct office *o, const struct actor *actor, const struct addr *from,
                   const struct id *id, invites_fn *fn, void *arg)
{
    struct asking *a = noted_new(o, actor, from, run_revoke, fn, arg);

    a->id = *id;
    store_write(o->store, &a->job, span_str(AUDIT_LANE));
}

static int run_lookup(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    int rc = db_one(db, SQL_INVITE_BY_TOKEN,
                    VALS(val_text(hex_of(a->hash, job->arena)), val_text(span_str("member")),
                         val_int(job->now.ms)));

    if (rc < 0)
        return rc;
    struct invite *row = arena_array(job->arena, struct invite, 1);
    read_row(db, row);
    a->answer.rows = row;
    a->answer.count = 1;
    a->answer.inviter = db_text(db, 8, job->arena);
    db_rows_end(db);

    rc = db_one(db, SQL_TEAM_ALL, NULL, 0);
    if (rc < 0)
        return rc;
    a->answer.team = db_text(db, 1, job->arena);
    return 0;
}

void invite_lookup(struct store *store, struct span token, invites_fn *fn, void *arg)
{
    struct asking *a = asking_new(NULL, run_lookup, fn, arg);

    /* What cannot be a token hashes to nothing that is kept. */
    (void)token_hash(token, a->hash);
    store_read(store, &a->job);
}

void invite_write(struct json_out *o, const char *key, const struct invite *i)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &i->id);
    json_put_id(o, "created_by", &i->created_by);
    json_put_i64(o, "created_at", i->created_at);
    json_put_i64(o, "expires_at", i->expires_at);
    json_put_i64(o, "max_uses", i->max_uses);
    json_put_i64(o, "uses", i->uses);
    json_put_bool(o, "revoked", i->revoked);
    json_put_str(o, "role", i->role);
    json_obj_end(o);
}
