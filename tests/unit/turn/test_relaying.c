/* What passes through a relay, and what does not. */
#include "bench.h"

static const char far_away[] = "5.9.9.9";

static struct bench *with_relay(struct path *ret, unsigned kbit)
{
    struct bench *b = bench_new(true, kbit);

    *ret = path_at("5.1.1.1", 1234);
    CHECK_EQ(allocate(b, &ada, ret), 0);
    return b;
}

TEST(data_go_both_ways_by_channel)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);
    const struct addr peer = addr_at(far_away, 4000);

    CHECK_EQ(bind_channel(b, &from, 0x4000, peer), 0);
    say(b, &from, 0x4000, "hello");
    const struct sent *s = last(b, SENT_TO_PEER);
    CHECK(s && s->len == 5 && memcmp(s->bytes, "hello", 5) == 0);
    CHECK(addr_same_ip(&s->to, &peer) && s->to.port == 4000);
    CHECK_EQ(s->from.port, 50000);

    hear(b, &from, peer, false, "hi");
    s = last(b, SENT_TO_CLIENT);
    CHECK(s && s->len == 6 && memcmp(s->bytes, "\x40\x00\x00\x02hi", 6) == 0);
    bench_end(b);
}

TEST(data_go_both_ways_by_indications)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);
    const struct addr peer = addr_at(far_away, 4000);
    struct stun m;
    struct span value;
    struct addr told;

    CHECK_EQ(permit(b, &from, peer), 0);
    send_to(b, &from, peer, "hello");
    const struct sent *s = last(b, SENT_TO_PEER);
    CHECK(s && s->len == 5 && memcmp(s->bytes, "hello", 5) == 0);

    /* each length, for its padding */
    static const char *const texts[] = {"", "a", "ab", "abc", "abcd", "abcde"};
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        hear(b, &from, peer, false, texts[i]);
        s = last(b, SENT_TO_CLIENT);
        CHECK(s);
        CHECK_OK(stun_parse(span_of(s->bytes, s->len), &m));
        CHECK(m.class == STUN_INDICATION && m.method == TURN_DATA);
        CHECK(stun_get(&m, TURN_DATA_VALUE, &value) && span_is(value, texts[i]));
        CHECK(stun_get(&m, TURN_XOR_PEER_ADDRESS, &value));
        CHECK_OK(stun_xor_address(&m, value, &told));
        CHECK(addr_same_ip(&told, &peer) && told.port == 4000);
    }
    bench_end(b);
}

TEST(without_a_permission_nothing_passes)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);
    const struct addr peer = addr_at(far_away, 4000);

    send_to(b, &from, peer, "hello");
    CHECK_EQ(b->count, 0);
    say(b, &from, 0x4000, "hello");
    CHECK_EQ(b->count, 0);
    hear(b, &from, peer, false, "hello");
    CHECK_EQ(b->count, 0);
    const struct core_count count = core_take_count(b->core);
    CHECK_EQ(count.dropped[CORE_DROP_PEER], 2);
    CHECK_EQ(count.dropped[CORE_DROP_CHANNEL], 1);
    bench_end(b);
}

TEST(permissions_and_channels_lapse_and_are_renewed)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);
    const struct addr peer = addr_at(far_away, 4000);

    CHECK_EQ(bind_channel(b, &from, 0x4000, peer), 0);
    b->t.now += 299 * SEC;
    say(b, &from, 0x4000, "in time");
    CHECK(last(b, SENT_TO_PEER));
    b->t.now += 2 * SEC;
    say(b, &from, 0x4000, "the permission has lapsed");
    CHECK(!last(b, SENT_TO_PEER));
    CHECK_EQ(permit(b, &from, peer), 0);
    say(b, &from, 0x4000, "renewed");
    CHECK(last(b, SENT_TO_PEER));
    b->t.now += 298 * SEC;
    CHECK_EQ(permit(b, &from, peer), 0);
    b->t.now += 2 * SEC;
    say(b, &from, 0x4000, "the channel has lapsed");
    CHECK(!last(b, SENT_TO_PEER));
    bench_end(b);
}

