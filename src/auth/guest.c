#include "auth/guest.h"

#include "auth/entry.h"
#include "auth/guest_leave.h"
#include "auth/in_channel.h"
#include "base/text.h"
#include "crypto/token.h"

#include <errno.h>

enum { GUESTS_OF_LINK_MAX = 1000 };

enum { COLUMN_ID, CREATED_BY, CREATED_AT, EXPIRES_AT, MAX_USES, USES, REVOKED_AT };

struct linking {
    struct errand errand;
    struct id channel;
    struct id link; /* a new one's, or the one to withdraw */
    struct guest_wish wish;
    struct span token; /* of a new one, and its hash */
    struct span hash;
    struct span url;
    struct guest_places left;
    errand_fn *fn; /* of a withdrawal, which has more to tell than its answer */
    void *arg;
};

static struct linking *linking_of(struct errand *e)
{
    return container_of(e, struct linking, errand);
}

static struct linking *linking_new(const struct office *o, const struct actor *actor,
                                   const struct addr *from, const struct id *channel,
                                   errand_run_fn *run, errand_fn *fn, void *arg)
{
    struct linking *l = errand_new(sizeof(*l), o, actor, from, run, fn, arg);

    l->channel = *channel;
    return l;
}

static void write_link(struct json_out *o, const char *key, struct db *db)
{
    const struct id id = db_id(db, COLUMN_ID);
    const struct id by = db_id(db, CREATED_BY);

    json_obj_begin(o, key);
    json_put_id(o, "id", &id);
    json_put_id(o, "created_by", &by);
    json_put_i64(o, "created_at", db_int(db, CREATED_AT));
    json_put_i64(o, "expires_at", db_int(db, EXPIRES_AT));
    json_put_i64(o, "max_uses", db_int(db, MAX_USES));
    json_put_i64(o, "uses", db_int(db, USES));
    json_put_bool(o, "revoked", !db_is_null(db, REVOKED_AT));
    json_obj_end(o);
}

int guest_note_place(struct db *db, const struct id *channel, struct arena *a, struct span *ret)
{
    struct buf detail = {0};
    struct json_out o = json_out(&detail);
    const int rc = db_one(db, SQL_GUEST_PLACE, VALS(val_id(channel)));

    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_put_id(&o, "channel", channel);
    json_put_str(&o, "place", db_span(db, 0));
    json_obj_end(&o);
    db_rows_end(db);
    *ret = arena_span(a, buf_span(&detail));
    buf_done(&detail);
    return 0;
}

static int note(struct db *db, struct errand *e, const char *action, const struct id *link)
{
    const struct linking *l = linking_of(e);
    struct span detail;
    const int rc = guest_note_place(db, &l->channel, e->job.arena, &detail);

    if (rc < 0)
        return rc;
    return errand_audit(db, e,
                        &(struct audit_entry){
                            .action = span_str(action), .target = id_span(link), .detail = detail});
}

static int run_create(struct db *db, struct errand *e)
{
    struct linking *l = linking_of(e);
    struct json_out o = json_out(&e->json);
    const int64_t life =
        l->wish.expires_in_s > 0 ? l->wish.expires_in_s : (int64_t)GUEST_DAYS_DEFAULT * 24 * 3600;
    const int64_t uses = l->wish.max_uses > 0 ? l->wish.max_uses : GUEST_USES_DEFAULT;
    int rc = authorize_in_channel(db, &e->actor, VERB_GUEST_INVITE, &l->channel);

    if (rc == 0) {
        rc = db_exec(db, SQL_GUEST_LINK_INSERT,
                     VALS(val_id(&l->link), val_text(l->hash), val_id(&e->actor.user),
                          val_int(e->job.now.ms), val_int(e->job.now.ms + life * 1000),
                          val_int(uses), val_id(&l->channel)));
    }
    if (rc >= 0)
        rc = note(db, e, "guest_link.create", &l->link);
    if (rc == 0)
        rc = db_one(db, SQL_GUEST_LINK_BY_ID, VALS(val_id(&l->link), val_id(&l->channel)));
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    write_link(&o, "link", db);
    json_put_str(&o, "url", l->url);
    json_obj_end(&o);
    db_rows_end(db);
    return 0;
}

