#include "world.h"

static struct world w;
static struct got g = {.world = &w};
static struct actor ada;
static struct actor bo;
static struct actor eve;
static struct id room;

static void begin(void)
{
    world_open(&w, folder_make());
    ada = person(&w, "Ada");
    bo = person(&w, "Bo");
    eve = person(&w, "Eve");
    room = direct(&g, &ada, &bo);
    forget_told(&w);
}

static int history(const struct actor *a, enum chat_where where, int64_t seq, int64_t limit)
{
    chat_history(w.chat, a, &room, &(struct chat_page){where, seq, limit}, on_reply, &g);
    return wait_for(&g);
}

/* The page just read is first..last, with or without more at its ends. */
static void check_page(int64_t first, int64_t last, bool more_before, bool more_after)
{
    const json_t *rows = json_object_get(g.json, "messages");

    CHECK_EQ(json_array_size(rows), last - first + 1);
    for (size_t i = 0; i < json_array_size(rows); i++)
        CHECK_EQ(number_of(json_array_get(rows, i), "seq"), first + (int64_t)i);
    CHECK_EQ(json_is_true(json_object_get(g.json, "more_before")), more_before);
    CHECK_EQ(json_is_true(json_object_get(g.json, "more_after")), more_after);
}

TEST(message_is_answered_and_told_as_the_contract_has_it)
{
    begin();
    CHECK_OK(say(&g, &ada, &room, "Hello \"you\"\n\xc3\xa9"));

    CHECK(!g.again);
    CHECK_EQ(json_object_size(g.json), 13);
    CHECK_STR(text_of(g.json, "body"), "Hello \"you\"\n\xc3\xa9");
    CHECK_STR(text_of(g.json, "kind"), "text");
    CHECK_STR(text_of(g.json, "sender"), ada.user.s);
    CHECK_STR(text_of(g.json, "channel"), room.s);
    CHECK_EQ(number_of(g.json, "seq"), 1);
    CHECK_EQ(number_of(g.json, "n"), 1);
    CHECK_EQ(number_of(g.json, "change"), 1);
    CHECK(json_is_null(json_object_get(g.json, "data")));
    CHECK(json_is_null(json_object_get(g.json, "edited_at")));
    CHECK(json_is_false(json_object_get(g.json, "deleted")));

    const struct told *t = told(&w, "message", 0);
    CHECK(t && t->event.audience == BUS_TO_CHANNEL);
    CHECK(id_eq(&t->event.channel, &room));
    CHECK_EQ(t->event.change, 1);
    CHECK(json_equal(json_object_get(t->members, "message"), g.json));
    world_end(&w, &g);
}

