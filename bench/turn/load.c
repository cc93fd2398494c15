/*
 * load - clients of a TURN server and their peers in one process, to measure what relaying costs.
 *
 *     load PORT PID NAME PASSWORD CLIENTS SIZE PACKETS-A-SECOND SECONDS
 *
 * Each client has an allocation and a channel to a peer of its own at 127.0.0.2.  Half of the packets go
 * from clients to peers, half the other way, in bursts of BURST as pictures come; 0 packets a second: as many
 * as come back, with WINDOW under way.  Prints one JSON object: packets relayed, lost, a second,
 * and the server's processor time a packet (of process PID, user and system).
 */
#include "base/buf.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "wire/stun.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 1000, SIZE_MAX_ = 1400, BURST = 4, WINDOW = 128, ROOM = 2048 };

struct client {
    int fd;   /* to the server */
    int peer; /* to the relay */
    struct addr relayed;
    char nonce[256];
};

static struct client clients[CLIENTS_MAX];
static struct span name;
static struct span password;
static uint8_t key[MD5_SIZE];
static char realm[256];
static int port;

static void die(const char *what)
{
    (void)fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int open_at(const char *ip, int to_port, const char *to)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(ip)};
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((uint16_t)to_port)};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const int buffer = 4 << 20;

    there.sin_addr.s_addr = to ? inet_addr(to) : 0;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
        die("bind");
    if (to && connect(fd, (struct sockaddr *)&there, sizeof(there)) < 0)
        die("connect");
    return fd;
}

static struct addr address_of(int fd)
{
    struct sockaddr_in sa;
    socklen_t len = sizeof(sa);
    struct addr a;

    if (getsockname(fd, (struct sockaddr *)&sa, &len) < 0 ||
        addr_from_sockaddr((struct sockaddr *)&sa, &a) != 0)
        die("getsockname");
    return a;
}

static void sign(const struct client *c, struct stun_out *o)
{
    struct span covered;

    stun_add(o, STUN_USERNAME, name);
    stun_add(o, STUN_REALM, span_str(realm));
    stun_add(o, STUN_NONCE, span_str(c->nonce));
    uint8_t *mac = stun_add_integrity(o, &covered);
    hmac_sha1(span_of(key, sizeof(key)), covered, mac);
}

/* The answer, passing over what else comes; false when nothing more does. */
static bool answered(int fd, const uint8_t *txid, uint8_t *room, struct stun *ret)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    while (poll(&p, 1, 200) == 1) {
        const ssize_t n = recv(fd, room, ROOM, 0);
        if (n > 0 && stun_parse(span_of(room, (size_t)n), ret) == 0 &&
            memcmp(stun_txid(ret), txid, STUN_TXID) == 0)
            return true;
    }
    return false;
}

/* Sends, again and again, until it is answered. */
static void ask(int fd, struct stun_out *o, uint8_t *room, struct stun *ret)
{
    const struct span message = stun_end(o);

    for (int i = 0; i < 50; i++) {
        (void)send(fd, message.p, message.len, 0);
        if (answered(fd, (const uint8_t *)message.p + 8, room, ret))
            return;
    }
    die("no answer");
}

static void begin(struct stun_out *o, uint8_t *room, uint16_t method)
{
    static uint32_t number;
    uint8_t txid[STUN_TXID] = {0};

    number++;
    memcpy(txid, &number, sizeof(number));
    stun_begin(o, room, ROOM, STUN_REQUEST, method, txid);
}

static void learn(const struct stun *m, uint16_t type, char *ret)
{
    struct span value;

    struct span error;

    if (!stun_get(m, type, &value) || value.len > 255) {
        if (stun_get(m, STUN_ERROR_CODE, &error) && error.len >= 4)
            (void)fprintf(stderr, "load: refused by %d\n", error.p[2] * 100 + error.p[3]);
        die("no realm or nonce");
    }
    memcpy(ret, value.p, value.len);
    ret[value.len] = 0;
}

static void make_key(void)
{
    struct buf all = {0};

    buf_add_span(&all, name);
    buf_printf(&all, ":%s:%.*s", realm, SPAN_ARG(password));
    hash_md5(buf_span(&all), key);
    buf_done(&all);
}

static void allocate(struct client *c)
{
    uint8_t out[ROOM];
    uint8_t in[ROOM];
    struct stun_out o;
    struct stun m;
    struct span value;

    for (int try = 0; try < 3; try++) {
        begin(&o, out, TURN_ALLOCATE);
        stun_add_u32(&o, TURN_REQUESTED_TRANSPORT, 17U << 24);
        if (try > 0)
            sign(c, &o);
        ask(c->fd, &o, in, &m);
        if (m.class == STUN_SUCCESS)
            break;
        learn(&m, STUN_REALM, realm);
        learn(&m, STUN_NONCE, c->nonce);
        make_key();
    }
    if (m.class != STUN_SUCCESS || !stun_get(&m, TURN_XOR_RELAYED_ADDRESS, &value) ||
        stun_xor_address(&m, value, &c->relayed) != 0)
        die("not allocated");
}

static void bind_channel(struct client *c)
{
    uint8_t out[ROOM];
    uint8_t in[ROOM];
    struct stun_out o;
    struct stun m;
    const struct addr peer = address_of(c->peer);

    begin(&o, out, TURN_CHANNEL_BIND);
    stun_add_u32(&o, TURN_CHANNEL_NUMBER, 0x4000U << 16);
    stun_add_xor_address(&o, TURN_XOR_PEER_ADDRESS, &peer);
    sign(c, &o);
    ask(c->fd, &o, in, &m);
    if (m.class != STUN_SUCCESS)
        die("channel not bound");
}

