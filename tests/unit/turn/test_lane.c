/* A lane with clients over TCP who are not polite. */
#include "base/mem.h"
#include "crypto/hmac.h"
#include "os/tcp.h"
#include "support/test.h"
#include "turn/lane_inside.h"
#include "wire/stun.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct id ada = {"01a2072d-bcd2-7659-90c9-1738bc9d0366"};
static const struct id ada_session = {"01a2072d-bd25-7dab-b3cd-9f21feeb19f4"};
static const char secret_text[] = "a secret of thirty-two characters";

struct bench {
    struct loop *loop;
    struct turn_lane *lane;
    struct turn_lane *lanes[1];
    struct turn_lane_desk desk;
    struct peers peers;
    struct timer stop;
    int server; /* listens */
    uint16_t port;
    size_t asked;
    size_t released;
    /* the question that waits, where slow */
    bool slow;
    struct path from;
    struct span request;
};

static void on_admit(void *arg, struct turn_lane *lane, const struct path *from,
                     struct span request, const struct credential *c)
{
    struct bench *b = arg;

    b->asked++;
    if (!b->slow) {
        turn_lane_admitted(lane, from, request, &c->user, ADMIT_YES);
        return;
    }
    b->from = *from;
    b->request = request;
}

static void on_release(void *arg, const struct id *user)
{
    struct bench *b = arg;

    CHECK(id_eq(user, &ada));
    b->released++;
}

static void on_stop(void *arg)
{
    loop_stop(arg);
}

static struct bench *bench_new(void)
{
    struct bench *b = mem_new(struct bench);
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(sa);

    b->loop = loop_new();
    timer_init(&b->stop, b->loop, on_stop, b->loop);
    b->desk = (struct turn_lane_desk){b->loop, on_admit, on_release, b};
    b->lane = b->lanes[0] = turn_lane_new(&(struct turn_lane_conf){.loop = b->loop,
                                                                   .lanes = b->lanes,
                                                                   .count = 1,
                                                                   .desk = &b->desk,
                                                                   .secret = span_str(secret_text),
                                                                   .peers = &b->peers,
                                                                   .relay_first = 49152,
                                                                   .relay_last = 65535});
    b->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_OK(bind(b->server, (struct sockaddr *)(void *)&sa, sizeof(sa)));
    CHECK_OK(listen(b->server, 8));
    CHECK_OK(getsockname(b->server, (struct sockaddr *)(void *)&sa, &len));
    b->port = ntohs(sa.sin_port);
    return b;
}

static void run(struct bench *b, usec_t for_so_long)
{
    timer_after(&b->stop, for_so_long);
    loop_run(b->loop);
}

static void bench_end(struct bench *b)
{
    timer_stop(&b->stop);
    b->lane = turn_lane_free(b->lane);
    loop_run_posted(b->loop); /* what it gave back */
    b->loop = loop_free(b->loop);
    (void)close(b->server);
    (void)mem_free(b);
}

/* The client's end; the other one is the lane's. */
static int client(struct bench *b)
{
    struct sockaddr_in sa = {
        .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_port = htons(b->port)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct addr peer = {.ip = {127, 0, 0, 1}, .family = 4, .port = 4000};

    CHECK_OK(connect(fd, (struct sockaddr *)(void *)&sa, sizeof(sa)));
    const int theirs = accept4(b->server, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    CHECK(theirs >= 0);
    turn_client_add(b->lane, stream_new(b->loop, theirs, &peer));
    return fd;
}

static void hang_up_hard(int fd)
{
    const struct linger now = {1, 0};

    CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)));
    (void)close(fd);
}

static struct span binding(uint8_t room[static STUN_HEADER])
{
    struct stun_out o;

    stun_begin(&o, room, STUN_HEADER, STUN_REQUEST, STUN_BINDING, (const uint8_t *)"a request id");
    return stun_end(&o);
}

