/*
 * The floor of a fan-out: one process writes 300 bytes to each of 1,000 loopback connections that another
 * one reads, again and again, and does nothing else.  Prints the CPU time of the writing process in
 * microseconds a write: what no server that sends each message by itself comes below.
 *
 * Thread: one a process.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTIONS = 1000, ROUNDS = 100, BYTES = 300, PAUSE_US = 15000, SETTLE_US = 500000 };

static void must(int rc, const char *what)
{
    if (rc >= 0)
        return;
    perror(what);
    exit(1);
}

static double cpu_seconds(void)
{
    struct rusage r;

    must(getrusage(RUSAGE_SELF, &r), "getrusage");
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

/* Connects and reads until it is killed. */
static void receive(const struct sockaddr_in *to)
{
    struct epoll_event events[256];
    char bytes[4096];
    const int ep = epoll_create1(0);

    must(ep, "epoll_create1");
    for (int i = 0; i < CONNECTIONS; i++) {
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
        must(fd, "socket");
        must(connect(fd, (const struct sockaddr *)to, sizeof(*to)), "connect");
        must(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e), "epoll_ctl");
    }
    for (;;) {
        const int n = epoll_wait(ep, events, 256, -1);
        for (int i = 0; i < n; i++)
            must((int)read(events[i].data.fd, bytes, sizeof(bytes)), "read");
    }
}

static double write_to_all(const int fds[CONNECTIONS])
{
    char bytes[BYTES];
    const double before = cpu_seconds();

    memset(bytes, 'x', sizeof(bytes));
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CONNECTIONS; i++)
            must((int)send(fds[i], bytes, sizeof(bytes), MSG_NOSIGNAL), "send");
        (void)usleep(
            PAUSE_US); /* so that the reader comes to rest, as the receivers of a message do */
    }
    return cpu_seconds() - before;
}

int main(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(a);
    int fds[CONNECTIONS];
    const int one = 1;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);

    must(listener, "socket");
    must(bind(listener, (struct sockaddr *)&a, sizeof(a)), "bind");
    must(listen(listener, CONNECTIONS), "listen");
    must(getsockname(listener, (struct sockaddr *)&a, &len), "getsockname");
    const pid_t reader = fork();
    must(reader, "fork");
    if (reader == 0)
        receive(&a);
    for (int i = 0; i < CONNECTIONS; i++) {
        fds[i] = accept(listener, NULL, NULL);
        must(fds[i], "accept");
        must(setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)), "TCP_NODELAY");
    }
    (void)usleep(SETTLE_US);
    printf("%.3f\n", write_to_all(fds) * 1e6 / ROUNDS / CONNECTIONS);
    must(kill(reader, SIGKILL), "kill");
    (void)waitpid(reader, NULL, 0);
    return 0;
}