TEST(a_channel_stays_with_its_peer)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);
    const struct addr one = addr_at(far_away, 4000);
    const struct addr two = addr_at(far_away, 4001);

    CHECK_EQ(bind_channel(b, &from, 0x4000, one), 0);
    CHECK_EQ(bind_channel(b, &from, 0x4000, two), 400);
    CHECK_EQ(bind_channel(b, &from, 0x4001, one), 400);
    CHECK_EQ(bind_channel(b, &from, 0x4000, one), 0);
    CHECK_EQ(bind_channel(b, &from, 0x4001, two), 0);
    CHECK_EQ(bind_channel(b, &from, 0x3fff, two), 400);
    CHECK_EQ(bind_channel(b, &from, 0x8000, two), 400);
    bench_end(b);
}

TEST(peers_and_channels_are_bounded)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);

    for (uint16_t i = 0; i < ALLOCATION_CHANNELS; i++)
        CHECK_EQ(bind_channel(b, &from, (uint16_t)(0x4000 + i), addr_at(far_away, 4000 + i)), 0);
    CHECK_EQ(bind_channel(b, &from, 0x5000, addr_at(far_away, 5000)), 508);
    for (int i = 0; i < ALLOCATION_PERMISSIONS - 1; i++) {
        struct addr peer = addr_at("5.8.0.0", 0);
        peer.ip[3] = (uint8_t)i;
        CHECK_EQ(permit(b, &from, peer), 0);
    }
    CHECK_EQ(permit(b, &from, addr_at("5.7.7.7", 0)), 508);
    /* what has lapsed makes room */
    b->t.now += 301 * SEC;
    CHECK_EQ(permit(b, &from, addr_at("5.7.7.7", 0)), 0);
    bench_end(b);
}

/* S8: each kind of address that must not be reached, in each spelling, by each path. */
TEST(no_door_into_the_operators_network)
{
    static const char *const v4[] = {
        "0.0.0.0",         "10.0.0.1",        "100.64.0.1",  "127.0.0.1",    "127.1.2.3",
        "169.254.1.1",     "169.254.169.254", "172.16.0.1",  "172.31.255.1", "192.0.0.1",
        "192.0.2.1",       "192.88.99.1",     "192.168.1.1", "198.18.0.1",   "198.51.100.1",
        "203.0.113.1",     "224.0.0.1",       "239.1.1.1",   "240.0.0.1",    "255.255.255.255",
        "100.100.100.200", "168.63.129.16",
    };
    static const char *const v6[] = {
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "100::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "::7f00:1",
        "64:ff9b:1::7f00:1",
        "::ffff:0:127.0.0.1",
    };
    struct bench *b = bench_new(false, 0);
    const struct path from4 = path_at("5.1.1.1", 1234);
    const struct path from6 = path_at("5.1.1.1", 1236);
    struct ask a;

    CHECK_EQ(allocate(b, &ada, &from4), 0);
    ask_begin(&a, TURN_ALLOCATE, &ada);
    add_transport(&a);
    stun_add_u32(&a.o, TURN_REQUESTED_FAMILY, 2U << 24);
    CHECK_EQ(ask_send(&a, b, &from6), 0);
    for (size_t i = 0; i < ARRAY_SIZE(v4) + ARRAY_SIZE(v6); i++) {
        const bool six = i >= ARRAY_SIZE(v4);
        const struct path *from = six ? &from6 : &from4;
        const struct addr peer = addr_at(six ? v6[i - ARRAY_SIZE(v4)] : v4[i], 5000);
        CHECK_EQ(permit(b, from, peer), 403);
        CHECK_EQ(bind_channel(b, from, 0x4000, peer), 403);
        send_to(b, from, peer, "x");
        CHECK_EQ(b->count, 0);
        say(b, from, 0x4000, "x");
        CHECK_EQ(b->count, 0);
        hear(b, from, peer, false, "x");
        CHECK_EQ(b->count, 0);
        hear(b, from, peer, true, "x");
        CHECK_EQ(b->count, 0);
    }
    /* an IPv4 address in IPv6's clothes is an IPv4 address */
    for (size_t i = 0; i < ARRAY_SIZE(v4); i++) {
        uint8_t mapped[20] = {0, 2, 0x32, 0x01};
        struct addr v4_addr = addr_at(v4[i], 5000);
        ask_begin(&a, TURN_CREATE_PERMISSION, &ada);
        memset(mapped + 14, 0xff, 2);
        memcpy(mapped + 16, v4_addr.ip, 4);
        for (size_t k = 0; k < 16; k++)
            mapped[4 + k] ^= a.o.p[4 + k];
        stun_add(&a.o, TURN_XOR_PEER_ADDRESS, span_of(mapped, sizeof(mapped)));
        CHECK_EQ(ask_send(&a, b, &from6), 443);
    }
    bench_end(b);
}

