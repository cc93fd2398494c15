#include <sqlite3.h>

#include <unistd.h>

#include "world.h"

TEST(call_is_told_to_both_at_every_change)
{
    begin();
    CHECK_OK(start(&ada, &room));
    CHECK_STR(call_text(&ada.actor.user, "state"), "ringing");
    CHECK_STR(call_text(&bo.actor.user, "state"), "ringing");
    CHECK_EQ(told_count, 2);
    CHECK_EQ(in_calls, 0);
    CHECK_OK(join(&bo));
    CHECK_STR(call_text(&ada.actor.user, "state"), "active");
    CHECK_EQ(in_calls, 2);
    CHECK_OK(calls_media(calls, &bo, &call, &(struct call_media){.camera = true}));
    CHECK_EQ(told_count, 6);
    CHECK_OK(calls_leave(calls, &ada, &call));
    CHECK_STR(call_text(&bo.actor.user, "reason"), "hangup");
    CHECK_EQ(in_calls, 0);
    CHECK_EQ(row_count, 0);
    settle();
    CHECK_EQ(row_count, 1);
    CHECK_STR(row_bodies[0], "Call ended 0s");
    CHECK(heard("missed_calls", &bo.actor.user) == NULL);
    check_outcomes("answered", "answered");
    finish();
}

TEST(only_the_two_of_a_direct_chat_may_call)
{
    begin();
    const struct id unknown = page_of(&none).page;
    const struct id group = make_room("group", &ada.actor.user, &bo.actor.user);

    CHECK_EQ(start(&eve, &room), -ENOENT);
    CHECK_EQ(start(&ada, &unknown), -ENOENT);
    CHECK_OK(start(&ada, &group));
    CHECK_OK(start(&ada, &room));
    CHECK_EQ(start(&eve, &room), -ENOENT);
    CHECK_EQ(join(&eve), -ENOENT);
    CHECK_EQ(calls_leave(calls, &eve, &call), -ENOENT);
    CHECK_EQ(calls_leave(calls, &bo, &call), -EPERM);
    CHECK_EQ(calls_media(calls, &ada2, &call, &(struct call_media){.mic = true}), -EPERM);
    call = unknown;
    CHECK_EQ(join(&ada), -ENOENT);
    finish();
}

static int set_dnd(struct db *db, struct step *s)
{
    const int rc = person_set_presence(db, &bo.actor.user, span_str("dnd"));

    (void)s;
    return rc < 0 ? rc : 0;
}

TEST(who_is_not_to_be_disturbed_is_asked_in_silence)
{
    begin();
    CHECK_OK(step(&(struct step){.run = set_dnd}));
    CHECK_OK(start(&ada, &room));
    const json_t *state = json_object_get(heard("call", &bo.actor.user), "call");
    const json_t *leg = json_array_get(json_object_get(state, "legs"), 1);
    CHECK_STR(json_string_value(json_object_get(leg, "state")), "silent");
    finish();
}

/* Nothing of ours deactivates a person yet, so by hand. */
static void deactivate(const char *folder, const struct id *user)
{
    struct buf path = {0};
    struct buf sql = {0};
    sqlite3 *db = NULL;

    buf_printf(&path, "%s/convene.db", folder);
    buf_printf(&sql, "UPDATE person SET deactivated_at = 1 WHERE id = '%s'", user->s);
    CHECK_EQ(sqlite3_open(buf_cstr(&path), &db), SQLITE_OK);
    CHECK_EQ(sqlite3_exec(db, buf_cstr(&sql), NULL, NULL, NULL), SQLITE_OK);
    CHECK_EQ(sqlite3_changes(db), 1);
    (void)sqlite3_close(db);
    buf_done(&path);
    buf_done(&sql);
}

TEST(who_has_left_the_organisation_cannot_be_called)
{
    const char *folder = folder_make();

    open_calls(folder);
    add_people();
    deactivate(folder, &bo.actor.user);
    CHECK_EQ(start(&ada, &room), -EPERM);
    CHECK_EQ(told_count, 0);
    finish();
}

TEST(both_calling_at_once_is_one_call)
{
    begin();
    CHECK_OK(start(&ada, &room));
    const struct id first = call;
    CHECK_OK(start(&bo, &room));
    CHECK(id_eq(&call, &first));
    CHECK_STR(call_text(&ada.actor.user, "state"), "active");
    CHECK_STR(call_text(&ada.actor.user, "caller"), ada.actor.user.s);
    finish();
}

TEST(both_asking_the_store_at_once_is_one_call)
{
    begin();
    ask(&ada, &room);
    ask(&bo, &room);
    while (replies < 2)
        loop_run(loop);
    CHECK_OK(last.rc);
    CHECK_STR(call_text(&bo.actor.user, "state"), "active");
    call = last.call;
    CHECK_OK(calls_leave(calls, &bo, &call));
    settle();
    CHECK_EQ(row_count, 1);
    finish();
}

