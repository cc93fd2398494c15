/*
 * What a page begins with, in one reading job: one view of the store, and one question for all
 * channels rather than one for each.
 */
#include "auth/authorize.h"
#include "chat/act.h"
#include "store/call.h"

#include <errno.h>

struct reading_state {
    struct job job;
    struct chat *chat;
    struct actor actor;
    struct buf members;
    struct person me;
    struct channels channels;
    chat_state_fn *fn;
    void *arg;
};

static struct reading_state *state_of(struct job *job)
{
    return container_of(job, struct reading_state, job);
}

static int write_site(struct db *db, struct reading_state *s, struct json_out *o)
{
    struct span name = span_str("Convene");
    const int rc = db_one(db, SQL_SETTING_GET, VALS(val_text(span_str("site.name"))));

    if (rc < 0 && rc != -ENOENT)
        return rc;
    if (rc > 0)
        name = db_text(db, 0, s->job.arena);
    db_rows_end(db);
    json_obj_begin(o, "site");
    json_put_str(o, "name", name);
    json_put_bool(o, "setup_needed", false);
    json_put_cstr(o, "version", s->chat->conf.version);
    json_obj_end(o);
    return 0;
}

static int write_teams(struct db *db, struct reading_state *s, struct json_out *o)
{
    int rc = db_query(db, SQL_TEAM_LIST, VALS(val_id(&s->actor.user)));

    if (rc < 0)
        return rc;
    json_arr_begin(o, "teams");
    while ((rc = db_next(db)) > 0) {
        const struct id team = db_id(db, 0);
        json_obj_begin(o, NULL);
        json_put_id(o, "id", &team);
        json_put_str(o, "name", db_span(db, 1));
        json_put_str(o, "role", db_span(db, 2));
        json_obj_end(o);
    }
    db_rows_end(db);
    json_arr_end(o);
    return rc;
}

static int write_channels(struct db *db, struct reading_state *s, struct json_out *o)
{
    const int rc = channels_of(db, &s->actor.user, CHAT_CHANNELS_MAX, s->job.arena, &s->channels);

    if (rc < 0)
        return rc;
    json_arr_begin(o, "channels");
    for (size_t i = 0; i < s->channels.count; i++)
        channel_write(o, NULL, &s->channels.rows[i]);
    json_arr_end(o);
    return 0;
}

static int run_state(struct db *db, struct job *job)
{
    struct reading_state *s = state_of(job);
    struct json_out o = json_out(&s->members);
    int64_t missed = 0;
    int rc = authorize(&s->actor, VERB_ME_READ, &OBJECT_OF_SELF);

    buf_clear(&s->members);
    if (rc == 0)
        rc = person_by_id(db, &s->actor.user, job->arena, &s->me);
    if (rc < 0)
        return rc;
    me_write(&o, "me", &s->me);
    rc = write_site(db, s, &o);
    if (rc == 0)
        rc = write_teams(db, s, &o);
    if (rc == 0)
        rc = write_channels(db, s, &o);
    if (rc == 0)
        rc = call_missed_count(db, &s->actor.user, &missed);
    json_put_i64(&o, "missed_calls", missed);
    return rc;
}

static void on_state(struct job *job, int rc)
{
    struct reading_state *s = state_of(job);
    struct chat_state state = {.rc = rc, .members = &s->members};

    if (rc == 0) {
        struct id *ids = arena_array(job->arena, struct id, s->channels.count + 1);
        for (size_t i = 0; i < s->channels.count; i++)
            ids[i] = s->channels.rows[i].id;
        state.channels = ids;
        state.channel_count = s->channels.count;
        presence_learn_by_hand(s->chat->conf.presence, &s->actor.user, s->me.presence);
    }
    s->fn(&state, s->arg);
    buf_done(&s->members);
    job_done(job);
    (void)mem_free(s);
}

void chat_state(struct chat *c, const struct actor *actor, chat_state_fn *fn, void *arg)
{
    struct reading_state *s = mem_new(struct reading_state);

    s->chat = c;
    s->actor = *actor;
    s->fn = fn;
    s->arg = arg;
    job_init(&s->job, run_state, on_state);
    store_read(c->conf.store, &s->job);
}
