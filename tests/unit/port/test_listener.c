#include "base/mem.h"
#include "port/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "unit/port/certificate.h"

/* A protocol that says its name and then every byte again; it keeps its streams on a list. */
struct echo {
    struct stream *st;
    struct buf owed;
    char name;
};

struct bench {
    struct loop *loop;
    struct listener *listener;
    struct tls_context *tls;
    pthread_t thread;
    _Atomic int accepted;
    _Atomic int open;
    int send_buffer; /* 0: the kernel's */
};

static void echo_end(struct echo *e)
{
    stream_free(e->st);
    buf_done(&e->owed);
    (void)mem_free(e);
}

static void echo_write(struct echo *e)
{
    while (e->owed.len > 0) {
        const struct iovec iov[2] = {{e->owed.p, e->owed.len / 2},
                                     {e->owed.p + e->owed.len / 2, e->owed.len - e->owed.len / 2}};
        const ssize_t n = stream_writev(e->st, iov, 2);
        if (n == -EAGAIN)
            break;
        if (n < 0) {
            echo_end(e);
            return;
        }
        buf_drop(&e->owed, (size_t)n);
    }
    stream_want(e->st, e->owed.len > 0 ? STREAM_WRITE : STREAM_READ);
}

static void on_echo(int events, void *arg)
{
    struct echo *e = arg;
    char bytes[3000];

    if (events & STREAM_READ) {
        const ssize_t n = stream_read(e->st, bytes, sizeof(bytes));
        if (n == -EAGAIN)
            return;
        if (n <= 0) {
            echo_end(e);
            return;
        }
        buf_add(&e->owed, bytes, (size_t)n);
    }
    echo_write(e);
}

static void accept_echo(struct stream *st, char name)
{
    struct echo *e = mem_new(struct echo);

    e->st = st;
    e->name = name;
    buf_add_char(&e->owed, name);
    stream_own(st, on_echo, e);
    echo_write(e);
}

static void accept_h(struct stream *st, void *arg)
{
    struct bench *b = arg;

    atomic_fetch_add(&b->accepted, 1);
    if (b->send_buffer)
        CHECK_OK(setsockopt(stream_fd(st), SOL_SOCKET, SO_SNDBUF, &b->send_buffer,
                            sizeof(b->send_buffer)));
    accept_echo(st, stream_secure(st) ? 'S' : 'H');
}

static void accept_magic(struct stream *st, void *arg)
{
    struct bench *b = arg;

    atomic_fetch_add(&b->accepted, 1);
    accept_echo(st, 'M');
}

/* Like STUN: told by what stands at offset 4. */
static enum match match_magic(const uint8_t *first, size_t n)
{
    if (first[0] > 3)
        return MATCH_NO;
    if (n < 8)
        return MATCH_MORE;
    return memcmp(first + 4, "MAGC", 4) == 0 ? MATCH_YES : MATCH_NO;
}

static void *run(void *arg)
{
    struct bench *b = arg;

    loop_run(b->loop);
    return NULL;
}

static void start(struct bench *b, struct listener_conf conf)
{
    b->loop = loop_new();
    conf.loop = b->loop;
    conf.host = span_str("127.0.0.1");
    conf.tls = b->tls;
    CHECK_OK(listener_new(&conf, &b->listener));
    listener_add(b->listener, &(struct protocol){match_http, accept_h, b});
    listener_add(b->listener, &(struct protocol){match_magic, accept_magic, b});
    listener_start(b->listener);
    CHECK_OK(pthread_create(&b->thread, NULL, run, b));
}

static void count(void *arg)
{
    struct bench *b = arg;

    atomic_store(&b->open, (int)listener_open(b->listener));
}

/* As the loop's own thread sees it. */
static int open_now(struct bench *b)
{
    atomic_store(&b->open, -1);
    loop_post(b->loop, count, b);
    while (atomic_load(&b->open) < 0)
        usleep(500);
    return atomic_load(&b->open);
}

static void stop(struct bench *b)
{
    /* the echoes end with their clients */
    while (open_now(b) > 0)
        usleep(500);
    loop_stop(b->loop);
    CHECK_OK(pthread_join(b->thread, NULL));
    b->listener = listener_free(b->listener);
    b->loop = loop_free(b->loop);
    if (b->tls) {
        b->tls = tls_context_free(b->tls);
        cert_remove();
    }
}

