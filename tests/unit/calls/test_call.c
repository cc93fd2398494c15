#include "calls/call.h"
#include "support/test.h"

#include <errno.h>

/* Ada calls Bo; each has two pages. */
static struct call c;
static struct call_who ada, ada2, bo, bo2;
static struct call_time now = {.now = 1000 * SEC, .wall = {1700000000000}};
static struct id leg;

static struct id new_id(void)
{
    static int64_t ms = 1600000000000;

    return id_new((struct wall){ms++});
}

static struct call_who page_of(const struct id *user)
{
    return (struct call_who){.user = *user, .page = new_id(), .session = new_id()};
}

static void later(usec_t by)
{
    now.now += by;
    now.wall.ms += (int64_t)(by / MSEC);
}

static void begin_as(bool silent)
{
    const struct id a = new_id();
    const struct id b = new_id();

    ada = page_of(&a);
    ada2 = page_of(&a);
    bo = page_of(&b);
    bo2 = page_of(&b);
    const struct call_plan plan = {
        .channel = new_id(), .caller = ada, .callee = b, .mic = true, .silent = silent};
    call_begin(&c, &plan, now);
}

static void begin(void)
{
    begin_as(false);
}

static void begin_active(void)
{
    begin();
    later(3 * SEC);
    CHECK_OK(call_join(&c, &bo, true, false, now, &leg));
}

static void check_ended(enum call_reason reason)
{
    CHECK_EQ(c.state, CALL_ENDED);
    CHECK_STR(call_reason_name(c.reason), call_reason_name(reason));
    CHECK_EQ(c.ended.ms, now.wall.ms);
    for (size_t i = 0; i < c.leg_count; i++)
        CHECK_EQ(c.legs[i].state, LEG_LEFT);
    CHECK(call_deadline(&c) == NEVER);
}

TEST(call_begins_with_the_caller_joined_and_the_callee_asked)
{
    begin();
    CHECK_EQ(c.state, CALL_RINGING);
    CHECK_EQ(c.change, 1);
    CHECK_EQ(c.leg_count, 2);
    CHECK_EQ(c.legs[0].state, LEG_JOINED);
    CHECK(c.legs[0].mic && !c.legs[0].camera);
    CHECK(id_eq(&c.legs[0].who.page, &ada.page));
    CHECK_EQ(c.legs[1].state, LEG_RINGING);
    CHECK(id_none(&c.legs[1].who.page));
    CHECK(call_deadline(&c) == now.now + CALL_RING_TIME);
}

TEST(callee_who_is_not_to_be_disturbed_is_asked_in_silence)
{
    begin_as(true);
    CHECK_EQ(c.legs[1].state, LEG_SILENT);
    CHECK_OK(call_join(&c, &bo, true, true, now, &leg));
    CHECK_EQ(c.state, CALL_ACTIVE);
}

TEST(first_page_to_answer_has_the_call)
{
    begin();
    later(2 * SEC);
    const struct id ringing = c.legs[1].id;
    CHECK_OK(call_join(&c, &bo2, true, true, now, &leg));
    CHECK_EQ(c.state, CALL_ACTIVE);
    CHECK_EQ(c.answered.ms, now.wall.ms);
    CHECK_EQ(c.change, 2);
    CHECK(id_eq(&leg, &ringing));
    CHECK(id_eq(&c.legs[1].who.page, &bo2.page));
    CHECK(c.legs[1].camera);
    CHECK(call_deadline(&c) == NEVER);
    /* The other page has nothing to hang up. */
    CHECK_EQ(call_leave(&c, &bo, now), -EPROTO);
    CHECK_EQ(call_decline(&c, &bo.user, now), -EPROTO);
    CHECK_EQ(c.state, CALL_ACTIVE);
}

TEST(declining_ends_it_for_all_pages)
{
    begin();
    later(SEC);
    CHECK_OK(call_decline(&c, &bo.user, now));
    check_ended(CALL_DECLINED);
    CHECK_EQ(c.answered.ms, 0);
}

