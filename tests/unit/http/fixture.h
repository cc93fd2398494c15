/*
 * fixture - a server on a free port of loopback, its loop on a thread of its own, and a client that
 * speaks raw bytes and blocks.
 */
#pragma once

#include "base/mem.h"
#include "http/server.h"
#include "port/listener.h"
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MAX = 1024 * 1024, CLIENT_SECONDS = 10 };

struct fixture {
    struct loop *loop;
    struct http_server *server;
    struct listener *listener;
    pthread_t thread;
    uint16_t port;
};

static void *fixture_run(void *arg)
{
    struct fixture *f = arg;

    loop_run(f->loop);
    return NULL;
}

/* conf's loop and arg (when NULL: the fixture) are filled in. */
static inline void fixture_start(struct fixture *f, struct http_conf conf, struct tls_context *tls)
{
    *f = (struct fixture){.loop = loop_new()};
    conf.loop = f->loop;
    if (!conf.arg)
        conf.arg = f;
    CHECK_OK(http_server_new(&conf, &f->server));
    const struct listener_conf port = {.loop = f->loop, .host = span_str("127.0.0.1"), .tls = tls};
    CHECK_OK(listener_new(&port, &f->listener));
    listener_add(f->listener, &(struct protocol){match_http, http_server_accept, f->server});
    listener_start(f->listener);
    f->port = listener_port(f->listener);
    CHECK_OK(pthread_create(&f->thread, NULL, fixture_run, f));
}

static inline void fixture_stop(struct fixture *f)
{
    loop_stop(f->loop);
    CHECK_OK(pthread_join(f->thread, NULL));
    f->listener = listener_free(f->listener);
    f->server = http_server_free(f->server);
    f->loop = loop_free(f->loop);
}

static inline int client_connect(const struct fixture *f)
{
    const struct sockaddr_in sa = {.sin_family = AF_INET,
                                   .sin_port = htons(f->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval limit = {.tv_sec = CLIENT_SECONDS};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(fd >= 0);
    CHECK_OK(connect(fd, (const struct sockaddr *)&sa, sizeof(sa)));
    CHECK_OK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
    return fd;
}

static inline void client_send(int fd, const char *p, size_t n)
{
    while (n > 0) {
        const ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        CHECK(sent > 0);
        p += sent;
        n -= (size_t)sent;
    }
}

static inline void client_say(int fd, const char *s)
{
    client_send(fd, s, strlen(s));
}

/* Reads until the peer's end, or `until` has come (NULL: only the end); NUL-terminated, static. */
static inline const char *client_hear(int fd, const char *until)
{
    static char reply[REPLY_MAX];
    size_t n = 0;

    reply[0] = 0;
    for (;;) {
        const ssize_t got = recv(fd, reply + n, sizeof(reply) - 1 - n, 0);
        if (got < 0)
            test_fail(__FILE__, __LINE__, "nothing came: errno %d after \"%.200s\"", errno, reply);
        n += (size_t)got;
        reply[n] = 0;
        if (got == 0 || (until && strstr(reply, until)))
            return reply;
    }
}

/* One connection: says s, reads to the end. */
static inline const char *client_ask(const struct fixture *f, const char *s)
{
    const int fd = client_connect(f);

    client_say(fd, s);
    const char *reply = client_hear(fd, NULL);
    CHECK_OK(close(fd));
    return reply;
}

static inline bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static inline int count_of(const char *s, const char *what)
{
    int n = 0;

    while ((s = strstr(s, what))) {
        n++;
        s += strlen(what);
    }
    return n;
}
