/*
 * The floor of forwarding: one process encrypts a burst of packets for each of 50 receivers and sends it by
 * one message each (UDP_SEGMENT), again and again, and does nothing else; another one receives.  What no SFU that
 * keeps to the users' keys comes below.
 *
 *     bare-sfu BURSTS-A-SECOND SECONDS GRO      (0: as many as go)
 *
 * Prints {"us": CPU time of the sending process a packet, "per_second": packets}.
 *
 * Thread: one a process.
 */
#include "crypto/srtp.h"
#include "os/udp.h"

#include <arpa/inet.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    RECEIVERS = 50,
    BURST = 10,
    HEAD = 20, /* with extensions */
    PAYLOAD = 1164,
    PACKET = HEAD + PAYLOAD + SRTP_OVERHEAD_MAX,
    BUFFER = 8 << 20,
    BATCH = 64,
    WHOLE = 1 << 16,
};

#ifndef UDP_GRO
#define UDP_GRO 104 /* linux/udp.h; C libraries were slow to take it over */
#endif

struct receiver {
    int fd;
    struct addr at;
    struct srtp *keys;
    uint64_t index;
};

static struct receiver receivers[RECEIVERS];

static void must(int rc, const char *what)
{
    if (rc >= 0)
        return;
    perror(what);
    exit(1);
}

static double clock_of(clockid_t which)
{
    struct timespec t;

    (void)clock_gettime(which, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void open_receiver(struct receiver *r, bool gro)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const struct srtp_keys k = {.profile = SRTP_GCM, .key = {1, 2, 3}, .salt = {4, 5, 6}};
    socklen_t len = sizeof(sa);
    const int buffer = BUFFER;
    const int yes = 1;

    r->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    must(bind(r->fd, (struct sockaddr *)&sa, sizeof(sa)), "bind");
    must(getsockname(r->fd, (struct sockaddr *)&sa, &len), "getsockname");
    (void)setsockopt(r->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
    if (gro)
        must(setsockopt(r->fd, IPPROTO_UDP, UDP_GRO, &yes, sizeof(yes)), "UDP_GRO");
    must(addr_from_sockaddr((struct sockaddr *)&sa, &r->at), "address");
    r->keys = srtp_new(&k);
    r->index = 1;
}

/* Until it is killed. */
static _Noreturn void receive(void)
{
    static uint8_t rooms[BATCH][WHOLE];
    struct iovec parts[BATCH];
    struct mmsghdr m[BATCH];
    struct pollfd ready[RECEIVERS];

    for (int i = 0; i < RECEIVERS; i++)
        ready[i] = (struct pollfd){.fd = receivers[i].fd, .events = POLLIN};
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){rooms[i], WHOLE};
        m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
    }
    for (;;) {
        (void)poll(ready, RECEIVERS, -1);
        for (int i = 0; i < RECEIVERS; i++) {
            if (ready[i].revents)
                (void)recvmmsg(ready[i].fd, m, BATCH, MSG_DONTWAIT, NULL);
        }
    }
}

static size_t protect(struct receiver *r, const uint8_t *payload, uint8_t out[BURST][PACKET],
                      struct udp_out *list)
{
    for (int i = 0; i < BURST; i++) {
        memset(out[i], 0, HEAD);
        out[i][0] = 0x80;
        out[i][2] = (uint8_t)(r->index >> 8);
        out[i][3] = (uint8_t)r->index;
        const int n = srtp_protect(r->keys, r->index++, out[i], HEAD, span_of(payload, PAYLOAD));
        must(n, "srtp_protect");
        list[i] = (struct udp_out){.p = out[i], .len = (size_t)n, .to = r->at};
    }
    return BURST;
}

/* As a server's batches: as many receivers' bursts by one call as it takes. */
static size_t send_round(struct udp_sender *s, int fd, const uint8_t *payload)
{
    static uint8_t slab[UDP_BATCH / BURST][BURST][PACKET];
    struct udp_out list[UDP_BATCH];
    size_t n = 0;
    size_t sent = 0;

    for (int i = 0; i < RECEIVERS; i++) {
        n += protect(&receivers[i], payload, slab[n / BURST], list + n);
        if (n + BURST <= UDP_BATCH && i + 1 < RECEIVERS)
            continue;
        sent += udp_send(s, fd, true, list, n);
        n = 0;
    }
    return sent;
}

static void wait_until(double due, double now)
{
    if (due > now)
        (void)usleep((useconds_t)((due - now) * 1e6));
}

static void run(double rate, double seconds)
{
    static const uint8_t payload[PAYLOAD] = {7};
    struct udp_sender *s = udp_sender_new();
    const double begun = clock_of(CLOCK_MONOTONIC);
    size_t sent = 0;
    size_t rounds = 0;
    double now;
    int fd;

    must(udp_open(&(struct udp_open){.buffer = BUFFER}, &fd), "udp_open");
    while ((now = clock_of(CLOCK_MONOTONIC)) < begun + seconds) {
        if (rate > 0)
            wait_until(begun + (double)rounds / rate, now);
        sent += send_round(s, fd, payload);
        rounds++;
    }
    printf("{\"us\":%.4f,\"per_second\":%.0f}\n",
           clock_of(CLOCK_PROCESS_CPUTIME_ID) * 1e6 / (double)sent, (double)sent / (now - begun));
    (void)fflush(stdout);
    s = udp_sender_free(s);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        (void)fprintf(stderr, "bare-sfu BURSTS-A-SECOND SECONDS GRO\n");
        return 2;
    }
    for (int i = 0; i < RECEIVERS; i++)
        open_receiver(&receivers[i], atoi(argv[3]) != 0);
    const pid_t child = fork();
    must(child, "fork");
    if (child == 0)
        receive();
    run(strtod(argv[1], NULL), strtod(argv[2], NULL));
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    return 0;
}
