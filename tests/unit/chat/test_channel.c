#include "world.h"

static struct world w;
static struct got g = {.world = &w};
static struct actor ada;
static struct actor bo;
static struct actor cid;

static void begin(void)
{
    world_open(&w, folder_make());
    ada = person(&w, "Ada");
    bo = person(&w, "Bo");
    cid = person(&w, "Cid");
}

static const json_t *last_row(void)
{
    return json_object_get(g.json, "last_message");
}

TEST(direct_chat_of_a_pair_is_made_once)
{
    begin();
    const struct id room = direct(&g, &ada, &bo);
    CHECK(!g.again);
    CHECK_EQ(json_object_size(g.json), 14);
    CHECK_STR(text_of(g.json, "kind"), "direct");
    CHECK(json_is_null(json_object_get(g.json, "name")));
    CHECK(json_is_null(json_object_get(g.json, "team")));
    CHECK(json_is_null(last_row()));
    CHECK_EQ(json_array_size(json_object_get(g.json, "members")), 2);
    CHECK_EQ(number_of(g.json, "member_count"), 2);
    CHECK_EQ(told_kind(&w, BUS_MEMBER_ADDED), 2);
    CHECK_STR(text_of(told(&w, "channel", 1)->members, "what"), "added");
    forget_told(&w);

    const struct id again = direct(&g, &bo, &ada);
    CHECK(g.again);
    CHECK(id_eq(&room, &again));
    CHECK_EQ(w.told_count, 0);
    world_end(&w, &g);
}

TEST(chat_with_oneself_or_nobody_is_refused)
{
    const struct id none = new_id();

    begin();
    chat_create_direct(w.chat, &ada, &ada.user, on_reply, &g);
    CHECK_EQ(wait_for(&g), -EINVAL);
    CHECK_STR(g.field, "members");
    chat_create_direct(w.chat, &ada, &none, on_reply, &g);
    CHECK_EQ(wait_for(&g), -ENOENT);
    chat_create_group(w.chat, &ada, &(struct chat_group){.others = &ada.user, .count = 1}, on_reply,
                      &g);
    CHECK_EQ(wait_for(&g), -EINVAL);
    world_end(&w, &g);
}