TEST(caller_declines_nothing)
{
    begin();
    CHECK_EQ(call_decline(&c, &ada.user, now), -EPROTO);
    CHECK_EQ(c.state, CALL_RINGING);
}

TEST(caller_who_hangs_up_while_it_rings_cancels)
{
    begin();
    later(SEC);
    CHECK_OK(call_leave(&c, &ada, now));
    check_ended(CALL_CANCELLED);
    CHECK_EQ(call_join(&c, &bo, true, true, now, &leg), -EPROTO);
}

TEST(either_hangs_up_a_running_call)
{
    begin_active();
    later(SEC);
    CHECK_OK(call_leave(&c, &ada, now));
    check_ended(CALL_HANGUP);
    begin_active();
    later(SEC);
    CHECK_OK(call_leave(&c, &bo, now));
    check_ended(CALL_HANGUP);
}

TEST(nobody_answers)
{
    begin();
    later(CALL_RING_TIME - 1);
    call_tick(&c, now);
    CHECK_EQ(c.state, CALL_RINGING);
    later(1);
    call_tick(&c, now);
    check_ended(CALL_MISSED);
}

static int media(const struct call_who *who, bool mic, bool camera)
{
    return call_media(&c, who, &(struct call_media){.mic = mic, .camera = camera}, now.wall);
}

TEST(ended_call_takes_no_command)
{
    struct leg *from;
    struct leg *to;

    begin_active();
    CHECK_OK(call_leave(&c, &ada, now));
    const int64_t change = c.change;
    CHECK_EQ(call_join(&c, &bo, true, true, now, &leg), -EPROTO);
    CHECK_EQ(call_leave(&c, &bo, now), -EPROTO);
    CHECK_EQ(media(&bo, false, false), -EPROTO);
    CHECK_EQ(call_decline(&c, &bo.user, now), -EPROTO);
    CHECK_EQ(call_signal(&c, &bo, &c.legs[0].id, now.now, &from, &to), -EPROTO);
    call_page_gone(&c, &bo.user, &bo.page, now.now);
    call_page_open(&c, &bo.user, &bo.page);
    call_session_ended(&c, &bo.session, now);
    later(1000 * SEC);
    call_tick(&c, now);
    CHECK_EQ(c.change, change);
}

TEST(joining_again_makes_a_new_leg)
{
    begin_active();
    const struct id first = leg;
    const int64_t change = c.change;

    /* The same page after a reload, then another page. */
    CHECK_OK(call_join(&c, &bo, false, false, now, &leg));
    CHECK(!id_eq(&leg, &first));
    CHECK(c.change > change);
    CHECK_EQ(c.legs[1].state, LEG_LEFT);
    const struct id second = leg;
    CHECK_OK(call_join(&c, &bo2, true, true, now, &leg));
    CHECK(!id_eq(&leg, &second));
    CHECK(call_leg_on(&c, &bo) == NULL);
    CHECK(id_eq(&call_leg_on(&c, &bo2)->id, &leg));
    CHECK_EQ(call_leave(&c, &bo, now), -EPROTO);
    CHECK_EQ(c.state, CALL_ACTIVE);
}

TEST(caller_moves_the_call_while_it_rings)
{
    begin();
    CHECK_OK(call_join(&c, &ada2, true, true, now, &leg));
    CHECK_EQ(c.state, CALL_RINGING);
    CHECK_EQ(call_leave(&c, &ada, now), -EPROTO);
    CHECK_OK(call_leave(&c, &ada2, now));
    check_ended(CALL_CANCELLED);
}

TEST(moving_for_ever_keeps_the_legs_bounded)
{
    begin_active();
    for (int i = 0; i < 100; i++)
        CHECK_OK(call_join(&c, i % 2 ? &bo : &bo2, true, true, now, &leg));
    CHECK_EQ(c.leg_count, CALL_LEGS_MAX);
    CHECK(call_leg_of(&c, &ada.user) != NULL);
    CHECK(id_eq(&call_leg_of(&c, &bo.user)->id, &leg));
    CHECK_OK(call_leave(&c, &ada, now));
    check_ended(CALL_HANGUP);
}