static void make_token(struct linking *l, struct span base)
{
    const struct token token = token_new();
    struct buf url = {0};

    l->token = errand_text(&l->errand, token_span(&token));
    (void)entry_link(l->token, l->errand.input, &l->hash);
    buf_add_span(&url, base);
    buf_add_str(&url, "/guest#");
    buf_add_span(&url, l->token);
    l->url = errand_text(&l->errand, buf_span(&url));
    buf_done(&url);
}

void guest_link_create(const struct office *o, const struct actor *actor, const struct addr *from,
                       const struct id *channel, const struct guest_wish *wish, errand_fn *fn,
                       void *arg)
{
    struct linking *l = linking_new(o, actor, from, channel, run_create, fn, arg);

    l->wish = *wish;
    l->wish.base = SPAN_NONE; /* the caller's */
    l->link = id_new(loop_wall(o->loop));
    make_token(l, wish->base);
    errand_write(&l->errand);
}

static int run_list(struct db *db, struct errand *e)
{
    struct linking *l = linking_of(e);
    struct json_out o = json_out(&e->json);
    int rc = authorize_in_channel(db, &e->actor, VERB_GUEST_INVITE, &l->channel);

    if (rc == 0)
        rc = db_query(db, SQL_GUEST_LINK_LIST, VALS(val_id(&l->channel), val_int(GUEST_LINKS_MAX)));
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "links");
    while ((rc = db_next(db)) > 0)
        write_link(&o, NULL, db);
    json_arr_end(&o);
    json_obj_end(&o);
    return rc;
}

void guest_link_list(const struct office *o, const struct actor *actor, const struct id *channel,
                     errand_fn *fn, void *arg)
{
    errand_read(&linking_new(o, actor, NULL, channel, run_list, fn, arg)->errand);
}

/* All who came by the link: no session, no account any more. */
static int end_guests(struct db *db, struct errand *e, const struct id *link)
{
    struct id *guests = arena_array(e->job.arena, struct id, GUESTS_OF_LINK_MAX);
    size_t n = 0;
    int rc = db_query(db, SQL_GUEST_END_ALL, VALS(val_id(link), val_int(e->job.now.ms)));

    while (rc >= 0 && n < GUESTS_OF_LINK_MAX && (rc = db_next(db)) > 0)
        guests[n++] = db_id(db, 0);
    db_rows_end(db);
    for (size_t i = 0; rc >= 0 && i < n; i++)
        rc = errand_end_sessions(db, e, &guests[i], &(struct id){{0}});
    return rc < 0 ? rc : 0;
}

static int run_revoke(struct db *db, struct errand *e)
{
    struct linking *l = linking_of(e);
    int rc = authorize_in_channel(db, &e->actor, VERB_GUEST_INVITE, &l->channel);

    if (rc == 0)
        rc = db_one(db, SQL_GUEST_LINK_BY_ID, VALS(val_id(&l->link), val_id(&l->channel)));
    if (rc < 0)
        return rc;
    const bool ended = !db_is_null(db, REVOKED_AT);
    db_rows_end(db);
    if (ended)
        return 0;
    rc = note(db, e, "guest_link.revoke", &l->link);
    if (rc == 0)
        rc = db_exec(db, SQL_GUEST_LINK_REVOKE, VALS(val_id(&l->link), val_int(e->job.now.ms)));
    if (rc >= 0)
        rc = end_guests(db, e, &l->link);
    return rc < 0 ? rc : guests_leave(db, e->job.now, e->job.arena, &l->left);
}

static void on_revoked(const struct errand_answer *answer, void *arg)
{
    const struct linking *l = arg;

    if (answer->rc == 0)
        guests_left(l->errand.office->bus, &l->left);
    l->fn(answer, l->arg);
}

void guest_link_revoke(const struct office *o, const struct actor *actor, const struct addr *from,
                       const struct id *channel, const struct id *link, errand_fn *fn, void *arg)
{
    struct linking *l = linking_new(o, actor, from, channel, run_revoke, on_revoked, NULL);

    l->errand.arg = l;
    l->fn = fn;
    l->arg = arg;
    l->link = *link;
    errand_write(&l->errand);
}