TEST(group_is_made_with_its_row_and_once_a_key)
{
    begin();
    const struct id others[] = {bo.user, cid.user, bo.user, ada.user};
    const struct chat_group plan = {
        .others = others, .count = 4, .name = span_str(" Crew "), .idem_key = span_str("k1")};
    chat_create_group(w.chat, &ada, &plan, on_reply, &g);
    CHECK_OK(wait_for(&g));
    const struct id room = id_of(g.json, "id");
    CHECK_STR(text_of(g.json, "kind"), "group");
    CHECK_STR(text_of(g.json, "name"), "Crew");
    CHECK_EQ(json_array_size(json_object_get(g.json, "members")), 3);
    CHECK_EQ(number_of(g.json, "unread"), 0);
    CHECK_STR(text_of(last_row(), "kind"), "system");
    CHECK_STR(text_of(last_row(), "body"), "Ada created the group");
    const json_t *data = json_object_get(last_row(), "data");
    CHECK_STR(text_of(data, "what"), "created");
    CHECK_STR(text_of(json_object_get(data, "by"), "id"), ada.user.s);
    CHECK_EQ(json_array_size(json_object_get(data, "users")), 2);
    CHECK_STR(text_of(data, "name"), "Crew");
    CHECK_EQ(told_kind(&w, BUS_MEMBER_ADDED), 3);
    forget_told(&w);

    chat_create_group(w.chat, &ada, &plan, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK(g.again);
    const struct id again = id_of(g.json, "id");
    CHECK(id_eq(&room, &again));
    CHECK_EQ(w.told_count, 0);
    /* Somebody else's key is another. */
    chat_create_group(w.chat, &bo, &plan, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK(!g.again);
    world_end(&w, &g);
}

TEST(groups_without_a_key_are_as_many_as_asked_for)
{
    begin();
    const struct id one = group(&g, &ada, &bo.user, 1);
    const struct id two = group(&g, &ada, &bo.user, 1);
    CHECK(!id_eq(&one, &two));
    CHECK(json_is_null(json_object_get(g.json, "name")));
    world_end(&w, &g);
}

TEST(group_has_at_most_fifty)
{
    struct id others[CHAT_GROUP_MAX];
    char name[16];

    begin();
    for (int i = 0; i < CHAT_GROUP_MAX; i++) {
        (void)snprintf(name, sizeof(name), "p%d", i);
        others[i] = person(&w, name).user;
    }
    chat_create_group(w.chat, &ada, &(struct chat_group){.others = others, .count = CHAT_GROUP_MAX},
                      on_reply, &g);
    CHECK_EQ(wait_for(&g), -EINVAL);
    const struct id room = group(&g, &ada, others, CHAT_GROUP_MAX - 1);
    CHECK_EQ(json_array_size(json_object_get(g.json, "members")), CHAT_GROUP_MAX);
    forget_told(&w);
    chat_add_members(w.chat, &ada, &room, &bo.user, 1, on_reply, &g);
    CHECK_EQ(wait_for(&g), -EINVAL);
    CHECK_STR(g.field, "users");
    CHECK_EQ(w.told_count, 0);
    chat_get(w.chat, &ada, &room, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(number_of(g.json, "member_count"), CHAT_GROUP_MAX);
    CHECK_EQ(number_of(g.json, "last_seq"), 1);
    world_end(&w, &g);
}

TEST(added_people_are_told_before_the_row_that_says_so)
{
    begin();
    const struct id room = group(&g, &ada, &bo.user, 1);
    CHECK_OK(say(&g, &ada, &room, "before"));
    forget_told(&w);

    const struct id users[] = {cid.user, bo.user};
    chat_add_members(w.chat, &bo, &room, users, 2, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(number_of(g.json, "member_count"), 3);
    CHECK_STR(text_of(last_row(), "body"), "Bo added Cid");
    CHECK_EQ(w.told_count, 4);
    CHECK(w.told[0].event.kind == BUS_MEMBER_ADDED && id_eq(&w.told[0].event.user, &cid.user));
    CHECK_STR(text_of(w.told[1].members, "what"), "added");
    CHECK_STR(w.told[2].event.type, "message");
    CHECK_STR(text_of(w.told[3].members, "what"), "changed");
    CHECK(w.told[3].event.audience == BUS_TO_CHANNEL);

    /* What was said before is there, and is not unread. */
    chat_get(w.chat, &cid, &room, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(number_of(g.json, "unread"), 0);
    forget_told(&w);
    chat_add_members(w.chat, &bo, &room, users, 2, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(w.told_count, 0);
    world_end(&w, &g);
}

TEST(who_leaves_hears_no_more_and_is_a_stranger)
{
    begin();
    const struct id room = group(&g, &ada, &bo.user, 1);
    forget_told(&w);
    chat_remove_member(w.chat, &bo, &room, &ada.user, on_reply, &g);
    CHECK_EQ(wait_for(&g), -EPERM); /* who made it moderates it, and nobody else */
    chat_remove_member(w.chat, &bo, &room, &bo.user, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(w.told_count, 4);
    CHECK(w.told[0].event.kind == BUS_MEMBER_REMOVED && id_eq(&w.told[0].event.user, &bo.user));
    CHECK_STR(text_of(w.told[1].members, "what"), "removed");
    CHECK(id_eq(&w.told[1].event.user, &bo.user));
    CHECK_STR(text_of(json_object_get(w.told[2].members, "message"), "body"), "Bo left");

    CHECK_EQ(say(&g, &bo, &room, "hi"), -ENOENT);
    chat_get(w.chat, &bo, &room, on_reply, &g);
    CHECK_EQ(wait_for(&g), -ENOENT);
    chat_remove_member(w.chat, &bo, &room, &bo.user, on_reply, &g);
    CHECK_EQ(wait_for(&g), -ENOENT);
    world_end(&w, &g);
}

TEST(direct_chat_is_not_renamed_left_or_widened)
{
    begin();
    const struct id room = direct(&g, &ada, &bo);
    chat_rename(w.chat, &ada, &room, span_str("x"), on_reply, &g);
    CHECK_EQ(wait_for(&g), -EPERM);
    chat_add_members(w.chat, &ada, &room, &cid.user, 1, on_reply, &g);
    CHECK_EQ(wait_for(&g), -EPERM);
    chat_remove_member(w.chat, &ada, &room, &ada.user, on_reply, &g);
    CHECK_EQ(wait_for(&g), -EPERM);
    world_end(&w, &g);
}

TEST(renaming_says_so_once)
{
    begin();
    const struct id room = group(&g, &ada, &bo.user, 1);
    forget_told(&w);
    chat_rename(w.chat, &bo, &room, span_str("Plans"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_STR(text_of(g.json, "name"), "Plans");
    CHECK_STR(text_of(last_row(), "body"), "Bo renamed the group to Plans");
    CHECK_EQ(w.told_count, 2);
    chat_rename(w.chat, &bo, &room, span_str("Plans"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(w.told_count, 2);
    chat_rename(w.chat, &bo, &room,
                span_str("\xe2\x80\xae"
                         "evil"),
                on_reply, &g);
    CHECK_EQ(wait_for(&g), -EINVAL);
    CHECK_STR(g.field, "name");
    world_end(&w, &g);
}

TEST(list_has_each_channel_with_its_people_and_last_row)
{
    begin();
    const struct id with_bo = direct(&g, &ada, &bo);
    const struct id others[] = {bo.user, cid.user};
    const struct id crew = group(&g, &ada, others, 2);
    const struct id with_cid = direct(&g, &ada, &cid);
    (void)direct(&g, &bo, &cid);
    CHECK_OK(say(&g, &bo, &with_bo, "hello"));

    chat_list(w.chat, &ada, on_reply, &g);
    CHECK_OK(wait_for(&g));
    const json_t *list = json_object_get(g.json, "channels");
    CHECK_EQ(json_array_size(list), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *c = json_array_get(list, i);
        const struct id id = id_of(c, "id");
        const size_t members = json_array_size(json_object_get(c, "members"));
        const json_t *last = json_object_get(c, "last_message");
        CHECK_EQ(members, id_eq(&id, &crew) ? 3 : 2);
        if (id_eq(&id, &with_bo)) {
            CHECK_STR(text_of(last, "body"), "hello");
            CHECK_EQ(number_of(c, "unread"), 1);
        }
        if (id_eq(&id, &with_cid))
            CHECK(json_is_null(last));
    }
    world_end(&w, &g);
}

TEST(members_are_paged_by_id)
{
    struct id after = {0};
    size_t seen = 0;

    begin();
    const struct id others[] = {bo.user, cid.user};
    const struct id room = group(&g, &ada, others, 2);
    for (;;) {
        chat_members(w.chat, &bo, &room, &after, 2, on_reply, &g);
        CHECK_OK(wait_for(&g));
        const json_t *people = json_object_get(g.json, "people");
        const size_t n = json_array_size(people);
        if (n == 0)
            break;
        seen += n;
        after = id_of(json_array_get(people, n - 1), "id");
    }
    CHECK_EQ(seen, 3);
    world_end(&w, &g);
}

static int make_general(struct db *db, struct step *s)
{
    struct id team = id_new(s->job.now);
    s->ids[0] = id_new(s->job.now);
    int rc = db_exec(db, SQL_TEAM_INSERT,
                     VALS(val_id(&team), val_text(span_str("Acme")), val_int(s->job.now.ms)));

    if (rc >= 0)
        rc = db_exec(db, SQL_CHANNEL_INSERT,
                     VALS(val_id(&s->ids[0]), val_text(span_str("standard")), val_id(&team),
                          val_text(span_str("General")), val_null(), val_null(), val_null(),
                          val_int(s->job.now.ms)));
    if (rc >= 0)
        rc = db_exec(db, SQL_CHANNEL_HEAD_INSERT, VALS(val_id(&s->ids[0])));
    for (size_t i = 1; rc >= 0 && i < s->count; i++) {
        rc = member_insert(db, &s->ids[0], &s->ids[i], s->job.now);
        if (rc >= 0)
            rc = db_exec(db, SQL_TEAM_MEMBER_INSERT,
                         VALS(val_id(&team), val_id(&s->ids[i]), val_text(span_str("member")),
                              val_int(s->job.now.ms)));
    }
    return rc < 0 ? rc : 0;
}

static int join_general(struct db *db, struct step *s)
{
    struct person who = {.id = s->ids[1], .name = span_str("Bo")};
    const int rc = member_insert(db, &s->ids[0], &who.id, s->job.now);

    return rc < 0 ? rc : chat_write_joined(db, &s->ids[0], &who, s->job.now);
}

TEST(newcomer_to_a_standard_channel_is_told_by_a_row)
{
    begin();
    struct id ids[] = {{{0}}, ada.user};
    CHECK_OK(step(&w, &(struct step){.run = make_general, .ids = ids, .count = 2}));
    struct id join[] = {ids[0], bo.user};
    CHECK_OK(step(&w, &(struct step){.run = join_general, .ids = join}));
    chat_tell_joined(&ids[0], w.chat);
    chat_get(w.chat, &bo, &ids[0], on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(json_array_size(json_object_get(g.json, "members")), 0);
    CHECK_EQ(number_of(g.json, "member_count"), 2);
    CHECK_EQ(number_of(g.json, "unread"), 0);
    chat_get(w.chat, &bo, &ids[0], on_reply, &g); /* two readers: both have answered now */
    CHECK_OK(wait_for(&g));
    const struct told *t = told(&w, "message", 0);
    CHECK(t != NULL);
    CHECK_STR(text_of(json_object_get(t->members, "message"), "body"), "Bo joined");
    world_end(&w, &g);
}

static struct chat_state state;
static json_t *members;

static void on_state(const struct chat_state *s, void *arg)
{
    struct buf object = {0};

    state = *s;
    CHECK_OK(s->rc);
    buf_add_char(&object, '{');
    buf_add_span(&object, buf_span(s->members));
    buf_add_char(&object, '}');
    members = parse(buf_span(&object));
    buf_done(&object);
    loop_stop(arg);
}

TEST(state_is_what_a_page_begins_with)
{
    begin();
    struct id ids[] = {{{0}}, ada.user, bo.user};
    CHECK_OK(step(&w, &(struct step){.run = make_general, .ids = ids, .count = 3}));
    (void)direct(&g, &ada, &bo);
    chat_state(w.chat, &ada, on_state, w.loop);
    loop_run(w.loop);
    CHECK_EQ(state.channel_count, 2);
    CHECK_EQ(json_object_size(members), 5);
    CHECK_STR(text_of(json_object_get(members, "me"), "id"), ada.user.s);
    CHECK_STR(text_of(json_object_get(members, "site"), "version"), "1");
    CHECK_EQ(json_array_size(json_object_get(members, "channels")), 2);
    CHECK_EQ(json_array_size(json_object_get(members, "teams")), 1);
    CHECK_EQ(number_of(members, "missed_calls"), 0);
    json_decref(members);
    world_end(&w, &g);
}

/* Three groups of ids[3]; the one made last by the clock is the second. */
static int add_by_clock(struct db *db, struct step *s)
{
    static const int64_t made[] = {1000, 3000, 2000};
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < 3; i++) {
        s->ids[i] = new_id();
        rc = channel_insert(
            db,
            &(struct channel_new){.id = s->ids[i], .kind = span_str("group"), .creator = s->ids[3]},
            (struct wall){made[i]});
        if (rc >= 0)
            rc = member_insert(db, &s->ids[i], &s->ids[3], s->job.now);
    }
    return rc < 0 ? rc : 0;
}

static int list_two(struct db *db, struct step *s)
{
    struct channels list = {0};
    const int rc = channels_of(db, &s->ids[3], 2, s->job.arena, &list);

    if (rc < 0)
        return rc;
    CHECK_EQ(list.count, 2);
    CHECK(id_eq(&list.rows[0].id, &s->ids[1]));
    CHECK(id_eq(&list.rows[1].id, &s->ids[2]));
    for (size_t i = 0; i < list.count; i++)
        CHECK_EQ(list.rows[i].members.count, 1);
    return 0;
}

TEST(list_that_is_cut_ends_with_the_oldest)
{
    struct id ids[4];

    begin();
    ids[3] = ada.user;
    CHECK_OK(step(&w, &(struct step){.run = add_by_clock, .ids = ids}));
    CHECK_OK(step(&w, &(struct step){.run = list_two, .ids = ids}));

    /* Who wrote last counts, not who was made last. */
    const struct id first = ids[0];
    CHECK_OK(say(&g, &ada, &first, "hello"));
    ids[2] = ids[1];
    ids[1] = first;
    CHECK_OK(step(&w, &(struct step){.run = list_two, .ids = ids}));
    world_end(&w, &g);
}

static int add_strange(struct db *db, struct step *s)
{
    s->ids[0] = new_id();
    const struct channel_new c = {.id = s->ids[0], .kind = span_str("tent"), .creator = ada.user};
    int rc = channel_insert(db, &c, s->job.now);

    if (rc >= 0)
        rc = member_insert(db, &s->ids[0], &ada.user, s->job.now);
    return rc < 0 ? rc : 0;
}

TEST(channel_of_a_kind_that_is_unknown_is_not_taken_for_another)
{
    struct id strange;

    begin();
    CHECK_OK(step(&w, &(struct step){.run = add_strange, .ids = &strange}));
    chat_get(w.chat, &ada, &strange, on_reply, &g);
    CHECK_EQ(wait_for(&g), -EPERM);
    CHECK_EQ(say(&g, &ada, &strange, "hello"), -EPERM);
    world_end(&w, &g);
}