TEST(one_bad_peer_spoils_the_request)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);
    const struct addr good = addr_at(far_away, 4000);
    const struct addr bad = addr_at("10.0.0.1", 4000);
    struct ask a;

    ask_begin(&a, TURN_CREATE_PERMISSION, &ada);
    stun_add_xor_address(&a.o, TURN_XOR_PEER_ADDRESS, &good);
    stun_add_xor_address(&a.o, TURN_XOR_PEER_ADDRESS, &bad);
    CHECK_EQ(ask_send(&a, b, &from), 403);
    send_to(b, &from, good, "x");
    CHECK_EQ(b->count, 0);
    bench_end(b);
}

TEST(ports_of_services_are_not_reached)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);

    CHECK_EQ(bind_channel(b, &from, 0x4000, addr_at(far_away, 53)), 403);
    CHECK_EQ(bind_channel(b, &from, 0x4000, addr_at("198.20.0.1", 443)), 403);
    CHECK_EQ(permit(b, &from, addr_at(far_away, 0)), 0);
    send_to(b, &from, addr_at(far_away, 1023), "x");
    CHECK_EQ(b->count, 0);
    send_to(b, &from, addr_at(far_away, 1024), "x");
    CHECK(last(b, SENT_TO_PEER));
    bench_end(b);
}

TEST(what_is_ours_is_handed_over_inside_and_only_so)
{
    struct path from;
    struct bench *b = with_relay(&from, 0);
    const struct addr own = addr_at("198.20.0.1", 50001);

    CHECK_EQ(bind_channel(b, &from, 0x4000, own), 0);
    say(b, &from, 0x4000, "to a relay");
    CHECK(last(b, SENT_TO_OWN) && !last(b, SENT_TO_PEER));
    CHECK_EQ(last(b, SENT_TO_OWN)->from.port, 50000);
    send_to(b, &from, own, "to a relay");
    CHECK(last(b, SENT_TO_OWN) && !last(b, SENT_TO_PEER));
    hear(b, &from, own, false, "by a socket");
    CHECK_EQ(b->count, 0);
    hear(b, &from, own, true, "inside");
    CHECK(last(b, SENT_TO_CLIENT));
    bench_end(b);
}

TEST(the_operators_list_opens_what_it_names)
{
    struct bench *b = bench_new(true, 0);
    const struct path from = path_at("5.1.1.1", 1234);
    struct addr_prefix lan;
    const struct addr database = addr_at("5.5.5.5", 0);

    CHECK_OK(addr_prefix_parse(span_str("192.168.1.0/24"), &lan));
    b->peers.allowed = &lan;
    b->peers.allowed_count = 1;
    peers_deny(&b->peers, &database);
    CHECK_EQ(allocate(b, &ada, &from), 0);
    CHECK_EQ(permit(b, &from, addr_at("192.168.1.7", 4000)), 0);
    CHECK_EQ(permit(b, &from, addr_at("192.168.2.7", 4000)), 403);
    CHECK_EQ(permit(b, &from, addr_at("5.5.5.5", 4000)), 403);
    bench_end(b);
}

