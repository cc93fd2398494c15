#include "base/mem.h"
#include "os/tcp.h"
#include "os/udp.h"
#include "support/test.h"

#include <errno.h>
#include <unistd.h>

static const struct addr here = {.ip = {127, 0, 0, 1}, .family = 4};

struct pair {
    int a;
    int b;
    struct addr to_a;
    struct addr to_b;
    struct udp_receiver *r;
    struct udp_sender *s;
};

static void open_pair(struct pair *p)
{
    CHECK_OK(udp_open(&(struct udp_open){.tells_local = true}, &p->a));
    CHECK_OK(udp_open(&(struct udp_open){.at = here}, &p->b));
    p->to_a = p->to_b = here;
    p->to_a.port = tcp_port(p->a);
    p->to_b.port = tcp_port(p->b);
    p->r = udp_receiver_new(8, 2000, 4);
    p->s = udp_sender_new();
}

static void close_pair(struct pair *p)
{
    (void)close(p->a);
    (void)close(p->b);
    p->r = udp_receiver_free(p->r);
    p->s = udp_sender_free(p->s);
}

TEST(many_go_out_and_come_in_by_one_call)
{
    static uint8_t bytes[UDP_BATCH][1200];
    struct udp_out out[UDP_BATCH];
    struct udp_in in[UDP_BATCH];
    struct pair p;
    size_t used = 0;

    open_pair(&p);
    for (size_t i = 0; i < UDP_BATCH; i++) {
        memset(bytes[i], (int)i, sizeof(bytes[i]));
        /* runs of one size, each with a shorter last one */
        out[i] = (struct udp_out){.p = bytes[i], .len = i % 8 == 7 ? 100 + i : 1200, .to = p.to_a};
    }
    CHECK_EQ(udp_send(p.s, p.b, false, out, UDP_BATCH), UDP_BATCH);
    CHECK_EQ(udp_receive(p.r, p.a, 0, in, &used), UDP_BATCH);
    for (size_t i = 0; i < UDP_BATCH; i++) {
        CHECK_EQ(in[i].len, out[i].len);
        CHECK(memcmp(in[i].p, bytes[i], in[i].len) == 0);
        CHECK(addr_same_ip(&in[i].from, &here) && in[i].from.port == p.to_b.port);
        CHECK(addr_same_ip(&in[i].local, &here));
        in[i].p[-8] = in[i].p[in[i].len + 3] = 1; /* the rooms are there */
    }
    CHECK_EQ(udp_receive(p.r, p.a, 0, in, &used), 0);
    CHECK_EQ(used, 0);
    close_pair(&p);
}

TEST(a_socket_of_both_families_answers_from_the_address_it_was_asked_at)
{
    struct udp_in in[UDP_BATCH];
    struct pair p;
    size_t used = 0;

    open_pair(&p);
    const struct udp_out question = {.p = (const uint8_t *)"q", .len = 1, .to = p.to_a};
    CHECK_EQ(udp_send(p.s, p.b, false, &question, 1), 1);
    CHECK_EQ(udp_receive(p.r, p.a, 0, in, &used), 1);
    const struct udp_out answer = {
        .p = (const uint8_t *)"a", .len = 1, .to = in[0].from, .local = in[0].local};
    CHECK_EQ(udp_send(p.s, p.a, udp_is_v6(p.a), &answer, 1), 1);
    CHECK_EQ(udp_receive(p.r, p.b, 0, in, &used), 1);
    CHECK_EQ(in[0].from.port, p.to_a.port);
    close_pair(&p);
}

TEST(what_stays_is_not_written_over)
{
    struct udp_in in[UDP_BATCH];
    struct udp_in more[UDP_BATCH];
    struct pair p;
    size_t used = 0;

    open_pair(&p);
    const struct udp_out one = {.p = (const uint8_t *)"one", .len = 3, .to = p.to_a};
    const struct udp_out two = {.p = (const uint8_t *)"two", .len = 3, .to = p.to_a};
    CHECK_EQ(udp_send(p.s, p.b, false, &one, 1), 1);
    CHECK_EQ(udp_receive(p.r, p.a, 0, in, &used), 1);
    CHECK_EQ(udp_send(p.s, p.b, false, &two, 1), 1);
    CHECK_EQ(udp_receive(p.r, p.a, used, more, &used), 1);
    CHECK(memcmp(in[0].p, "one", 3) == 0 && memcmp(more[0].p, "two", 3) == 0);
    close_pair(&p);
}

TEST(what_is_too_long_or_leads_nowhere_holds_up_nothing)
{
    static const uint8_t bytes[3000];
    struct udp_in in[UDP_BATCH];
    struct pair p;
    size_t used = 0;

    open_pair(&p);
    const struct addr nowhere = {.ip = {255, 255, 255, 255}, .port = 9, .family = 4};
    const struct udp_out out[] = {{.p = bytes, .len = 3000, .to = p.to_a},
                                  {.p = bytes, .len = 10, .to = nowhere},
                                  {.p = bytes, .len = 20, .to = p.to_a}};
    CHECK_EQ(udp_send(p.s, p.b, false, out, 3), 2);
    CHECK_EQ(udp_receive(p.r, p.a, 0, in, &used), 1);
    CHECK_EQ(used, 2);
    CHECK_EQ(in[0].len, 20);
    close_pair(&p);
}

TEST(a_run_that_leads_nowhere_holds_up_no_other)
{
    enum { EACH = 4 };
    static const uint8_t bytes[EACH][1000];
    struct udp_out out[2 * EACH];
    struct udp_in in[UDP_BATCH];
    struct pair p;
    size_t used = 0;

    open_pair(&p);
    const struct addr nowhere = {.ip = {255, 255, 255, 255}, .port = 9, .family = 4};
    for (size_t i = 0; i < EACH; i++) {
        out[i] = (struct udp_out){.p = bytes[i], .len = 1000, .to = nowhere};
        out[EACH + i] = (struct udp_out){.p = bytes[i], .len = 1000, .to = p.to_a};
    }
    for (int times = 0; times < 3; times++) {
        CHECK_EQ(udp_send(p.s, p.b, false, out, 2 * EACH), EACH);
        CHECK_EQ(udp_receive(p.r, p.a, 0, in, &used), EACH);
    }
    close_pair(&p);
}

TEST(a_port_in_use_is_told)
{
    struct pair p;
    int fd;

    open_pair(&p);
    CHECK_EQ(udp_open(&(struct udp_open){.at = p.to_b, .buffer = 0}, &fd), -EADDRINUSE);
    close_pair(&p);
}
