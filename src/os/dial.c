#include "os/dial.h"

#include "os/clock.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static bool known(const struct addr *a, const struct addr *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (addr_same_ip(a, &list[i]))
            return true;
    }
    return false;
}

size_t dial_look_up(const char *host, uint16_t port, struct addr *ret, size_t max)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    size_t n = 0;

    if (getaddrinfo(host, NULL, &hints, &found) != 0)
        return 0;
    for (const struct addrinfo *i = found; i && n < max; i = i->ai_next) {
        struct addr a;
        if (addr_from_sockaddr(i->ai_addr, &a) || known(&a, ret, n))
            continue;
        a.port = port;
        ret[n++] = a;
    }
    freeaddrinfo(found);
    return n;
}

static int connect_v4(int fd, const struct addr *to)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(to->port)};

    memcpy(&sa.sin_addr, to->ip, sizeof(sa.sin_addr));
    return connect(fd, (const struct sockaddr *)&sa, sizeof(sa));
}

static int connect_v6(int fd, const struct addr *to)
{
    struct sockaddr_in6 sa = {.sin6_family = AF_INET6, .sin6_port = htons(to->port)};

    memcpy(&sa.sin6_addr, to->ip, sizeof(sa.sin6_addr));
    return connect(fd, (const struct sockaddr *)&sa, sizeof(sa));
}

int dial_open(const struct addr *to, bool datagrams, int *ret_fd)
{
    const int type = datagrams ? SOCK_DGRAM : SOCK_STREAM;
    const bool v4 = to->family == 4;
    const int fd = socket(v4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    if ((v4 ? connect_v4(fd, to) : connect_v6(fd, to)) != 0 && errno != EINPROGRESS) {
        const int rc = -errno;
        (void)close(fd);
        return rc;
    }
    *ret_fd = fd;
    return 0;
}

int dial_outcome(int fd)
{
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        return -errno;
    return -error;
}

int dial_wait(int fd, bool write, usec_t until)
{
    struct pollfd p = {.fd = fd, .events = write ? POLLOUT : POLLIN};

    for (;;) {
        const usec_t now = clock_now();
        if (now >= until)
            return -ETIMEDOUT;
        const int n = poll(&p, 1, (int)((until - now) / MSEC) + 1);
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -errno;
    }
}
