/*
 * Channels: the list, one of them, making and renaming.
 */
#include "auth/in_channel.h"
#include "auth/names.h"
#include "chat/making.h"
#include "chat/system_row.h"

#include <errno.h>
#include <stdio.h>

struct naming {
    struct act act;
    struct buf name;
};

static struct naming *naming_of(struct act *a)
{
    return container_of(a, struct naming, act);
}

int act_reply_channel(struct db *db, struct act *a, const struct id *channel)
{
    struct channel row;
    struct json_out o = json_out(&a->json);
    const int rc = channel_of(db, channel, &a->actor.user, a->job.arena, &row);

    if (rc == 0)
        channel_write(&o, NULL, &row);
    return rc;
}

static int run_list(struct db *db, struct act *a)
{
    struct channels list = {0};
    int rc = authorize(&a->actor, VERB_CHANNEL_LIST, &OBJECT_OF_SELF);

    if (rc == 0)
        rc = channels_of(db, &a->actor.user, CHAT_CHANNELS_MAX, a->job.arena, &list);
    if (rc < 0)
        return rc;

    struct json_out o = json_out(&a->json);
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "channels");
    for (size_t i = 0; i < list.count; i++)
        channel_write(&o, NULL, &list.rows[i]);
    json_arr_end(&o);
    json_obj_end(&o);
    return 0;
}

void chat_list(struct chat *c, const struct actor *actor, chat_fn *fn, void *arg)
{
    act_read(act_new(sizeof(struct act), c, actor, run_list, fn, arg));
}

static int run_get(struct db *db, struct act *a)
{
    const int rc = authorize_in_channel(db, &a->actor, VERB_CHANNEL_READ, &a->channel);

    return rc < 0 ? rc : act_reply_channel(db, a, &a->channel);
}

void chat_get(struct chat *c, const struct actor *actor, const struct id *channel, chat_fn *fn,
              void *arg)
{
    struct act *a = act_new(sizeof(*a), c, actor, run_get, fn, arg);

    a->channel = *channel;
    act_read(a);
}

/* Making one. */

struct making {
    struct act act;
    struct id *others;
    size_t count;
    struct buf name;
    bool named;
    struct buf idem_key;
    bool keyed;
};

static struct making *making_of(struct act *a)
{
    return container_of(a, struct making, act);
}

int act_read_people(struct db *db, struct act *a, const struct id *ids, size_t n, const char *field,
                    struct people *ret)
{
    struct id *wanted = arena_array(a->job.arena, struct id, n + 1);
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        bool known = id_eq(&ids[i], &a->actor.user);
        for (size_t k = 0; k < count && !known; k++)
            known = id_eq(&ids[i], &wanted[k]);
        if (!known)
            wanted[count++] = ids[i];
    }
    const int rc = people_by_ids(db, wanted, count, a->job.arena, ret);
    if (rc < 0)
        return rc;
    if (ret->count < count)
        return -ENOENT;
    for (size_t i = 0; i < ret->count; i++) {
        if (!ret->rows[i].active)
            return act_refuse(a, field, "One of these people has left the organisation.");
        if (role_parse(ret->rows[i].role) == ROLE_GUEST)
            return act_refuse(a, field, "A guest stays where they were invited to.");
    }
    return 0;
}

int act_join(struct db *db, struct act *a, const struct id *channel, const struct id *user)
{
    const int added = member_insert(db, channel, user, a->job.now);

    if (added <= 0)
        return added;
    const int rc = person_changed(db, user);
    if (rc < 0)
        return rc;
    act_note_member(a, BUS_MEMBER_ADDED, channel, user);
    act_note_channel(a, channel, user, "added");
    return added;
}

static int insert_channel(struct db *db, struct act *a, struct channel_new *c)
{
    c->id = id_new(a->job.now);
    c->creator = a->actor.user;
    a->channel = c->id;
    const int rc = channel_insert(db, c, a->job.now);
    /* Somebody else made it in this moment: the store runs -EAGAIN once more, and it is there. */
    return rc == -EEXIST ? -EAGAIN : rc;
}

/* The answer when it is there: 1; 0: it is not. */
static int reply_existing(struct db *db, struct act *a, int found, const struct id *channel)
{
    if (found < 0)
        return found == -ENOENT ? 0 : found;
    a->reply.again = true;
    const int rc = act_reply_channel(db, a, channel);
    return rc < 0 ? rc : 1;
}

static struct span direct_key(struct arena *a, const struct id *x, const struct id *y)
{
    const bool in_order = memcmp(x->s, y->s, ID_LEN) < 0;
    char key[2 * ID_LEN + 2];

    (void)snprintf(key, sizeof(key), "%s:%s", in_order ? x->s : y->s, in_order ? y->s : x->s);
    return arena_span(a, span_str(key));
}

static int run_direct(struct db *db, struct act *a)
{
    const struct id *other = &making_of(a)->others[0];
    const struct span key = direct_key(a->job.arena, &a->actor.user, other);
    struct people people;
    struct id channel;
    int rc = authorize(&a->actor, VERB_CHANNEL_CREATE, &OBJECT_OF_NONE);

    if (rc < 0)
        return rc;
    if (id_eq(other, &a->actor.user))
        return act_refuse(a, "members", "A chat needs somebody else.");
    rc = reply_existing(db, a, channel_by_direct_key(db, key, &channel), &channel);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = act_read_people(db, a, other, 1, "members", &people);
    struct channel_new pair = {.kind = span_str("direct"), .direct_key = key};
    if (rc == 0)
        rc = insert_channel(db, a, &pair);
    if (rc == 0)
        rc = act_join(db, a, &a->channel, &a->actor.user);
    if (rc >= 0)
        rc = act_join(db, a, &a->channel, other);
    return rc < 0 ? rc : act_reply_channel(db, a, &a->channel);
}

