/*
 * load - clients of calls in one process, which send, receive, check what they receive, and measure what it
 * costs the server.
 *
 * Reads its plan from standard input (plan.h).  Prints one JSON object a line: {"connected"} for each client; then
 * what was counted from `settle` seconds after the last of them on: packets sent, received, lost, out of order, wrong;
 * how late they were; and the processor time of the server and of the generator.
 *
 * Thread: one.
 */
#include "media/twcc_in.h"
#include "wire/rtcp.h"

#include <dirent.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "plan.h"

#ifndef UDP_GRO
#define UDP_GRO 104 /* linux/udp.h; C libraries were slow to take it over */
#endif

enum {
    BATCH = 64,
    ROOM = 1 << 16, /* of what UDP_GRO puts together */
    CONTROL = 128,
    READY_S = 60,
    LATE_MAX = 1 << 20,
    NOT_RTP = 128, /* first bytes below it are of STUN and DTLS (RFC 7983) */
    LINE = 64 * 1024,
};

static const double report_every = 0.1;
static const double look_every = 0.01; /* at what is due besides sending */

struct run {
    struct plan plan;
    bool planned; /* its first line was read */
    bool whole;   /* so was its last */
    SSL_CTX *context;
    int ep;
    char line[LINE]; /* of the plan, as far as it has come */
    size_t line_len;
    struct client *clients; /* CLIENTS_MAX; they never move */
    size_t count;
    size_t ready;
    double looked_at;
    uint64_t sent;
    struct tally tally;
};

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

static double own_cpu(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What the sockets had no room for since they were made. */
static uint64_t dropped(const struct run *r)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < r->count; i++) {
        uint32_t info[SK_MEMINFO_VARS] = {0};
        socklen_t len = sizeof(info);
        (void)getsockopt(r->clients[i].line.fd, SOL_SOCKET, SO_MEMINFO, info, &len);
        sum += info[SK_MEMINFO_DROPS];
    }
    return sum;
}

static void hear_rtcp(struct client *c, uint8_t *p, size_t n)
{
    struct rtcp part;

    if (srtcp_unprotect(c->line.in, p, n, &n) != 0)
        return;
    for (struct span rest = span_of(p, n); rtcp_next(&rest, &part);) {
        for (size_t i = 0; i < c->send_count; i++)
            c->sends[i].key |= part.kind == RTCP_PLI || part.kind == RTCP_FIR;
    }
}

static void hear(struct run *r, struct client *c, uint8_t *p, size_t n, uint64_t at_ns)
{
    if (n < 12)
        return;
    if (p[0] < NOT_RTP) {
        if (p[0] < 2)
            line_stun(&c->line, p, n);
        return;
    }
    if (rtp_is_rtcp(p, n))
        hear_rtcp(c, p, n);
    else
        stream_hear(&c->hearer, &c->line, p, n, at_ns, &r->tally);
}

struct arrival {
    uint64_t at_ns;
    size_t size; /* of each packet, but the last; 0: there is one */
};

static struct arrival arrival(struct msghdr *m)
{
    struct arrival a = {0};
    struct timespec t;
    int size;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            memcpy(&t, CMSG_DATA(c), sizeof(t));
            a.at_ns = (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
        } else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
            memcpy(&size, CMSG_DATA(c), sizeof(size));
            a.size = (size_t)size;
        }
    }
    if (a.at_ns == 0)
        a.at_ns = wall_ns();
    return a;
}

static void hear_all(struct run *r, struct client *c, struct mmsghdr *m, uint8_t *p)
{
    const struct arrival a = arrival(&m->msg_hdr);
    const size_t size = a.size > 0 ? a.size : m->msg_len;

    for (size_t at = 0; at < m->msg_len; at += size) {
        const size_t left = m->msg_len - at;
        hear(r, c, p + at, left < size ? left : size, a.at_ns);
    }
}

static void drain(struct run *r, struct client *c)
{
    static uint8_t rooms[BATCH][ROOM];
    static uint8_t controls[BATCH][CONTROL];
    struct iovec parts[BATCH];
    struct mmsghdr m[BATCH];
    int n;

    do {
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){rooms[i], ROOM};
            m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i],
                                                .msg_iovlen = 1,
                                                .msg_control = controls[i],
                                                .msg_controllen = CONTROL}};
        }
        n = recvmmsg(c->line.fd, m, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++)
            hear_all(r, c, &m[i], rooms[i]);
    } while (n == BATCH);
}

static void add_client(struct run *r, const char *line)
{
    struct client *c = &r->clients[r->count];
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};

    if (r->count == CLIENTS_MAX)
        die("too many clients");
    if (!plan_read_client(line, &r->plan, (uint16_t)r->count, c)) {
        r->whole = true;
        return;
    }
    r->count++;
    for (size_t i = 0; i < c->send_count; i++)
        c->sends[i].numbers = &c->numbers;
    line_open(&c->line, &c->conf, r->context);
    if (epoll_ctl(r->ep, EPOLL_CTL_ADD, c->line.fd, &e) < 0)
        die("epoll_ctl");
    line_tick(&c->line, line_now());
}

static void take_line(struct run *r, const char *line)
{
    if (r->planned) {
        add_client(r, line);
        return;
    }
    r->plan = plan_read(line);
    r->planned = true;
    r->context = line_context(r->plan.certificate, r->plan.key, r->plan.profiles);
}