static int dial(const struct bench *b)
{
    const struct sockaddr_in sa = {.sin_family = AF_INET,
                                   .sin_port = htons(listener_port(b->listener)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval limit = {.tv_sec = 10};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(fd >= 0);
    CHECK_OK(connect(fd, (const struct sockaddr *)&sa, sizeof(sa)));
    CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
    return fd;
}

static void expect(int fd, const char *want)
{
    char got[64] = "";
    size_t n = 0;

    while (n < strlen(want)) {
        const ssize_t m = recv(fd, got + n, strlen(want) - n, 0);
        CHECK(m > 0);
        n += (size_t)m;
    }
    CHECK_STR(got, want);
}

static void expect_end(int fd)
{
    char c;

    CHECK(recv(fd, &c, 1, 0) == 0 || errno == ECONNRESET);
    CHECK_OK(close(fd));
}

TEST(protocols_are_told_apart_by_their_first_bytes)
{
    struct bench b = {0};

    start(&b, (struct listener_conf){0});
    const int http = dial(&b);
    const int magic = dial(&b);
    CHECK_EQ(send(magic, "\0\1", 2, 0), 2);
    CHECK_EQ(send(http, "GET", 3, 0), 3);
    expect(http, "HGET");
    CHECK_EQ(send(magic, "\1\1MAGCxy", 8, 0), 8);
    expect(magic, "M");
    const int noise = dial(&b);
    CHECK_EQ(send(noise, "\377\1", 2, 0), 2);
    expect_end(noise);
    const int almost = dial(&b);
    CHECK_EQ(send(almost, "\0\1\1\1MAGX", 8, 0), 8);
    expect_end(almost);
    CHECK_OK(close(http));
    CHECK_OK(close(magic));
    stop(&b);
}

TEST(silence_and_half_a_header_are_cut)
{
    struct bench b = {0};

    start(&b, (struct listener_conf){.greeting = 30 * MSEC});
    const int silent = dial(&b);
    const int half = dial(&b);
    CHECK_EQ(send(half, "\0\1\2", 3, 0), 3);
    expect_end(silent);
    expect_end(half);
    const int ended = dial(&b);
    CHECK_EQ(send(ended, "\0\1\2", 3, 0), 3);
    CHECK_OK(shutdown(ended, SHUT_WR));
    expect_end(ended);
    stop(&b);
}

TEST(one_address_may_hold_so_many_connections_and_no_more)
{
    struct bench b = {0};
    int fds[3];

    start(&b, (struct listener_conf){.per_ip = 3});
    for (int i = 0; i < 3; i++) {
        fds[i] = dial(&b);
        CHECK_EQ(send(fds[i], "x", 1, 0), 1);
        expect(fds[i], "Hx");
    }
    expect_end(dial(&b));
    CHECK_OK(close(fds[0]));
    while (open_now(&b) > 2)
        usleep(500);
    fds[0] = dial(&b);
    CHECK_EQ(send(fds[0], "x", 1, 0), 1);
    expect(fds[0], "Hx");
    for (int i = 0; i < 3; i++)
        CHECK_OK(close(fds[i]));
    stop(&b);
}

TEST(a_proxy_may_hold_as_many_as_all_together)
{
    struct bench b = {0};
    struct addr_prefix proxy;
    int fds[5];

    CHECK_OK(addr_prefix_parse(span_str("127.0.0.0/8"), &proxy));
    start(&b,
          (struct listener_conf){.per_ip = 2, .total = 5, .proxies = &proxy, .proxies_count = 1});
    for (int i = 0; i < 5; i++) {
        fds[i] = dial(&b);
        CHECK_EQ(send(fds[i], "x", 1, 0), 1);
        expect(fds[i], "Hx");
    }
    expect_end(dial(&b));
    for (int i = 0; i < 5; i++)
        CHECK_OK(close(fds[i]));
    stop(&b);
}

TEST(out_of_descriptors_it_does_not_spin_and_then_goes_on)
{
    struct bench b = {0};
    struct rlimit before;
    struct rusage used;
    int fds[40];

    start(&b, (struct listener_conf){.greeting = 100 * MSEC}); /* a gap may let one in */
    CHECK_OK(getrlimit(RLIMIT_NOFILE, &before));
    for (int i = 0; i < 40; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(fds[i] >= 0);
    }
    const struct rlimit tight = {(rlim_t)fds[39] + 1, before.rlim_max};
    CHECK_OK(setrlimit(RLIMIT_NOFILE, &tight));
    const struct sockaddr_in sa = {.sin_family = AF_INET,
                                   .sin_port = htons(listener_port(b.listener)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < 40; i++)
        CHECK_OK(connect(fds[i], (const struct sockaddr *)&sa, sizeof(sa)));
    for (int i = 0; i < 40; i++)
        expect_end(fds[i]);
    CHECK_OK(getrusage(RUSAGE_SELF, &used));
    CHECK(used.ru_utime.tv_sec + used.ru_stime.tv_sec < 2);
    CHECK_OK(setrlimit(RLIMIT_NOFILE, &before));
    const int fd = dial(&b);
    CHECK_EQ(send(fd, "x", 1, 0), 1);
    expect(fd, "Hx");
    CHECK_OK(close(fd));
    stop(&b);
}

static void talk_tls(const struct bench *b, int version, size_t size)
{
    const int fd = dial(b);
    SSL *ssl = cert_client(fd, version);
    struct buf sent = {0};
    char back[5000];
    size_t got = 0;

    CHECK_EQ(SSL_set_alpn_protos(ssl, (const uint8_t *)"\x02h2\x08http/1.1", 12), 0);
    CHECK_EQ(SSL_connect(ssl), 1);
    CHECK_EQ(SSL_version(ssl), version);
    for (size_t i = 0; i < size; i++)
        buf_add_char(&sent, (char)('a' + i % 23));
    /* a part at a time: the echo answers as it reads, so neither side's window may fill up */
    CHECK_EQ(SSL_write(ssl, sent.p, 10), 10);
    CHECK_EQ(SSL_read(ssl, back, 1), 1);
    CHECK_EQ(back[0], 'S');
    for (size_t at = 10; at < size || got < size;) {
        const size_t part = size - at < 20000 ? size - at : 20000;
        if (part > 0)
            CHECK_EQ(SSL_write(ssl, sent.p + at, (int)part), (int)part);
        at += part;
        while (got < at) {
            const int n = SSL_read(ssl, back, sizeof(back));
            CHECK(n > 0);
            CHECK(memcmp(back, sent.p + got, (size_t)n) == 0);
            got += (size_t)n;
        }
    }
    const uint8_t *alpn;
    unsigned alpn_len;
    SSL_get0_alpn_selected(ssl, &alpn, &alpn_len);
    CHECK(span_is(span_of(alpn, alpn_len), "http/1.1"));
    SSL_free(ssl);
    CHECK_OK(close(fd));
    buf_done(&sent);
}

TEST(tls_is_spoken_on_the_same_port)
{
    struct bench b = {.tls = cert_context()};

    start(&b, (struct listener_conf){0});
    talk_tls(&b, TLS1_3_VERSION, 300000);
    talk_tls(&b, TLS1_2_VERSION, 300000);
    const int plain = dial(&b);
    CHECK_EQ(send(plain, "x", 1, 0), 1);
    expect(plain, "Hx");
    CHECK_OK(close(plain));
    stop(&b);
}

TEST(old_tls_and_a_broken_or_endless_handshake_are_cut)
{
    struct bench b = {.tls = cert_context()};

    start(&b, (struct listener_conf){.greeting = 200 * MSEC});
    int fd = dial(&b);
    SSL *ssl = cert_client(fd, TLS1_2_VERSION);
    (void)SSL_set_min_proto_version(ssl, TLS1_VERSION);
    (void)SSL_set_max_proto_version(ssl, TLS1_1_VERSION);
    CHECK(SSL_connect(ssl) != 1);
    SSL_free(ssl);
    CHECK_OK(close(fd));
    fd = dial(&b);
    CHECK_EQ(send(fd, "\26\3\1\0\4junk", 9, 0), 9);
    char alert[64];
    while (recv(fd, alert, sizeof(alert), 0) > 0)
        ;
    CHECK_OK(close(fd));
    fd = dial(&b);
    CHECK_EQ(send(fd, "\26\3\1\2\0", 5, 0), 5);
    expect_end(fd);
    CHECK_EQ(atomic_load(&b.accepted), 0);
    stop(&b);
}

/* A reader that is slower than the writer: what TLS has taken over must come out whole. */
TEST(a_slow_tls_reader_gets_every_byte_in_order)
{
    enum { SIZE = 1024 * 1024 };
    /* so that the server's writes block again and again */
    struct bench b = {.tls = cert_context(), .send_buffer = 4096};

    start(&b, (struct listener_conf){0});
    const int fd = dial(&b);
    SSL *ssl = cert_client(fd, TLS1_3_VERSION);
    CHECK_EQ(SSL_connect(ssl), 1);
    char *all = mem_alloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        all[i] = (char)('a' + i * 7 % 25);
    size_t sent = 0;
    size_t got = 0;
    char back[3001];
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    CHECK_EQ(SSL_write(ssl, all, 1), 1);
    sent = 1;
    CHECK_EQ(SSL_read(ssl, back, 1), 1);
    while (got < SIZE) {
        while (sent < SIZE && sent - got < 100000) {
            const int n =
                SSL_write(ssl, all + sent, sent + 5000 < SIZE ? 5000 : (int)(SIZE - sent));
            CHECK(n > 0);
            sent += (size_t)n;
        }
        const int n = SSL_read(ssl, back, sizeof(back));
        CHECK(n > 0);
        CHECK(memcmp(back, all + got, (size_t)n) == 0);
        got += (size_t)n;
    }
    SSL_free(ssl);
    CHECK_OK(close(fd));
    (void)mem_free(all);
    stop(&b);
}