TEST(a_client_that_breaks_off_among_its_frames_is_let_go_at_the_end_of_the_turn)
{
    enum { FRAMES = 4000, TIMES = 40 };
    struct bench *b = bench_new();
    static uint8_t bytes[STUN_HEADER + (size_t)FRAMES * 4];
    const struct span first = binding(bytes);

    for (size_t i = 0; i < FRAMES; i++)
        channel_header(bytes + first.len + i * 4, 0x4000, 0);
    for (int i = 0; i < TIMES; i++) {
        const int fd = client(b);
        CHECK_EQ(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
        hang_up_hard(fd);
        run(b, MSEC);
    }
    CHECK_EQ(map_count(b->lane->clients), 0);
    bench_end(b);
}

static void say(int fd, struct span bytes)
{
    CHECK_EQ(write(fd, bytes.p, bytes.len), bytes.len);
}

/* What came, once it is a whole message; it stays in room. */
static void hear(struct bench *b, int fd, uint8_t *room, size_t size, struct stun *ret)
{
    ssize_t n = -1;

    for (int i = 0; i < 1000 && n < 0; i++) {
        run(b, MSEC);
        n = recv(fd, room, size, MSG_DONTWAIT);
    }
    CHECK(n > 0);
    CHECK_OK(stun_parse(span_of(room, (size_t)n), ret));
}

typedef void begin_fn(struct stun_out *o, uint8_t *room, size_t size);

static void begin_allocate(struct stun_out *o, uint8_t *room, size_t size)
{
    stun_begin(o, room, size, STUN_REQUEST, TURN_ALLOCATE, (const uint8_t *)"allocation..");
    stun_add_u32(o, TURN_REQUESTED_TRANSPORT, 17U << 24);
}

/* The request signed, with the nonce that the lane tells to a bare one. */
static void send_signed(struct bench *b, int fd, begin_fn *begin)
{
    uint8_t room[512];
    uint8_t heard[512];
    uint8_t key[CREDENTIAL_KEY];
    struct buf name = {0};
    struct buf word = {0};
    struct span nonce;
    struct span covered;
    struct stun_out o;
    struct stun m;

    begin(&o, room, sizeof(room));
    say(fd, stun_end(&o));
    hear(b, fd, heard, sizeof(heard), &m);
    CHECK(stun_get(&m, STUN_NONCE, &nonce));
    credential_write(span_str(secret_text), &ada, &ada_session, loop_wall(b->loop), &name, &word);
    credential_key(span_str(secret_text), buf_span(&name), key);
    begin(&o, room, sizeof(room));
    stun_add(&o, STUN_USERNAME, buf_span(&name));
    stun_add(&o, STUN_REALM, span_str(CREDENTIAL_REALM));
    stun_add(&o, STUN_NONCE, nonce);
    uint8_t *mac = stun_add_integrity(&o, &covered);
    hmac_sha1(span_of(key, sizeof(key)), covered, mac);
    say(fd, stun_end(&o));
    buf_done(&name);
    buf_done(&word);
}

static void send_allocate(struct bench *b, int fd)
{
    send_signed(b, fd, begin_allocate);
}

TEST(a_relay_is_made_for_who_is_there_and_goes_with_them)
{
    struct bench *b = bench_new();
    const int fd = client(b);
    uint8_t heard[512];
    struct stun m;

    send_allocate(b, fd);
    hear(b, fd, heard, sizeof(heard), &m);
    CHECK_EQ(m.class, STUN_SUCCESS);
    CHECK_EQ(core_allocations(b->lane->core), 1);
    (void)close(fd);
    run(b, 5 * MSEC);
    CHECK_EQ(core_allocations(b->lane->core), 0);
    CHECK_EQ(b->released, 1);
    bench_end(b);
}

static void answer_late(struct bench *b)
{
    turn_lane_admitted(b->lane, &b->from, b->request, &ada, ADMIT_YES);
    run(b, 5 * MSEC);
}

TEST(who_hangs_up_before_being_admitted_gets_no_relay)
{
    struct bench *b = bench_new();
    const int fd = client(b);

    b->slow = true;
    send_allocate(b, fd);
    for (int i = 0; i < 1000 && b->asked == 0; i++)
        run(b, MSEC);
    CHECK_EQ(b->asked, 1);
    (void)close(fd);
    run(b, 5 * MSEC);
    CHECK_EQ(map_count(b->lane->clients), 0);
    answer_late(b);
    CHECK_EQ(core_allocations(b->lane->core), 0);
    CHECK_EQ(b->released, 1);
    bench_end(b);
}

/* Requests while nothing is read: more than data could take, each answered in the end. */
TEST(answers_are_not_left_out_as_data_are)
{
    struct bench *b = bench_new();
    const int fd = client(b);
    uint8_t room[STUN_HEADER];
    const struct span request = binding(room);
    static char filler[LANE_CLIENT_OUT - 16];
    static uint8_t heard[1 << 16];
    size_t at = 0;

    run(b, MSEC);
    struct turn_client *c = map_next(b->lane->clients, &at);
    turn_client_send(c, span_of(filler, sizeof(filler)), 0);
    turn_client_send(c, span_of(filler, 64), 0); /* no room: left out */
    say(fd, request);
    size_t total = 0;
    for (int i = 0; i < 1000; i++) {
        run(b, MSEC);
        const ssize_t n = recv(fd, heard, sizeof(heard), MSG_DONTWAIT);
        total += n > 0 ? (size_t)n : 0;
        if (n < 0 && total > sizeof(filler))
            break;
    }
    CHECK(total > sizeof(filler) + STUN_HEADER && total < sizeof(filler) + 64);
    (void)close(fd);
    bench_end(b);
}

static struct addr friend_at = {.ip = {127, 0, 0, 2}, .family = 4};

static void begin_channel(struct stun_out *o, uint8_t *room, size_t size)
{
    stun_begin(o, room, size, STUN_REQUEST, TURN_CHANNEL_BIND, (const uint8_t *)"a channel...");
    stun_add_u32(o, TURN_CHANNEL_NUMBER, (uint32_t)CHANNEL_FIRST << 16);
    stun_add_xor_address(o, TURN_XOR_PEER_ADDRESS, &friend_at);
}

/* A relay with a channel to a socket of ours, which is returned. */
static int befriend(struct bench *b, int fd)
{
    static const struct addr_prefix home = {{.ip = {127}, .family = 4}, 8};
    uint8_t heard[512];
    struct stun m;
    int peer;

    b->lane->peers.allowed = &home;
    b->lane->peers.allowed_count = 1;
    friend_at.port = 0;
    CHECK_OK(udp_open(&(struct udp_open){.at = friend_at, .buffer = 1 << 20}, &peer));
    friend_at.port = tcp_port(peer);
    send_allocate(b, fd);
    hear(b, fd, heard, sizeof(heard), &m);
    CHECK_EQ(m.class, STUN_SUCCESS);
    send_signed(b, fd, begin_channel);
    hear(b, fd, heard, sizeof(heard), &m);
    CHECK_EQ(m.class, STUN_SUCCESS);
    return peer;
}

/* More by one write than one read takes: nothing may be written over before it has left. */
TEST(a_burst_over_a_stream_leaves_whole)
{
    enum { FRAMES = 60, DATA = 1000, FRAME = CHANNEL_HEADER + DATA };
    struct bench *b = bench_new();
    const int fd = client(b);
    const int peer = befriend(b, fd);
    static uint8_t burst[FRAMES * FRAME];
    uint8_t data[DATA];
    bool came[FRAMES] = {false};
    size_t count = 0;

    for (size_t i = 0; i < FRAMES; i++) {
        channel_header(burst + i * FRAME, CHANNEL_FIRST, DATA);
        memset(burst + i * FRAME + CHANNEL_HEADER, (int)i, DATA);
    }
    say(fd, span_of(burst, sizeof(burst)));
    run(b, 20 * MSEC);
    while (recv(peer, data, sizeof(data), MSG_DONTWAIT) == DATA) {
        CHECK(data[0] < FRAMES && !came[data[0]] && data[0] == data[DATA - 1]);
        came[data[0]] = true;
        count++;
    }
    CHECK_EQ(count, FRAMES);
    (void)close(peer);
    (void)close(fd);
    bench_end(b);
}

TEST(each_port_of_a_range_is_one_loops)
{
    static const struct {
        uint16_t first;
        uint16_t last;
        size_t loops;
    } cases[] = {{49152, 65535, 1}, {49152, 65535, 3}, {50001, 50064, 2},
                 {50001, 50065, 4}, {1024, 1055, 16},  {65500, 65535, 7}};

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const size_t n = cases[i].loops;
        size_t sum = 0;

        for (size_t index = 0; index < n; index++) {
            struct ports p;
            ports_init(&p, cases[i].first, cases[i].last, index, n);
            CHECK(p.count > 0);
            for (size_t place = 0; place < p.count; place++) {
                struct relay r = {0};
                const uint16_t port = ports_at(&p, place);
                CHECK(port >= cases[i].first && port <= cases[i].last);
                CHECK_EQ(ports_loop(cases[i].first, port, n), index);
                CHECK(!ports_find(&p, 4, port));
                p.v4[place] = &r;
                CHECK(ports_find(&p, 4, port) == &r);
                p.v4[place] = NULL;
            }
            sum += p.count;
            ports_done(&p);
        }
        CHECK_EQ(sum, (size_t)(cases[i].last - cases[i].first + 1) / 2 * 2);
    }
}