static void read_plan(struct run *r)
{
    const ssize_t n = read(STDIN_FILENO, r->line + r->line_len, LINE - 1 - r->line_len);
    char *end;

    if (n <= 0)
        die("the plan has no end");
    r->line_len += (size_t)n;
    r->line[r->line_len] = '\0';
    while ((end = strchr(r->line, '\n')) != NULL) {
        *end = '\0';
        take_line(r, r->line);
        r->line_len -= (size_t)(end + 1 - r->line);
        memmove(r->line, end + 1, r->line_len + 1);
    }
    if (r->whole && epoll_ctl(r->ep, EPOLL_CTL_DEL, STDIN_FILENO, NULL) < 0)
        die("epoll_ctl");
}

static void hear_line(struct run *r, struct client *c)
{
    if (c->line.state == LINE_READY) {
        drain(r, c);
        return;
    }
    line_receive(&c->line);
    if (c->line.state != LINE_READY)
        return;
    r->ready++;
    printf("{\"connected\":%zu}\n", (size_t)(c - r->clients));
    (void)fflush(stdout);
}

static void receive(struct run *r, int wait_ms)
{
    struct epoll_event ready[256];
    const int n = epoll_wait(r->ep, ready, 256, wait_ms);

    for (int i = 0; i < n; i++) {
        if (ready[i].data.ptr)
            hear_line(r, ready[i].data.ptr);
        else
            read_plan(r);
    }
}

static void look_after(struct run *r, double now)
{
    for (size_t i = 0; i < r->count; i++) {
        struct client *c = &r->clients[i];
        line_tick(&c->line, now);
        if (c->line.state != LINE_READY || now < c->report_due)
            continue;
        stream_report(&c->hearer, &c->line, wall_ns());
        c->report_due = now + report_every;
    }
    r->looked_at = now;
}

static void connect_all(struct run *r)
{
    const double begun = line_now();
    struct epoll_event plan = {.events = EPOLLIN};

    if (epoll_ctl(r->ep, EPOLL_CTL_ADD, STDIN_FILENO, &plan) < 0)
        die("epoll_ctl");
    while (!r->whole || r->ready < r->count) {
        const double now = line_now();
        if (now > begun + READY_S) {
            (void)fprintf(stderr, "load: %zu of %zu connected\n", r->ready, r->count);
            exit(1);
        }
        look_after(r, now);
        receive(r, 10);
    }
}

/* They do not all send at the same moment, as people do not. */
static void spread(struct run *r, double now)
{
    for (size_t i = 0; i < r->count; i++) {
        struct client *c = &r->clients[i];
        for (size_t k = 0; k < c->send_count; k++)
            c->sends[k].due = now + c->sends[k].every * (double)(i * 7 % 50) / 50;
        c->report_due = now + report_every * (double)(i * 13 % 50) / 50;
    }
}

static void go_on(struct run *r, double until)
{
    for (double now = line_now(); now < until; now = line_now()) {
        for (size_t i = 0; i < r->count; i++) {
            struct client *c = &r->clients[i];
            for (size_t k = 0; k < c->send_count; k++)
                r->sent += stream_send(&c->sends[k], &c->line, now);
        }
        if (now >= r->looked_at + look_every)
            look_after(r, now);
        receive(r, 1);
    }
}

static int by_size(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static uint32_t late_at(const struct tally *t, double part)
{
    if (t->late_count == 0)
        return 0;
    return t->late[(size_t)((double)(t->late_count - 1) * part)];
}

static void print(const struct run *r, double seconds, double server, double own, uint64_t drops)
{
    const struct tally *t = &r->tally;

    qsort(t->late, t->late_count, sizeof(t->late[0]), by_size);
    printf("{\"seconds\":%.3f,\"sent\":%llu,\"received\":%llu,\"bytes\":%llu,\"lost\":%llu,"
           "\"dropped\":%llu,\"disordered\":%llu,\"wrong\":%llu,\"checked\":%llu,"
           "\"p50_us\":%u,\"p99_us\":%u,\"server_cpu\":%.6f,\"own_cpu\":%.6f}\n",
           seconds, (unsigned long long)r->sent, (unsigned long long)t->got,
           (unsigned long long)t->bytes, (unsigned long long)t->lost, (unsigned long long)drops,
           (unsigned long long)t->disordered, (unsigned long long)t->wrong,
           (unsigned long long)t->checked, late_at(t, 0.5), late_at(t, 0.99), server, own);
}

static void measure(struct run *r)
{
    uint32_t *late = calloc(LATE_MAX, sizeof(late[0]));

    spread(r, line_now());
    go_on(r, line_now() + r->plan.settle);
    r->sent = 0;
    r->tally = (struct tally){.late = late, .late_cap = LATE_MAX};
    for (size_t i = 0; i < r->count; i++)
        stream_begin_count(&r->clients[i].hearer);
    const double begun = line_now();
    const double server = cpu_of(r->plan.pid);
    const double own = own_cpu();
    const uint64_t drops = dropped(r);
    go_on(r, begun + r->plan.seconds);
    const double took = line_now() - begun;
    const double server_took = cpu_of(r->plan.pid) - server;
    const double own_took = own_cpu() - own;
    for (size_t i = 0; i < r->count; i++)
        stream_end_count(&r->clients[i].hearer, &r->tally);
    print(r, took, server_took, own_took, dropped(r) - drops);
    free(late);
}

int main(void)
{
    struct run *r = calloc(1, sizeof(*r));

    r->ep = epoll_create1(EPOLL_CLOEXEC);
    r->clients = calloc(CLIENTS_MAX, sizeof(r->clients[0]));
    connect_all(r);
    measure(r);
    for (size_t i = 0; i < r->count; i++)
        line_close(&r->clients[i].line);
    SSL_CTX_free(r->context);
    free(r->clients);
    free(r);
    return 0;
}