TEST(page_that_comes_back_keeps_its_leg)
{
    begin_active();
    call_page_gone(&c, &bo.user, &bo.page, now.now);
    CHECK_EQ(c.legs[1].state, LEG_LOST);
    CHECK(call_deadline(&c) == now.now + CALL_LOST_TIME);
    later(CALL_LOST_TIME - 1);
    call_tick(&c, now);
    CHECK_EQ(c.state, CALL_ACTIVE);
    call_page_open(&c, &bo.user, &bo2.page);
    CHECK_EQ(c.legs[1].state, LEG_LOST);
    call_page_open(&c, &bo.user, &bo.page);
    CHECK_EQ(c.legs[1].state, LEG_JOINED);
    CHECK(id_eq(&c.legs[1].id, &leg));
    CHECK(call_deadline(&c) == NEVER);
}

TEST(page_that_does_not_come_back_loses_the_call)
{
    begin_active();
    call_page_gone(&c, &bo.user, &bo.page, now.now);
    later(CALL_LOST_TIME);
    call_tick(&c, now);
    check_ended(CALL_LOST);
}

TEST(reloaded_page_rejoins_in_its_grace)
{
    begin_active();
    call_page_gone(&c, &bo.user, &bo.page, now.now);
    later(5 * SEC);
    CHECK_OK(call_join(&c, &bo2, true, true, now, &leg));
    CHECK(call_deadline(&c) == NEVER);
    later(CALL_LOST_TIME);
    call_tick(&c, now);
    CHECK_EQ(c.state, CALL_ACTIVE);
}

TEST(both_pages_lost_end_with_the_first)
{
    begin_active();
    call_page_gone(&c, &ada.user, &ada.page, now.now);
    later(SEC);
    call_page_gone(&c, &bo.user, &bo.page, now.now);
    CHECK(call_deadline(&c) == now.now - SEC + CALL_LOST_TIME);
    later(CALL_LOST_TIME - SEC);
    call_tick(&c, now);
    check_ended(CALL_LOST);
}

TEST(caller_lost_while_it_rings_cancels_sooner)
{
    begin();
    call_page_gone(&c, &ada.user, &ada.page, now.now);
    CHECK(call_deadline(&c) == now.now + CALL_ALONE_TIME);
    later(CALL_ALONE_TIME);
    call_tick(&c, now);
    check_ended(CALL_CANCELLED);
}

TEST(answer_gives_a_lost_caller_the_longer_grace)
{
    begin();
    const usec_t gone = now.now;
    call_page_gone(&c, &ada.user, &ada.page, gone);
    later(9 * SEC);
    CHECK_OK(call_join(&c, &bo, true, true, now, &leg));
    CHECK(call_deadline(&c) == gone + CALL_LOST_TIME);
    call_page_open(&c, &ada.user, &ada.page);
    CHECK_EQ(c.legs[0].state, LEG_JOINED);
}

TEST(page_without_a_leg_may_come_and_go)
{
    begin_active();
    const int64_t change = c.change;
    call_page_gone(&c, &bo.user, &bo2.page, now.now);
    call_page_open(&c, &bo.user, &bo2.page);
    CHECK_EQ(c.change, change);
    begin();
    call_page_gone(&c, &bo.user, &bo.page, now.now);
    CHECK_EQ(c.legs[1].state, LEG_RINGING);
}

TEST(signing_out_leaves_at_once)
{
    begin_active();
    call_session_ended(&c, &bo2.session, now);
    CHECK_EQ(c.state, CALL_ACTIVE);
    call_session_ended(&c, &bo.session, now);
    check_ended(CALL_HANGUP);
    begin();
    call_session_ended(&c, &ada.session, now);
    check_ended(CALL_CANCELLED);
    begin_active();
    call_page_gone(&c, &bo.user, &bo.page, now.now);
    call_session_ended(&c, &bo.session, now);
    check_ended(CALL_HANGUP);
}

TEST(media_is_a_change_only_when_it_changes)
{
    begin_active();
    const int64_t change = c.change;
    CHECK_OK(media(&bo, true, false));
    CHECK_EQ(c.change, change);
    CHECK_OK(media(&bo, false, true));
    CHECK_EQ(c.change, change + 1);
    CHECK(!c.legs[1].mic && c.legs[1].camera);
    CHECK_EQ(media(&bo2, true, true), -EPROTO);
}