TEST(start_on_another_page_of_somebody_in_it_is_refused)
{
    begin_active();
    CHECK_EQ(start(&ada2, &room), -EEXIST);
    CHECK_EQ(start(&bo2, &room), -EEXIST);
    CHECK_OK(start(&ada, &room));
    CHECK_OK(join(&ada2));
    CHECK_EQ(calls_leave(calls, &ada, &call), -EPERM);
    CHECK_OK(calls_leave(calls, &ada2, &call));
    finish();
}

TEST(caller_who_gives_up_is_a_missed_call)
{
    begin();
    CHECK_OK(start(&ada, &room));
    CHECK_OK(calls_leave(calls, &ada, &call));
    settle();
    CHECK_STR(row_bodies[0], "Missed call");
    const json_t *missed = heard("missed_calls", &bo.actor.user);
    CHECK_EQ(json_integer_value(json_object_get(missed, "count")), 1);
    CHECK(heard("missed_calls", &ada.actor.user) == NULL);
    CHECK_EQ(join(&bo), -EPROTO);
    CHECK_EQ(calls_leave(calls, &ada, &call), -EPROTO);
    check_outcomes("cancelled", "missed");
    finish();
}

TEST(declined_call_is_not_missed)
{
    begin();
    CHECK_OK(start(&ada, &room));
    CHECK_OK(calls_decline(calls, &bo2, &call));
    settle();
    CHECK_STR(row_bodies[0], "Call declined");
    CHECK(heard("missed_calls", &bo.actor.user) == NULL);
    CHECK_EQ(calls_decline(calls, &bo, &call), -EPROTO);
    check_outcomes("declined", "declined");
    finish();
}

TEST(ended_call_makes_room_for_the_next_before_it_is_stored)
{
    begin();
    CHECK_OK(start(&ada, &room));
    CHECK_OK(calls_leave(calls, &ada, &call));
    const struct id first = call;
    CHECK_OK(start(&bo, &room));
    CHECK(!id_eq(&first, &call));
    CHECK_OK(join(&ada));
    CHECK_OK(calls_leave(calls, &ada, &call));
    settle();
    CHECK_EQ(row_count, 2);
    CHECK_STR(row_bodies[0], "Missed call");
    CHECK_STR(row_bodies[1], "Call ended 0s");
    finish();
}

TEST(page_gone_and_back_keeps_the_call)
{
    begin_active();
    forget_told();
    calls_page_gone(calls, &bo.actor.user, &bo2.page);
    CHECK_EQ(told_count, 0);
    calls_page_gone(calls, &bo.actor.user, &bo.page);
    CHECK_EQ(told_count, 2);
    calls_page_open(calls, &bo.actor.user, &bo.page);
    CHECK_EQ(told_count, 4);
    CHECK_STR(call_text(&ada.actor.user, "state"), "active");
    finish();
}

TEST(page_that_goes_while_it_starts_starts_nothing)
{
    begin();
    ask(&ada, &room);
    calls_page_gone(calls, &ada.actor.user, &ada.page);
    while (replies == 0)
        loop_run(loop);
    CHECK_EQ(last.rc, -ECANCELED);
    CHECK_EQ(told_count, 0);
    finish();
}

static void sign_out(const struct caller *who)
{
    bus_publish(bus, &(struct bus_event){.kind = BUS_SESSION_ENDED,
                                         .user = who->actor.user,
                                         .session = who->actor.session});
    settle();
}

TEST(signed_out_session_leaves_all_its_calls)
{
    begin();
    const struct id other_room = make_room("direct", &ada.actor.user, &eve.actor.user);
    const struct id third_room = make_room("direct", &bo.actor.user, &eve.actor.user);
    CHECK_OK(start(&ada, &room));
    CHECK_OK(join(&bo));
    CHECK_OK(start(&ada, &other_room));
    CHECK_OK(start(&bo, &third_room));
    sign_out(&ada2);
    CHECK_EQ(row_count, 0);
    sign_out(&ada);
    CHECK_EQ(row_count, 2);
    CHECK_STR(call_text(&bo.actor.user, "state"), "ended");
    CHECK_EQ(in_calls, 0);
    sign_out(&bo);
    CHECK_EQ(row_count, 3);
    finish();
}

TEST(signal_goes_to_the_page_of_the_other_leg)
{
    struct id to;

    begin();
    CHECK_OK(start(&ada, &room));
    const struct id from = last.leg;
    CHECK_OK(calls_join(calls, &bo, &call, true, true, &to));
    forget_told();

    json_t *signal = json_pack("{s:{s:s}}", "candidate", "candidate", "a \"b\"");
    CHECK_OK(calls_signal(calls, &ada, &call, &to, signal));
    CHECK_EQ(told_count, 1);
    CHECK(told[0].event.audience == BUS_TO_PAGE && id_eq(&told[0].event.page, &bo.page));
    const json_t *m = heard("call.signal", &bo.actor.user);
    CHECK_STR(json_string_value(json_object_get(m, "from")), from.s);
    CHECK_STR(json_string_value(json_object_get(m, "to")), to.s);
    CHECK(json_equal(json_object_get(m, "signal"), signal));
    CHECK_EQ(calls_signal(calls, &bo2, &call, &from, signal), -EPERM);
    CHECK_EQ(calls_signal(calls, &eve, &call, &from, signal), -ENOENT);
    CHECK_EQ(calls_signal(calls, &ada, &call, &from, signal), -EPROTO);
    json_decref(signal);
    finish();
}