/* Members, and the row that says so. */
static int fill_group(struct db *db, struct act *a, const struct people *others, struct span name)
{
    struct person me;
    struct message row;
    int rc = person_by_id(db, &a->actor.user, a->job.arena, &me);

    if (rc == 0)
        rc = act_join(db, a, &a->channel, &me.id);
    if (rc >= 0)
        rc = member_set_role(db, &a->channel, &me.id, span_str("moderator"));
    for (size_t i = 0; rc >= 0 && i < others->count; i++)
        rc = act_join(db, a, &a->channel, &others->rows[i].id);
    if (rc < 0)
        return rc;

    const struct system_row created = {ROW_CREATED, &me, others, name};
    rc = system_row_insert(db, &a->channel, &created, a->job.now, a->job.arena, &row);
    if (rc == 0)
        act_note_row(a, &row);
    return rc;
}

static int run_group(struct db *db, struct act *a)
{
    const struct making *m = making_of(a);
    const struct span key = m->keyed ? buf_span(&m->idem_key) : SPAN_NONE;
    struct span name = SPAN_NONE;
    struct people others;
    struct id channel;
    int rc = authorize(&a->actor, VERB_CHANNEL_CREATE, &OBJECT_OF_NONE);

    if (rc < 0)
        return rc;
    if (key.p) {
        const int found = channel_by_idem_key(db, &a->actor.user, key, &channel);
        rc = reply_existing(db, a, found, &channel);
    }
    if (rc != 0)
        return rc < 0 ? rc : 0;
    if (m->named && names_name(buf_span(&m->name), &name) < 0)
        return act_refuse(a, "name", names_name_rule);
    rc = act_read_people(db, a, m->others, m->count, "members", &others);
    if (rc < 0)
        return rc;
    if (others.count == 0)
        return act_refuse(a, "members", "A group needs somebody else.");
    if (others.count >= CHAT_GROUP_MAX)
        return act_refuse(a, "members", "A group has at most 50 members.");

    rc = insert_channel(
        db, a, &(struct channel_new){.kind = span_str("group"), .name = name, .idem_key = key});
    if (rc == 0)
        rc = fill_group(db, a, &others, name);
    return rc < 0 ? rc : act_reply_channel(db, a, &a->channel);
}

static void end_making(struct act *a)
{
    struct making *m = making_of(a);

    m->others = mem_free(m->others);
    buf_done(&m->name);
    buf_done(&m->idem_key);
}

static struct making *making_new(struct chat *c, const struct actor *actor, act_run_fn *run,
                                 const struct id *others, size_t n, chat_fn *fn, void *arg)
{
    struct making *m = act_new(sizeof(*m), c, actor, run, fn, arg);

    m->act.end = end_making;
    m->count = n < NAMED_MAX ? n : NAMED_MAX;
    m->others = mem_array(struct id, m->count + 1);
    if (m->count > 0)
        memcpy(m->others, others, m->count * sizeof(others[0]));
    return m;
}

void chat_create_direct(struct chat *c, const struct actor *actor, const struct id *other,
                        chat_fn *fn, void *arg)
{
    struct making *m = making_new(c, actor, run_direct, other, 1, fn, arg);

    act_write(&m->act, SPAN_NONE);
}

void chat_create_group(struct chat *c, const struct actor *actor, const struct chat_group *g,
                       chat_fn *fn, void *arg)
{
    struct making *m = making_new(c, actor, run_group, g->others, g->count, fn, arg);

    m->named = g->name.p != NULL;
    m->keyed = g->idem_key.p != NULL;
    buf_add_span(&m->name, g->name);
    buf_add_span(&m->idem_key, g->idem_key);
    act_write(&m->act, SPAN_NONE);
}

static int rename_and_say(struct db *db, struct act *a, struct span name)
{
    struct person me;
    struct message row;
    int rc = person_by_id(db, &a->actor.user, a->job.arena, &me);

    if (rc == 0)
        rc = channel_rename(db, &a->channel, name);
    if (rc < 0)
        return rc;
    const struct system_row renamed = {ROW_RENAMED, &me, NULL, name};
    rc = system_row_insert(db, &a->channel, &renamed, a->job.now, a->job.arena, &row);
    if (rc < 0)
        return rc;
    act_note_row(a, &row);
    act_note_channel(a, &a->channel, NULL, "changed");
    return 0;
}

static int run_rename(struct db *db, struct act *a)
{
    struct channel before;
    struct span name;
    int rc = authorize_in_channel(db, &a->actor, VERB_CHANNEL_EDIT, &a->channel);

    if (rc < 0)
        return rc;
    if (names_name(buf_span(&naming_of(a)->name), &name) < 0)
        return act_refuse(a, "name", names_name_rule);
    rc = channel_of(db, &a->channel, &a->actor.user, a->job.arena, &before);
    if (rc == 0 && !span_eq(before.name, name))
        rc = rename_and_say(db, a, name);
    return rc < 0 ? rc : act_reply_channel(db, a, &a->channel);
}

static void end_rename(struct act *a)
{
    buf_done(&naming_of(a)->name);
}

void chat_rename(struct chat *c, const struct actor *actor, const struct id *channel,
                 struct span name, chat_fn *fn, void *arg)
{
    struct naming *n = act_new(sizeof(*n), c, actor, run_rename, fn, arg);

    n->act.channel = *channel;
    n->act.end = end_rename;
    buf_add_span(&n->name, name);
    act_write(&n->act, id_span(channel));
}