static void set_up(struct client *c)
{
    struct buf ip = {0};

    c->fd = open_at("127.0.0.1", port, "127.0.0.1");
    allocate(c);
    addr_write_ip(&ip, &c->relayed);
    c->peer = open_at("127.0.0.2", c->relayed.port, buf_cstr(&ip));
    buf_done(&ip);
    bind_channel(c);
}

static void send_burst(int fd, uint8_t *p, size_t len, int n)
{
    struct iovec part = {p, len};
    struct mmsghdr m[BURST];

    for (int i = 0; i < n; i++)
        m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
    (void)sendmmsg(fd, m, (unsigned)n, 0);
}

static size_t drain(int fd, size_t want)
{
    static uint8_t rooms[64][ROOM];
    struct iovec parts[64];
    struct mmsghdr m[64];
    size_t got = 0;
    int n;

    for (int i = 0; i < 64; i++) {
        parts[i] = (struct iovec){rooms[i], ROOM};
        m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
    }
    do {
        n = recvmmsg(fd, m, 64, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++)
            got += m[i].msg_len == want;
    } while (n == 64);
    return got;
}

/* The next run may be given the same ports. */
static void give_back(struct client *c)
{
    uint8_t out[ROOM];
    uint8_t in[ROOM];
    struct stun_out o;
    struct stun m;

    (void)drain(c->fd, 0);
    begin(&o, out, TURN_REFRESH);
    stun_add_u32(&o, TURN_LIFETIME, 0);
    sign(c, &o);
    ask(c->fd, &o, in, &m);
    if (m.class != STUN_SUCCESS)
        (void)fprintf(stderr, "load: not given back\n");
}

/* Of all its threads, as the scheduler counts: to the nanosecond, where the ticks of stat are ten
 * milliseconds. */
static double cpu_of(const char *pid)
{
    char path[300];
    char text[128];
    double ns = 0;

    (void)snprintf(path, sizeof(path), "/proc/%s/task", pid);
    DIR *tasks = opendir(path);
    if (!tasks)
        die("no such process");
    for (const struct dirent *e = readdir(tasks); e; e = readdir(tasks)) {
        (void)snprintf(path, sizeof(path), "/proc/%s/task/%.20s/schedstat", pid, e->d_name);
        FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (!f)
            continue;
        if (fgets(text, sizeof(text), f))
            ns += strtod(text, NULL);
        (void)fclose(f);
    }
    (void)closedir(tasks);
    return ns / 1e9;
}

struct tally {
    size_t sent;
    size_t got;
};

static void receive(int ep, size_t n, size_t size, int wait_ms, struct tally *t)
{
    struct epoll_event ready[256];
    const int k = epoll_wait(ep, ready, 256, wait_ms);

    (void)n;
    for (int i = 0; i < k; i++) {
        const size_t which = ready[i].data.u64 >> 1;
        const bool peer = ready[i].data.u64 & 1;
        /* padded to 4 or not, as a server likes */
        t->got += peer ? drain(clients[which].peer, size)
                       : drain(clients[which].fd, CHANNEL_HEADER + size);
    }
}

static void watch(int ep, int fd, uint64_t data)
{
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = data};

    if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e) < 0)
        die("epoll_ctl");
}

static void run(size_t n, size_t size, double rate, double seconds, struct tally *t)
{
    uint8_t packet[CHANNEL_HEADER + SIZE_MAX_];
    const int ep = epoll_create1(0);
    const double start = now();
    size_t turn = 0;

    memset(packet, 7, sizeof(packet));
    channel_header(packet, 0x4000, (uint16_t)size);
    for (size_t i = 0; i < n; i++) {
        watch(ep, clients[i].fd, i << 1);
        watch(ep, clients[i].peer, i << 1 | 1);
    }
    for (double at = start; at < start + seconds; at = now()) {
        const double due = rate > 0 ? (at - start) * rate : (double)(t->got + WINDOW);
        while ((double)t->sent + BURST <= due) {
            const struct client *c = &clients[turn / 2 % n];
            if (turn++ % 2)
                send_burst(c->peer, packet + CHANNEL_HEADER, size, BURST);
            else
                send_burst(c->fd, packet, CHANNEL_HEADER + size, BURST);
            t->sent += BURST;
        }
        const size_t before = t->got;
        receive(ep, n, size, rate > 0 ? 1 : 20, t);
        if (rate <= 0 && t->got == before)
            t->sent = t->got; /* what is lost must not stop the rest */
    }
    receive(ep, n, size, 50, t);
    receive(ep, n, size, 50, t);
}

int main(int argc, char **argv)
{
    struct tally t = {0};

    if (argc != 9) {
        (void)fprintf(stderr, "load PORT PID NAME PASSWORD CLIENTS SIZE RATE SECONDS\n");
        return 2;
    }
    port = atoi(argv[1]);
    name = span_str(argv[3]);
    password = span_str(argv[4]);
    const size_t n = strtoul(argv[5], NULL, 10);
    const size_t size = strtoul(argv[6], NULL, 10);
    const double seconds = strtod(argv[8], NULL);
    if (n < 1 || n > CLIENTS_MAX || size > SIZE_MAX_)
        return 2;
    for (size_t i = 0; i < n; i++)
        set_up(&clients[i]);
    const double cpu = cpu_of(argv[2]);
    const double start = now();
    run(n, size, strtod(argv[7], NULL), seconds, &t);
    const double took = now() - start;
    const double used = cpu_of(argv[2]) - cpu;
    for (size_t i = 0; i < n; i++)
        give_back(&clients[i]);
    printf("{\"relayed\":%zu,\"lost\":%zu,\"per_second\":%.0f,\"us\":%.3f}\n", t.got,
           t.sent > t.got ? t.sent - t.got : 0, (double)t.got / took, used * 1e6 / (double)t.got);
    return 0;
}