TEST(signal_that_is_too_large_is_refused)
{
    struct id to;

    begin();
    CHECK_OK(start(&ada, &room));
    CHECK_OK(calls_join(calls, &bo, &call, true, true, &to));
    char *text = mem_alloc(CALL_SIGNAL_MAX + 1);
    memset(text, 'x', CALL_SIGNAL_MAX);
    json_t *signal = json_pack("{s:s}", "candidate", text);
    CHECK_EQ(calls_signal(calls, &ada, &call, &to, signal), -EMSGSIZE);
    (void)mem_free(text);
    json_decref(signal);
    finish();
}

TEST(calls_of_mine_are_those_that_ring_or_run)
{
    struct buf out = {0};
    struct json_out o = json_out(&out);

    begin_active();
    calls_write_mine(calls, &ada.actor.user, NULL, &o);
    json_t *list = parse(buf_span(&out));
    CHECK_EQ(json_array_size(list), 1);
    json_decref(list);
    CHECK_OK(calls_leave(calls, &ada, &call));
    buf_clear(&out);
    o = json_out(&out);
    calls_write_mine(calls, &ada.actor.user, NULL, &o);
    CHECK_STR(buf_cstr(&out), "[]");
    buf_done(&out);
    finish();
}

TEST(too_many_calls_are_refused)
{
    enum { ROOMS = 12 };
    struct id rooms[ROOMS];
    char name[16];
    unsigned started = 0;

    begin();
    for (size_t i = 0; i < ROOMS; i++) {
        (void)snprintf(name, sizeof(name), "p%zu", i);
        const struct caller p = person(name);
        rooms[i] = make_room("direct", &ada.actor.user, &p.actor.user);
    }
    for (size_t i = 0; i < ROOMS; i++)
        started += start(&ada, &rooms[i]) == 0;
    CHECK_EQ(started, CALLS_PER_USER);
    CHECK_EQ(last.rc, -EDQUOT);
    finish();
}

static void on_seen(int rc, struct buf *json, void *arg)
{
    (void)json;
    (void)arg;
    CHECK_OK(rc);
    loop_stop(loop);
}

static int count_missed(struct db *db, struct step *s)
{
    return call_missed_count(db, &bo.actor.user, &s->number);
}

/* Three that Bo missed and two that he declined, by turns. */
static void make_history(void)
{
    for (int i = 0; i < 5; i++) {
        CHECK_OK(start(&ada, &room));
        CHECK_OK(i % 2 ? calls_decline(calls, &bo, &call) : calls_leave(calls, &ada, &call));
        (void)usleep(2000); /* ids of one millisecond have no order */
    }
}

TEST(history_is_paged_newest_first)
{
    struct id before;

    begin();
    make_history();
    read_history(&bo, &none, false, 3);
    CHECK_EQ(json_array_size(records), 3);
    CHECK(more_records);
    CHECK_EQ(json_object_size(json_array_get(records, 0)), 8);
    CHECK_STR(record_text(0, "id"), call.s);
    CHECK_OK(id_parse(span_str(record_text(2, "id")), &before));
    read_history(&bo, &before, false, 3);
    CHECK_EQ(json_array_size(records), 2);
    CHECK(!more_records);
    read_history(&bo, &none, true, 3);
    CHECK_EQ(json_array_size(records), 3);
    CHECK(!more_records);
    read_history(&ada, &none, true, 3);
    CHECK_EQ(json_array_size(records), 0);
    forget_records();
    finish();
}

TEST(missed_calls_are_counted_until_they_are_seen)
{
    struct step count = {.run = count_missed};

    begin();
    make_history();
    CHECK_OK(step(&count));
    CHECK_EQ(count.number, 3);
    calls_seen(calls, &bo.actor, on_seen, NULL);
    loop_run(loop);
    const json_t *missed = heard("missed_calls", &bo.actor.user);
    CHECK_EQ(json_integer_value(json_object_get(missed, "count")), 0);
    CHECK_OK(step(&count));
    CHECK_EQ(count.number, 0);
    finish();
}

TEST(calls_left_open_by_a_crash_are_closed_as_interrupted)
{
    const char *folder = folder_make();

    open_calls(folder);
    add_people();
    CHECK_OK(start(&ada, &room));
    settle();
    end();

    open_calls(folder);
    settle();
    CHECK_EQ(row_count, 1);
    CHECK_STR(row_bodies[0], "Missed call");
    CHECK_EQ(join(&bo), -ENOENT);
    check_outcomes("missed", "missed");
    CHECK_OK(start(&ada, &room));
    CHECK_OK(join(&bo));
    settle();
    end();

    open_calls(folder);
    settle();
    CHECK_EQ(row_count, 2);
    CHECK_STR(row_bodies[1], "Call lost");
    check_outcomes("lost", "lost");
    finish();
}

TEST(start_that_waits_when_the_server_stops_is_answered)
{
    begin();
    ask(&ada, &room);
    end();
    CHECK_EQ(replies, 1);
    folder_remove();
}
