/*
 * Who is in a channel: the list, adding people to a group.
 */
#include "auth/in_channel.h"
#include "chat/making.h"
#include "chat/system_row.h"

#include <errno.h>

struct listing {
    struct act act;
    struct id after;
    int64_t limit;
};

struct adding {
    struct act act;
    struct id *users;
    size_t count;
};

static struct adding *adding_of(struct act *a)
{
    return container_of(a, struct adding, act);
}

/* Those of the people listed. */
static int write_moderators(struct db *db, const struct id *channel, const struct people *people,
                            struct json_out *o)
{
    int rc = db_query(db, SQL_MEMBER_MODERATORS, VALS(val_id(channel)));

    if (rc < 0)
        return rc;
    json_arr_begin(o, "moderators");
    while ((rc = db_next(db)) > 0) {
        const struct id id = db_id(db, 0);

        for (size_t i = 0; i < people->count; i++) {
            if (id_eq(&people->rows[i].id, &id))
                json_put_id(o, NULL, &id);
        }
    }
    json_arr_end(o);
    return rc;
}

static int run_members(struct db *db, struct act *a)
{
    const struct listing *l = container_of(a, struct listing, act);
    struct people people = {0};
    int rc = authorize_in_channel(db, &a->actor, VERB_CHANNEL_READ, &a->channel);

    if (rc == 0)
        rc = member_people(db, &a->channel, &l->after, l->limit, a->job.arena, &people);
    if (rc < 0)
        return rc;

    struct json_out o = json_out(&a->json);
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "people");
    for (size_t i = 0; i < people.count; i++)
        person_write(&o, NULL, &people.rows[i]);
    json_arr_end(&o);
    rc = write_moderators(db, &a->channel, &people, &o);
    json_obj_end(&o);
    return rc;
}

void chat_members(struct chat *c, const struct actor *actor, const struct id *channel,
                  const struct id *after, int64_t limit, chat_fn *fn, void *arg)
{
    struct listing *l = act_new(sizeof(*l), c, actor, run_members, fn, arg);

    l->act.channel = *channel;
    l->after = *after;
    l->limit = limit > 0 && limit < CHAT_PAGE_MAX ? limit : CHAT_PAGE_MAX;
    act_read(&l->act);
}

/* Puts them in; ret has those who were not. */
static int join_all(struct db *db, struct act *a, const struct people *people, struct people *ret)
{
    *ret = (struct people){.rows = arena_array(a->job.arena, struct person, people->count + 1)};
    for (size_t i = 0; i < people->count; i++) {
        const int rc = act_join(db, a, &a->channel, &people->rows[i].id);
        if (rc < 0)
            return rc;
        if (rc > 0)
            ret->rows[ret->count++] = people->rows[i];
    }
    return 0;
}

static int say_added(struct db *db, struct act *a, const struct people *added)
{
    struct person me;
    struct message row;
    int rc = person_by_id(db, &a->actor.user, a->job.arena, &me);

    if (rc < 0)
        return rc;
    const struct system_row said = {ROW_ADDED, &me, added, SPAN_NONE};
    rc = system_row_insert(db, &a->channel, &said, a->job.now, a->job.arena, &row);
    if (rc < 0)
        return rc;
    act_note_row(a, &row);
    act_note_channel(a, &a->channel, NULL, "changed");
    return 0;
}

static int run_add(struct db *db, struct act *a)
{
    const struct adding *add = adding_of(a);
    struct people people = {0};
    struct people added = {0};
    struct channel now = {0};
    int rc = authorize_in_channel(db, &a->actor, VERB_MEMBER_ADD, &a->channel);

    if (rc == 0)
        rc = act_read_people(db, a, add->users, add->count, "users", &people);
    if (rc == 0)
        rc = join_all(db, a, &people, &added);
    if (rc == 0 && added.count > 0)
        rc = say_added(db, a, &added);
    if (rc == 0)
        rc = channel_of(db, &a->channel, &a->actor.user, a->job.arena, &now);
    if (rc < 0)
        return rc;
    if (now.member_count > CHAT_GROUP_MAX)
        return act_refuse(a, "users", "A group has at most 50 members.");

    struct json_out o = json_out(&a->json);
    channel_write(&o, NULL, &now);
    return 0;
}

static void end_add(struct act *a)
{
    struct adding *add = adding_of(a);

    add->users = mem_free(add->users);
}

void chat_add_members(struct chat *c, const struct actor *actor, const struct id *channel,
                      const struct id *users, size_t n, chat_fn *fn, void *arg)
{
    struct adding *add = act_new(sizeof(*add), c, actor, run_add, fn, arg);

    add->act.channel = *channel;
    add->act.end = end_add;
    add->count = n < NAMED_MAX ? n : NAMED_MAX;
    add->users = mem_array(struct id, add->count + 1);
    if (add->count > 0)
        memcpy(add->users, users, add->count * sizeof(users[0]));
    act_write(&add->act, id_span(channel));
}
