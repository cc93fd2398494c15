/*
 * What moderators of a channel do with its members.
 */
#include "auth/in_channel.h"
#include "chat/making.h"
#include "chat/system_row.h"

#include <errno.h>

struct moderating {
    struct act act;
    struct id user;
    bool moderator;
};

static struct moderating *moderating_of(struct act *a)
{
    return container_of(a, struct moderating, act);
}

/* -ENOENT: is no member. */
static int find_member(struct db *db, struct act *a, const struct id *user, struct person *ret)
{
    struct marker marker;
    const int rc = member_marker(db, &a->channel, user, &marker);

    return rc < 0 ? rc : person_by_id(db, user, a->job.arena, ret);
}

static int run_set_role(struct db *db, struct act *a)
{
    const struct moderating *m = moderating_of(a);
    struct person p;
    int rc = authorize_in_channel(db, &a->actor, VERB_MEMBER_ROLE, &a->channel);

    if (rc == 0)
        rc = find_member(db, a, &m->user, &p);
    if (rc == 0 && m->moderator && role_parse(p.role) == ROLE_GUEST)
        return act_refuse(a, "role", "A guest cannot moderate.");
    if (rc == 0) {
        rc = member_set_role(db, &a->channel, &m->user,
                             span_str(m->moderator ? "moderator" : "member"));
    }
    if (rc < 0)
        return rc;
    act_note_channel(a, &a->channel, NULL, "changed");

    struct json_out o = json_out(&a->json);
    json_obj_begin(&o, NULL);
    person_write(&o, "person", &p);
    json_put_cstr(&o, "role", m->moderator ? "moderator" : "member");
    json_obj_end(&o);
    return 0;
}

void chat_set_member_role(struct chat *c, const struct actor *actor, const struct id *channel,
                          const struct id *user, bool moderator, chat_fn *fn, void *arg)
{
    struct moderating *m = act_new(sizeof(*m), c, actor, run_set_role, fn, arg);

    m->act.channel = *channel;
    m->user = *user;
    m->moderator = moderator;
    act_write(&m->act, id_span(channel));
}

static int say_gone(struct db *db, struct act *a, const struct person *gone)
{
    const bool self = id_eq(&gone->id, &a->actor.user);
    const struct people users = {.rows = (struct person *)gone, .count = 1};
    struct person me;
    struct message row;
    int rc = person_by_id(db, &a->actor.user, a->job.arena, &me);

    if (rc < 0)
        return rc;
    const struct system_row said = {self ? ROW_LEFT : ROW_REMOVED, &me, self ? NULL : &users,
                                    SPAN_NONE};
    rc = system_row_insert(db, &a->channel, &said, a->job.now, a->job.arena, &row);
    if (rc < 0)
        return rc;
    /* First of all: nothing that comes after is for who has gone. */
    act_note_member(a, BUS_MEMBER_REMOVED, &a->channel, &gone->id);
    act_note_channel(a, &a->channel, &gone->id, "removed");
    act_note_row(a, &row);
    act_note_channel(a, &a->channel, NULL, "changed");
    return 0;
}

static int run_remove(struct db *db, struct act *a)
{
    const struct moderating *m = moderating_of(a);
    const bool self = id_eq(&m->user, &a->actor.user);
    struct person gone;
    int rc = authorize_in_channel(db, &a->actor, self ? VERB_MEMBER_LEAVE : VERB_MEMBER_REMOVE,
                                  &a->channel);

    if (rc == 0)
        rc = find_member(db, a, &m->user, &gone);
    if (rc == 0)
        rc = member_delete(db, &a->channel, &gone.id);
    if (rc == 0)
        rc = person_changed(db, &gone.id);
    return rc < 0 ? rc : say_gone(db, a, &gone);
}

void chat_remove_member(struct chat *c, const struct actor *actor, const struct id *channel,
                        const struct id *user, chat_fn *fn, void *arg)
{
    struct moderating *m = act_new(sizeof(*m), c, actor, run_remove, fn, arg);

    m->act.channel = *channel;
    m->user = *user;
    act_write(&m->act, id_span(channel));
}
