#include "auth/tokens.h"

#include "auth/authorize.h"
#include "auth/names.h"
#include "auth/token.h"
#include "store/channel.h"

#include <errno.h>

enum { BOT_CHANNELS_MAX = 1000 };

struct wishing {
    struct errand errand;
    struct token_wish wish;
    struct span secret; /* the same however often it runs */
    struct id id;       /* of the token */
    struct id bot;
};

static struct wishing *wishing_of(struct errand *e)
{
    return container_of(e, struct wishing, errand);
}

static int run_list(struct db *db, struct errand *e)
{
    struct json_out o = json_out(&e->json);
    struct api_token *rows = NULL;
    size_t n = 0;
    int rc = authorize(&e->actor, VERB_TOKEN_MANAGE, &OBJECT_OF_SELF);

    if (rc == 0)
        rc = api_token_list(db, &e->actor.user, e->job.now, e->job.arena, &rows, &n);
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "tokens");
    for (size_t i = 0; i < n; i++)
        api_token_write(&o, NULL, &rows[i]);
    json_arr_end(&o);
    json_obj_end(&o);
    return 0;
}

void tokens_list(const struct office *o, const struct actor *actor, errand_fn *fn, void *arg)
{
    errand_read(errand_new(sizeof(struct errand), o, actor, NULL, run_list, fn, arg));
}

/* Makes it, notes it, and writes {token, secret} into an object that is open. */
static int make_token(struct db *db, struct errand *e, const struct id *person, struct json_out *o)
{
    const struct wishing *w = wishing_of(e);
    struct span name;

    if (names_name(w->wish.name, &name) < 0)
        return errand_refuse(e, "name", names_name_rule);
    const struct api_token t = {
        .id = w->id,
        .person = *person,
        .name = name,
        .scopes = w->wish.scopes,
        .created_at = e->job.now.ms,
        .expires_at = w->wish.expires_in_s > 0 ? e->job.now.ms + w->wish.expires_in_s * 1000 : 0};
    int rc = api_token_insert(db, &t, w->secret);
    if (rc == -EDQUOT)
        return errand_refuse(e, "name", "There are 100 tokens already; end those not in use.");
    if (rc < 0)
        return rc;
    const struct audit_entry entry = {
        .action = span_str("token.create"), .target = id_span(&t.id), .target_name = name};
    rc = errand_audit(db, e, &entry);
    api_token_write(o, "token", &t);
    json_put_str(o, "secret", w->secret);
    return rc;
}

static int run_create(struct db *db, struct errand *e)
{
    const struct wishing *w = wishing_of(e);
    struct json_out o = json_out(&e->json);
    int rc = authorize(&e->actor, VERB_TOKEN_MANAGE, &OBJECT_OF_SELF);

    if (rc < 0)
        return rc;
    if ((w->wish.scopes & SCOPE_ADMIN) != 0 && e->actor.role < ROLE_ADMIN)
        return errand_refuse(e, "scopes", "Only administrators can give the scope admin.");
    json_obj_begin(&o, NULL);
    rc = make_token(db, e, &e->actor.user, &o);
    json_obj_end(&o);
    return rc;
}

static struct wishing *wishing_new(const struct office *o, const struct actor *actor,
                                   const struct addr *from, const struct token_wish *wish,
                                   errand_run_fn *run, errand_fn *fn, void *arg)
{
    struct wishing *w = errand_new(sizeof(*w), o, actor, from, run, fn, arg);

    struct buf secret = {0};

    api_token_make(&secret);
    w->secret = errand_text(&w->errand, buf_span(&secret));
    buf_done(&secret);
    w->wish = *wish;
    w->wish.name = errand_text(&w->errand, wish->name);
    w->id = id_new(loop_wall(o->loop));
    w->bot = id_new(loop_wall(o->loop));
    return w;
}

void tokens_create(const struct office *o, const struct actor *actor, const struct addr *from,
                   const struct token_wish *wish, errand_fn *fn, void *arg)
{
    errand_write(&wishing_new(o, actor, from, wish, run_create, fn, arg)->errand);
}

struct ending {
    struct errand errand;
    struct id token;
};

static int run_end(struct db *db, struct errand *e)
{
    struct ending *it = container_of(e, struct ending, errand);
    int rc = authorize(&e->actor, VERB_TOKEN_MANAGE, &OBJECT_OF_SELF);

    if (rc == 0)
        rc = api_token_revoke(db, &e->actor.user, &it->token, e->job.now);
    if (rc < 0)
        return rc;
    errand_end_session(e, &e->actor.user, &it->token);
    const struct audit_entry entry = {.action = span_str("token.end"),
                                      .target = id_span(&it->token)};
    return errand_audit(db, e, &entry);
}

void tokens_end(const struct office *o, const struct actor *actor, const struct addr *from,
                const struct id *token, errand_fn *fn, void *arg)
{
    struct ending *it = errand_new(sizeof(*it), o, actor, from, run_end, fn, arg);

    it->token = *token;
    errand_write(&it->errand);
}

/* Into every team and standard channel, as whoever comes by an invitation. */
static int join_house(struct db *db, const struct errand *e, const struct id *bot)
{
    struct id *channels = arena_array(e->job.arena, struct id, BOT_CHANNELS_MAX);
    size_t n = 0;
    int rc = db_exec(db, SQL_TEAM_JOIN_ALL, VALS(val_id(bot), val_int(e->job.now.ms)));

    if (rc >= 0)
        rc = db_query(db, SQL_CHANNEL_STANDARD, NULL, 0);
    while (rc >= 0 && n < BOT_CHANNELS_MAX && (rc = db_next(db)) > 0)
        channels[n++] = db_id(db, 0);
    db_rows_end(db);
    for (size_t i = 0; rc >= 0 && i < n; i++)
        rc = member_insert(db, &channels[i], bot, e->job.now);
    return rc < 0 ? rc : 0;
}

static int insert_bot(struct db *db, struct errand *e, const struct id *bot, struct span name)
{
    struct buf email = {0};

    buf_printf(&email, "bot:%s", bot->s);
    const struct person p = {
        .id = *bot, .name = name, .email = buf_span(&email), .role = span_str("member")};
    int rc = person_insert(db, &p, e->job.now);
    buf_done(&email);
    if (rc >= 0)
        rc = db_exec(db, SQL_PERSON_SET_BOT, VALS(val_id(bot)));
    if (rc >= 0)
        rc = join_house(db, e, bot);
    const struct audit_entry entry = {
        .action = span_str("bot.create"), .target = id_span(bot), .target_name = name};
    return rc < 0 ? rc : errand_audit(db, e, &entry);
}

static int run_make_bot(struct db *db, struct errand *e)
{
    const struct wishing *w = wishing_of(e);
    struct json_out o = json_out(&e->json);
    struct span name;
    int rc = authorize(&e->actor, VERB_PERSON_MANAGE, &OBJECT_OF_NONE);

    if (rc == 0 && names_name(w->wish.name, &name) < 0)
        return errand_refuse(e, "name", names_name_rule);
    if (rc == 0)
        rc = insert_bot(db, e, &w->bot, name);
    if (rc == 0)
        rc = errand_tell(db, e, &w->bot);
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    person_write(&o, "person", &e->told);
    rc = make_token(db, e, &w->bot, &o);
    json_obj_end(&o);
    return rc;
}

void tokens_make_bot(const struct office *o, const struct actor *actor, const struct addr *from,
                     const struct token_wish *wish, errand_fn *fn, void *arg)
{
    errand_write(&wishing_new(o, actor, from, wish, run_make_bot, fn, arg)->errand);
}
