/* Requests and what they lead to. */
#include <errno.h>

#include "bench.h"

TEST(a_binding_tells_the_address)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    struct ask a;
    struct stun m;
    struct span value;
    struct addr told;

    ask_begin(&a, STUN_BINDING, &ada);
    a.bare = true;
    CHECK_EQ(ask_send(&a, b, &from), 0);
    const struct sent *s = last(b, SENT_ANSWER);
    CHECK_OK(stun_parse(span_of(s->bytes, s->len), &m));
    CHECK(stun_get(&m, STUN_XOR_MAPPED_ADDRESS, &value));
    CHECK_OK(stun_xor_address(&m, value, &told));
    CHECK(addr_same_ip(&told, &from.client) && told.port == 1234);
    bench_end(b);
}

TEST(without_credentials_there_is_no_relay)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    static const uint16_t methods[] = {TURN_ALLOCATE, TURN_REFRESH, TURN_CREATE_PERMISSION,
                                       TURN_CHANNEL_BIND};
    struct ask a;

    for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
        ask_begin(&a, methods[i], &ada);
        add_transport(&a);
        a.bare = true;
        CHECK_EQ(ask_send(&a, b, &from), 401);
        ask_begin(&a, methods[i], &ada);
        add_transport(&a);
        a.wrong = true;
        CHECK_EQ(ask_send(&a, b, &from), 401);
    }
    CHECK_EQ(core_allocations(b->core), 0);
    CHECK(!last(b, SENT_ADMIT));
    bench_end(b);
}

TEST(names_that_are_none_or_have_lapsed_are_refused)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    static const char *const names[] = {
        "1700000060:01a2072d-bcd2-7659-90c9-1738bc9d0366.01a2072d-bd25-7dab-b3cd-9f21feeb19f4x",
        "1700000060:01a2072d-bcd2-7659-90c9-1738bc9d0366:01a2072d-bd25-7dab-b3cd-9f21feeb19f4",
        "-1:01a2072d-bcd2-7659-90c9-1738bc9d0366.01a2072d-bd25-7dab-b3cd-9f21feeb19f4",
        "99999999999999999999:01a2072d-bcd2-7659-90c9-1738bc9d0366.01a2072d-bd25-7dab-b3cd-"
        "9f21feeb19f4",
        "1699999939:01a2072d-bcd2-7659-90c9-1738bc9d0366.01a2072d-bd25-7dab-b3cd-9f21feeb19f4",
        "ada",
    };
    struct ask a;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        ask_begin(&a, TURN_ALLOCATE, &ada);
        add_transport(&a);
        a.name = span_str(names[i]);
        CHECK_EQ(ask_send(&a, b, &from), 401);
    }
    /* clocks may differ by a minute */
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    a.name = span_str(
        "1699999941:01a2072d-bcd2-7659-90c9-1738bc9d0366.01a2072d-bd25-7dab-b3cd-9f21feeb19f4");
    CHECK_EQ(ask_send(&a, b, &from), 0);
    bench_end(b);
}

TEST(a_nonce_is_good_for_one_address_and_a_while)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    const struct path other = path_at("5.1.1.2", 1234);
    char nonce[NONCE_TEXT];
    struct ask a;

    core_nonce(b->core, &other, b->t.now, nonce);
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    a.nonce = span_of(nonce, NONCE_TEXT);
    CHECK_EQ(ask_send(&a, b, &from), 438);

    core_nonce(b->core, &from, b->t.now, nonce);
    b->t.now += 3601 * SEC;
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    a.nonce = span_of(nonce, NONCE_TEXT);
    CHECK_EQ(ask_send(&a, b, &from), 438);

    core_nonce(b->core, &from, b->t.now, nonce);
    b->t.now += 1799 * SEC;
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    a.nonce = span_of(nonce, NONCE_TEXT);
    CHECK_EQ(ask_send(&a, b, &from), 0);
    bench_end(b);
}

TEST(an_allocation_is_made_once)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    struct sent copy;
    struct ask a;

    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    CHECK_EQ(ask_send(&a, b, &from), 0);
    copy = *last(b, SENT_ANSWER);
    /* the same request again gets the same answer */
    give(b, &from, a.o.p, a.o.len);
    CHECK_EQ(last(b, SENT_ANSWER)->len, copy.len);
    CHECK(memcmp(last(b, SENT_ANSWER)->bytes, copy.bytes, copy.len) == 0);
    /* another one does not */
    CHECK_EQ(allocate(b, &ada, &from), 437);
    CHECK_EQ(core_allocations(b->core), 1);
    bench_end(b);
}

TEST(a_request_that_came_twice_while_it_was_asked_for_holds_one_place)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    struct ask a;

    b->slow = true;
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    CHECK_EQ(ask_send(&a, b, &from), -1);
    give(b, &from, a.o.p, a.o.len);
    CHECK_EQ(b->count, 2);
    for (int i = 0; i < 2; i++) {
        b->admitted++;
        core_admitted(b->core, &from, span_of(a.o.p, a.o.len), &ada, ADMIT_YES, &b->t);
    }
    CHECK_EQ(core_allocations(b->core), 1);
    CHECK_EQ(b->released, 1);
    bench_end(b);
}