TEST(repeat_of_a_send_gets_the_first_answer_and_tells_nothing)
{
    const struct id client_id = new_id();

    begin();
    chat_send(w.chat, &ada, &room, &client_id, span_str("once"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    json_t *first = json_incref(g.json);
    CHECK_OK(say(&g, &bo, &room, "between"));
    forget_told(&w);

    chat_send(w.chat, &ada, &room, &client_id, span_str("once"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK(g.again);
    CHECK(json_equal(g.json, first));
    CHECK_EQ(w.told_count, 0);
    json_decref(first);

    CHECK_OK(say(&g, &ada, &room, "next"));
    CHECK_EQ(number_of(g.json, "seq"), 3);
    world_end(&w, &g);
}

TEST(repeat_by_who_has_left_is_refused_as_any_send)
{
    const struct id client_id = new_id();

    begin();
    const struct id others[] = {bo.user};
    const struct id crew = group(&g, &ada, others, 1);
    chat_send(w.chat, &bo, &crew, &client_id, span_str("once"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    chat_remove_member(w.chat, &bo, &crew, &bo.user, on_reply, &g);
    CHECK_OK(wait_for(&g));
    chat_send(w.chat, &bo, &crew, &client_id, span_str("once"), on_reply, &g);
    CHECK_EQ(wait_for(&g), -ENOENT);
    world_end(&w, &g);
}

TEST(client_id_of_another_message_is_refused_without_a_hole)
{
    const struct id client_id = new_id();

    begin();
    struct id other_room = direct(&g, &ada, &eve);
    chat_send(w.chat, &ada, &room, &client_id, span_str("one"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    chat_send(w.chat, &ada, &room, &client_id, span_str("two"), on_reply, &g);
    CHECK_EQ(wait_for(&g), -EEXIST);
    chat_send(w.chat, &ada, &other_room, &client_id, span_str("one"), on_reply, &g);
    CHECK_EQ(wait_for(&g), -EEXIST);
    /* Another sender's is another. */
    chat_send(w.chat, &bo, &room, &client_id, span_str("one"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(number_of(g.json, "seq"), 2);
    world_end(&w, &g);
}

TEST(same_send_twice_in_one_batch_is_one_message)
{
    const struct id client_id = new_id();
    struct got first = {.world = &w};
    struct got second = {.world = &w};

    begin();
    chat_send(w.chat, &ada, &room, &client_id, span_str("x"), on_reply, &first);
    chat_send(w.chat, &ada, &room, &client_id, span_str("x"), on_reply, &second);
    while (first.answers + second.answers < 2)
        loop_run(w.loop);
    CHECK_OK(first.rc);
    CHECK_OK(second.rc);
    CHECK(!first.again && second.again);
    CHECK(json_equal(first.json, second.json));
    json_decref(first.json);
    json_decref(second.json);
    world_end(&w, &g);
}

TEST(burst_is_numbered_without_holes_and_told_in_order)
{
    enum { COUNT = 500 };
    static struct got gots[COUNT];
    unsigned answered = 0;

    begin();
    for (unsigned i = 0; i < COUNT; i++) {
        const struct id client_id = new_id();
        char body[32];
        (void)snprintf(body, sizeof(body), "m%u", i);
        gots[i].world = &w;
        /* Every tenth fails: not in this chat. */
        chat_send(w.chat, i % 10 == 9 ? &eve : (i % 2 ? &ada : &bo), &room, &client_id,
                  span_str(body), on_reply, &gots[i]);
    }
    while (answered < COUNT) {
        loop_run(w.loop);
        answered = 0;
        for (unsigned i = 0; i < COUNT; i++)
            answered += gots[i].answers;
    }
    int64_t seq = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        if (i % 10 == 9) {
            CHECK_EQ(gots[i].rc, -ENOENT);
            continue;
        }
        const struct told *t = told(&w, "message", (size_t)seq);
        CHECK_EQ(number_of(gots[i].json, "seq"), ++seq);
        CHECK(t && json_equal(json_object_get(t->members, "message"), gots[i].json));
        json_decref(gots[i].json);
    }
    CHECK_EQ(seq, COUNT - COUNT / 10);
    world_end(&w, &g);
}

TEST(stranger_learns_nothing_of_a_channel)
{
    const struct id none = new_id();

    begin();
    CHECK_OK(say(&g, &ada, &room, "secret"));
    forget_told(&w);
    CHECK_EQ(say(&g, &eve, &room, "hi"), -ENOENT);
    CHECK_EQ(say(&g, &ada, &none, "hi"), -ENOENT);
    CHECK_EQ(history(&eve, CHAT_NEWEST, 0, 0), -ENOENT);
    chat_changes(w.chat, &eve, &room, 0, 0, on_reply, &g);
    CHECK_EQ(wait_for(&g), -ENOENT);
    chat_mark(w.chat, &eve, &room, 1, on_reply, &g);
    CHECK_EQ(wait_for(&g), -ENOENT);
    chat_typing(w.chat, &eve, &room, on_reply, &g);
    CHECK_EQ(wait_for(&g), -ENOENT);
    const struct actor nobody = {0};
    CHECK_EQ(say(&g, &nobody, &room, "hi"), -EACCES);
    CHECK_EQ(w.told_count, 0);
    world_end(&w, &g);
}

TEST(blank_message_is_refused)
{
    begin();
    CHECK_EQ(say(&g, &ada, &room, " \n\t "), -EINVAL);
    CHECK_STR(g.field, "body");
    CHECK_OK(say(&g, &ada, &room, " x "));
    CHECK_EQ(number_of(g.json, "seq"), 1);
    world_end(&w, &g);
}

TEST(history_pages_by_seq_in_every_direction)
{
    begin();
    for (int i = 0; i < 10; i++)
        CHECK_OK(say(&g, &ada, &room, "x"));

    CHECK_OK(history(&bo, CHAT_NEWEST, 0, 4));
    check_page(7, 10, true, false);
    CHECK_OK(history(&bo, CHAT_NEWEST, 0, 10));
    check_page(1, 10, false, false);
    CHECK_OK(history(&bo, CHAT_NEWEST, 0, 0));
    check_page(1, 10, false, false);

    CHECK_OK(history(&bo, CHAT_BEFORE, 7, 4));
    check_page(3, 6, true, true);
    CHECK_OK(history(&bo, CHAT_BEFORE, 3, 4));
    check_page(1, 2, false, true);
    CHECK_OK(history(&bo, CHAT_BEFORE, 1, 4));
    check_page(1, 0, false, true);
    CHECK_OK(history(&bo, CHAT_BEFORE, 11, 4));
    check_page(7, 10, true, false);
    CHECK_OK(history(&bo, CHAT_BEFORE, 9007199254740991, 200));
    check_page(1, 10, false, false);

    CHECK_OK(history(&bo, CHAT_AFTER, 0, 4));
    check_page(1, 4, false, true);
    CHECK_OK(history(&bo, CHAT_AFTER, 6, 4));
    check_page(7, 10, true, false);
    CHECK_OK(history(&bo, CHAT_AFTER, 10, 4));
    check_page(1, 0, true, false);

    CHECK_OK(history(&bo, CHAT_AROUND, 5, 4));
    check_page(3, 6, true, true);
    CHECK_OK(history(&bo, CHAT_AROUND, 1, 5));
    check_page(1, 3, false, true);
    CHECK_OK(history(&bo, CHAT_AROUND, 10, 4));
    check_page(8, 10, true, false);
    CHECK_OK(history(&bo, CHAT_AROUND, 99, 4));
    check_page(9, 10, true, false);
    CHECK_OK(history(&bo, CHAT_AROUND, 5, 1));
    check_page(5, 5, true, true);
    world_end(&w, &g);
}

TEST(history_of_an_empty_channel_is_an_empty_page)
{
    begin();
    for (enum chat_where where = CHAT_NEWEST; where <= CHAT_AROUND; where++) {
        CHECK_OK(history(&bo, where, 1, 4));
        check_page(1, 0, false, false);
    }
    world_end(&w, &g);
}

TEST(changes_catch_up_page_by_page)
{
    int64_t at = 0;
    size_t rows = 0;
    bool more = true;

    begin();
    for (int i = 0; i < 7; i++)
        CHECK_OK(say(&g, &ada, &room, "x"));
    for (int pages = 0; more; pages++) {
        CHECK(pages < 3);
        chat_changes(w.chat, &bo, &room, at, 3, on_reply, &g);
        CHECK_OK(wait_for(&g));
        at = number_of(g.json, "last_change");
        more = json_is_true(json_object_get(g.json, "more"));
        rows += json_array_size(json_object_get(g.json, "messages"));
    }
    CHECK_EQ(rows, 7);
    CHECK_EQ(at, 7);
    chat_changes(w.chat, &bo, &room, at, 3, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(json_array_size(json_object_get(g.json, "messages")), 0);
    CHECK_EQ(number_of(g.json, "last_change"), 7);
    world_end(&w, &g);
}

static int64_t unread(const struct actor *a)
{
    chat_get(w.chat, a, &room, on_reply, &g);
    CHECK_OK(wait_for(&g));
    return number_of(g.json, "unread");
}

static void mark(const struct actor *a, int64_t seq, int64_t want_seq, int64_t want_unread)
{
    chat_mark(w.chat, a, &room, seq, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(number_of(g.json, "read_seq"), want_seq);
    CHECK_EQ(number_of(g.json, "unread"), want_unread);
}

TEST(rows_that_nobody_wrote_are_not_unread)
{
    begin();
    const struct id others[] = {bo.user};
    room = group(&g, &ada, others, 1); /* and a row that says so */
    CHECK_EQ(unread(&bo), 0);
    chat_rename(w.chat, &ada, &room, span_str("Crew"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(unread(&bo), 0);
    CHECK_OK(say(&g, &ada, &room, "hello"));
    CHECK_EQ(unread(&bo), 1);
    world_end(&w, &g);
}

TEST(marker_moves_forward_only_and_no_further_than_the_last_row)
{
    begin();
    for (int i = 0; i < 5; i++)
        CHECK_OK(say(&g, &ada, &room, "x"));
    CHECK_EQ(unread(&ada), 0);
    CHECK_EQ(unread(&bo), 5);
    forget_told(&w);

    mark(&bo, 0, 0, 5);
    CHECK_EQ(w.told_count, 0);
    mark(&bo, 3, 3, 2);
    const struct told *t = told(&w, "read", 0);
    CHECK(t && t->event.audience == BUS_TO_USER && id_eq(&t->event.user, &bo.user));
    CHECK_EQ(number_of(t->members, "read_seq"), 3);
    CHECK_EQ(number_of(t->members, "unread"), 2);
    forget_told(&w);
    mark(&bo, 1, 3, 2);
    mark(&bo, 3, 3, 2);
    CHECK_EQ(w.told_count, 0);
    mark(&bo, 1000, 5, 0);
    CHECK_EQ(unread(&bo), 0);
    world_end(&w, &g);
}

TEST(own_message_is_read_by_its_sender_on_all_pages)
{
    begin();
    CHECK_OK(say(&g, &bo, &room, "one"));
    forget_told(&w);
    CHECK_OK(say(&g, &ada, &room, "two"));
    const struct told *t = told(&w, "read", 0);
    CHECK(t && id_eq(&t->event.user, &ada.user));
    CHECK_EQ(number_of(t->members, "read_seq"), 2);
    CHECK_EQ(number_of(t->members, "unread"), 0);
    CHECK_EQ(unread(&ada), 0);
    CHECK_EQ(unread(&bo), 1);
    world_end(&w, &g);
}

TEST(history_and_answers_survive_a_restart)
{
    const struct id client_id = new_id();
    const char *folder = folder_make();

    world_open(&w, folder);
    ada = person(&w, "Ada");
    bo = person(&w, "Bo");
    room = direct(&g, &ada, &bo);
    chat_send(w.chat, &ada, &room, &client_id, span_str("kept"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    world_close(&w);

    world_open(&w, folder);
    chat_send(w.chat, &ada, &room, &client_id, span_str("kept"), on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK(g.again);
    CHECK_OK(history(&bo, CHAT_NEWEST, 0, 0));
    check_page(1, 1, false, false);
    world_end(&w, &g);
}

TEST(typing_is_told_to_the_others_and_not_too_often)
{
    begin();
    chat_typing(w.chat, &ada, &room, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(w.told_count, 1);
    const struct told *t = told(&w, "typing", 0);
    CHECK(t && t->event.transient && t->event.audience == BUS_TO_CHANNEL);
    CHECK(id_eq(&t->event.except_user, &ada.user));
    CHECK_STR(text_of(t->members, "user"), ada.user.s);
    CHECK_STR(text_of(t->members, "channel"), room.s);

    chat_typing(w.chat, &ada, &room, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(w.told_count, 1);
    chat_typing(w.chat, &bo, &room, on_reply, &g);
    CHECK_OK(wait_for(&g));
    CHECK_EQ(w.told_count, 2);
    world_end(&w, &g);
}