TEST(a_person_has_a_rate_and_others_their_own)
{
    struct bench *b = bench_new(true, 512); /* 64,000 bytes a second */
    const struct path from = path_at("5.1.1.1", 1234);
    const struct path same = path_at("5.1.1.1", 1235);
    const struct path others = path_at("5.1.1.2", 1234);
    const struct addr peer = addr_at(far_away, 4000);
    struct ask a;
    size_t passed = 0;

    CHECK_EQ(allocate(b, &ada, &from), 0);
    CHECK_EQ(allocate(b, &ada, &same), 0);
    CHECK_EQ(allocate(b, &bob, &others), 0);
    CHECK_EQ(bind_channel(b, &from, 0x4000, peer), 0);
    CHECK_EQ(bind_channel(b, &same, 0x4000, peer), 0);
    ask_begin(&a, TURN_CREATE_PERMISSION, &bob);
    stun_add_xor_address(&a.o, TURN_XOR_PEER_ADDRESS, &peer);
    CHECK_EQ(ask_send(&a, b, &others), 0);
    for (int i = 0; i < 4000; i++) {
        say(b, i % 2 ? &from : &same, 0x4000, "sixty-four bytes count as one unit of what one may");
        passed += last(b, SENT_TO_PEER) != NULL;
    }
    CHECK_EQ(passed, 1000);
    send_to(b, &others, peer, "x");
    CHECK(last(b, SENT_TO_PEER));
    b->t.now += SEC;
    say(b, &from, 0x4000, "again");
    CHECK(last(b, SENT_TO_PEER));
    bench_end(b);
}

/* In one second, after which no token is left of the first. */
TEST(a_rate_is_what_was_said_at_both_ends)
{
    static const unsigned rates[] = {100, 20000, 180000, 300000, 600000, 1000000};

    for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
        struct bench *b = bench_new(true, rates[i]);
        const struct path from = path_at("5.1.1.1", 1234);
        static char kilobyte[1025];
        size_t passed = 0;

        memset(kilobyte, 'k', sizeof(kilobyte) - 1);
        CHECK_EQ(allocate(b, &ada, &from), 0);
        CHECK_EQ(bind_channel(b, &from, 0x4000, addr_at(far_away, 4000)), 0);
        const size_t burst = (size_t)rates[i] * 125 / 1024;
        for (size_t n = 0; n < burst; n++)
            say(b, &from, 0x4000, kilobyte);
        for (int ms = 0; ms < 1000; ms++) {
            b->t.now += MSEC;
            for (size_t n = 0; n < burst / 500 + 1; n++) { /* twice what may go */
                say(b, &from, 0x4000, kilobyte);
                passed += last(b, SENT_TO_PEER) != NULL;
            }
        }
        CHECK(passed >= burst * 98 / 100 && passed <= burst * 102 / 100 + 1);
        bench_end(b);
    }
}

/* By a NAT of the operator's it would come back to us, past what is judged here. */
TEST(the_address_that_leads_to_us_is_our_own)
{
    const struct addr away = addr_at("5.5.5.5", 0);
    struct peers p = {0};

    peers_look(&p, NULL, 0);
    CHECK_EQ(peers_judge_ip(&p, &away), PEER_OUTSIDE);
    peers_look(&p, &away, 1);
    CHECK_EQ(peers_judge_ip(&p, &away), PEER_OWN);
}

/* And so would every other way to write it, or to write whom we deny. */
TEST(no_spelling_leads_to_us_or_to_whom_we_deny)
{
    static const char *const spelled[] = {
        "64:ff9b::5.5.5.5",       "::5.5.5.5",        "::ffff:0:5.5.5.5", "2400::5efe:5.5.5.5",
        "2400::200:5efe:5.5.5.5", "2002:505:505::1",  "2001:0:505:505::", "2001::1:1:1:fafa:fafa",
        "64:ff9b:1:505:5:500::",  "64:ff9b::6.6.6.6", "::6.6.6.6",        "::ffff:0:6.6.6.6",
        "2400::5efe:6.6.6.6",     "2002:606:606::1",  "2001:0:606:606::", "64:ff9b:1:606:6:600::",
    };
    static const struct addr_prefix all = {{.family = 6}, 0};
    struct peers p = {.allowed = &all, .allowed_count = 1};
    const struct addr own = addr_at("5.5.5.5", 0);
    const struct addr denied = addr_at("6.6.6.6", 0);
    const struct addr other = addr_at("64:ff9b::7.7.7.7", 0);

    peers_add_own(&p, &own);
    peers_deny(&p, &denied);
    for (size_t i = 0; i < ARRAY_SIZE(spelled); i++) {
        const struct addr a = addr_at(spelled[i], 0);
        CHECK_EQ(peers_judge_ip(&p, &a), PEER_REFUSED);
    }
    CHECK_EQ(peers_judge_ip(&p, &other), PEER_OUTSIDE);
}