TEST(who_may_not_have_a_relay_is_told_so)
{
    static const struct {
        enum admission verdict;
        int code;
    } cases[] = {{ADMIT_NO, 401}, {ADMIT_QUOTA, 486}, {ADMIT_FULL, 508}};
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        b->verdict = cases[i].verdict;
        CHECK_EQ(allocate(b, &ada, &from), cases[i].code);
    }
    b->verdict = ADMIT_YES;
    b->opens = -ENOSPC;
    CHECK_EQ(allocate(b, &ada, &from), 508);
    b->opens = -EAFNOSUPPORT;
    CHECK_EQ(allocate(b, &ada, &from), 440);
    CHECK_EQ(core_allocations(b->core), 0);
    bench_end(b);
}

TEST(what_cannot_be_had_is_refused_before_anybody_is_asked)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    struct ask a;

    ask_begin(&a, TURN_ALLOCATE, &ada);
    CHECK_EQ(ask_send(&a, b, &from), 400);
    ask_begin(&a, TURN_ALLOCATE, &ada);
    stun_add_u32(&a.o, TURN_REQUESTED_TRANSPORT, 6U << 24);
    CHECK_EQ(ask_send(&a, b, &from), 442);
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    stun_add_u32(&a.o, TURN_REQUESTED_FAMILY, 3U << 24);
    CHECK_EQ(ask_send(&a, b, &from), 440);
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    stun_add(&a.o, TURN_EVEN_PORT, span_of("\x80", 1));
    CHECK_EQ(ask_send(&a, b, &from), 508);
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    stun_add(&a.o, TURN_DONT_FRAGMENT, SPAN_NONE);
    CHECK_EQ(ask_send(&a, b, &from), 420);
    CHECK(!last(b, SENT_ADMIT));
    bench_end(b);
}

TEST(allocations_end_by_time_by_refresh_by_session_and_with_their_connection)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    struct path tcp = path_at("5.1.1.1", 1234);

    CHECK_EQ(allocate(b, &ada, &from), 0);
    b->t.now += 599 * SEC;
    core_sweep(b->core, b->t.now);
    CHECK_EQ(refresh(b, &from, 100), 0); /* never below the default */
    b->t.now += 599 * SEC;
    core_sweep(b->core, b->t.now);
    CHECK_EQ(core_allocations(b->core), 1);
    b->t.now += 2 * SEC;
    core_sweep(b->core, b->t.now);
    CHECK_EQ(core_allocations(b->core), 0);
    CHECK_EQ(refresh(b, &from, 600), 437);

    CHECK_EQ(allocate(b, &ada, &from), 0);
    CHECK_EQ(refresh(b, &from, 0), 0);
    CHECK_EQ(core_allocations(b->core), 0);
    CHECK_EQ(refresh(b, &from, 0), 0); /* RFC 8656, 8.2: already gone is fine */

    CHECK_EQ(allocate(b, &ada, &from), 0);
    core_end_session(b->core, &bob);
    CHECK_EQ(core_allocations(b->core), 1);
    core_end_session(b->core, &ada_session);
    CHECK_EQ(core_allocations(b->core), 0);

    tcp.connection = 7;
    tcp.kind = PATH_TCP;
    CHECK_EQ(allocate(b, &ada, &tcp), 0);
    core_gone(b->core, &from);
    CHECK_EQ(core_allocations(b->core), 1);
    core_gone(b->core, &tcp);
    CHECK_EQ(core_allocations(b->core), 0);
    bench_end(b);
}

TEST(nobody_speaks_for_anothers_allocation)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    struct ask a;

    CHECK_EQ(allocate(b, &ada, &from), 0);
    ask_begin(&a, TURN_REFRESH, &bob);
    stun_add_u32(&a.o, TURN_LIFETIME, 0);
    CHECK_EQ(ask_send(&a, b, &from), 441);
    CHECK_EQ(core_allocations(b->core), 1);
    bench_end(b);
}

/* With IP's and UDP's headers, as a line carries it. */
TEST(strangers_get_little_and_seldom)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    size_t answers = 0;
    struct ask a;

    for (uint16_t method = 1; method < 16; method++) {
        for (int with = 0; with < 2; with++) {
            ask_begin(&a, method, &ada);
            a.bare = true;
            if (with)
                add_transport(&a);
            (void)ask_send(&a, b, &from);
            const struct sent *s = last(b, SENT_ANSWER);
            CHECK(!s || 2 * (s->len + 28) <= 3 * (a.o.len + 28));
        }
    }
    for (int i = 0; i < 1000; i++) {
        ask_begin(&a, TURN_ALLOCATE, &ada);
        add_transport(&a);
        a.bare = true;
        answers += ask_send(&a, b, &from) == 401;
    }
    CHECK(answers > 10 && answers <= 100);
    /* somebody else is not held back by that */
    const struct path other = path_at("5.1.1.2", 1234);
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    a.bare = true;
    CHECK_EQ(ask_send(&a, b, &other), 401);
    /* nor are those who are signed in */
    CHECK_EQ(allocate(b, &ada, &from), 0);
    bench_end(b);
}

TEST(what_is_no_request_is_not_answered)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    static const enum stun_class classes[] = {STUN_INDICATION, STUN_SUCCESS, STUN_FAILURE};
    uint8_t room[64];
    struct stun_out o;

    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        for (uint16_t method = 0; method < 16; method++) {
            stun_begin(&o, room, sizeof(room), classes[i], method, (const uint8_t *)"0123456789ab");
            stun_add(&o, 0x7fff, SPAN_NONE);
            const struct span message = stun_end(&o);
            give(b, &from, message.p, message.len);
        }
    }
    CHECK_EQ(b->count, 0);
    bench_end(b);
}