TEST(signals_go_between_legs_that_are_there)
{
    struct leg *from;
    struct leg *to;

    begin();
    /* Nobody has answered: there is no leg to send to. */
    CHECK_EQ(call_signal(&c, &ada, &c.legs[1].id, now.now, &from, &to), -EPROTO);
    begin_active();
    CHECK_OK(call_signal(&c, &ada, &c.legs[1].id, now.now, &from, &to));
    CHECK(from == &c.legs[0] && to == &c.legs[1]);
    CHECK_EQ(call_signal(&c, &ada, &c.legs[0].id, now.now, &from, &to), -EPROTO);
    CHECK_EQ(call_signal(&c, &ada2, &c.legs[1].id, now.now, &from, &to), -EPROTO);
    call_page_gone(&c, &bo.user, &bo.page, now.now);
    CHECK_OK(call_signal(&c, &ada, &c.legs[1].id, now.now, &from, &to));
    CHECK_OK(call_join(&c, &bo2, true, true, now, &leg));
    CHECK_EQ(call_signal(&c, &ada, &c.legs[1].id, now.now, &from, &to), -EPROTO);
    CHECK_OK(call_signal(&c, &ada, &leg, now.now, &from, &to));
}

TEST(signals_are_held_to_a_rate)
{
    struct leg *from;
    struct leg *to;
    int sent = 0;

    begin_active();
    while (call_signal(&c, &ada, &c.legs[1].id, now.now, &from, &to) == 0)
        sent++;
    CHECK_EQ(sent, 200);
    CHECK_EQ(call_signal(&c, &ada, &c.legs[1].id, now.now, &from, &to), -EDQUOT);
    CHECK_OK(call_signal(&c, &bo, &c.legs[0].id, now.now, &from, &to));
    CHECK_OK(call_signal(&c, &ada, &c.legs[1].id, now.now + SEC, &from, &to));
}

TEST(call_is_written_as_the_contract_has_it)
{
    struct buf out = {0};
    struct json_out o = json_out(&out);
    json_t *json = NULL;
    const char *why;

    begin_active();
    call_write(&o, NULL, &c);
    CHECK_OK(json_parse_object(buf_span(&out), &json, &why));
    CHECK_EQ(json_object_size(json), 13);
    CHECK_STR(json_string_value(json_object_get(json, "state")), "active");
    CHECK(json_is_null(json_object_get(json, "reason")));
    CHECK(json_is_null(json_object_get(json, "ended_at")));
    CHECK(json_is_false(json_object_get(json, "video")));
    const json_t *legs = json_object_get(json, "legs");
    CHECK_EQ(json_array_size(legs), 2);
    CHECK_EQ(json_object_size(json_array_get(legs, 0)), 9);
    CHECK_STR(json_string_value(json_object_get(json_array_get(legs, 1), "page")), bo.page.s);
    json_decref(json);
    buf_done(&out);
}

TEST(what_has_changed_is_written_alone)
{
    struct leg legs[2];
    struct buf out = {0};
    struct json_out o = json_out(&out);
    json_t *json = NULL;
    const char *why;

    begin_active();
    memcpy(legs, c.legs, sizeof(legs));
    const struct call_told told = {.change = c.change, .legs = legs, .count = 2};
    /* Bo moves to another page: his leg of before has left, and there is another */
    CHECK_OK(call_join(&c, &bo2, true, false, now, &leg));
    call_write_since(&o, NULL, &c, &told);
    CHECK_OK(json_parse_object(buf_span(&out), &json, &why));
    CHECK_EQ(json_integer_value(json_object_get(json, "since")), told.change);
    const json_t *written = json_object_get(json, "legs");
    CHECK_EQ(json_array_size(written), 2);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STR(json_string_value(json_object_get(json_array_get(written, i), "id")),
                  c.legs[i + 1].id.s);
    }
    json_decref(json);
    buf_done(&out);
}
