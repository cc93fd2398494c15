#include "os/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 }; /* the kernel cuts it to net.core.somaxconn */

union sockaddr_any {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int open_bound(const union sockaddr_any *sa, socklen_t len, int *ret_fd)
{
    const int on = 1;
    const int off = 0;
    const int fd = socket(sa->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (sa->any.sa_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    if (bind(fd, &sa->any, len) < 0 || listen(fd, BACKLOG) < 0) {
        const int rc = -errno;
        (void)close(fd);
        return rc;
    }
    *ret_fd = fd;
    return 0;
}

static int listen_v4(const void *ip, uint16_t port, int *ret_fd)
{
    union sockaddr_any sa = {.v4 = {.sin_family = AF_INET, .sin_port = htons(port)}};

    if (ip)
        memcpy(&sa.v4.sin_addr, ip, sizeof(sa.v4.sin_addr));
    return open_bound(&sa, sizeof(sa.v4), ret_fd);
}

static int listen_v6(const void *ip, uint16_t port, int *ret_fd)
{
    union sockaddr_any sa = {.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)}};

    if (ip)
        memcpy(&sa.v6.sin6_addr, ip, sizeof(sa.v6.sin6_addr));
    return open_bound(&sa, sizeof(sa.v6), ret_fd);
}

int tcp_listen(struct span host, uint16_t port, int *ret_fd)
{
    struct addr a;

    if (!host.p) {
        const int rc = listen_v6(NULL, port, ret_fd);
        /* a machine without IPv6 refuses the socket or the address, but not with EADDRINUSE */
        return rc == -EAFNOSUPPORT || rc == -EADDRNOTAVAIL ? listen_v4(NULL, port, ret_fd) : rc;
    }
    if (addr_parse_ip(host, &a) != 0)
        return -EBADMSG;
    return a.family == 4 ? listen_v4(a.ip, port, ret_fd) : listen_v6(a.ip, port, ret_fd);
}

uint16_t tcp_port(int fd)
{
    union sockaddr_any sa = {0};
    socklen_t len = sizeof(sa);

    if (getsockname(fd, &sa.any, &len) < 0)
        return 0;
    return ntohs(sa.any.sa_family == AF_INET6 ? sa.v6.sin6_port : sa.v4.sin_port);
}

int tcp_accept(int fd, int *ret_fd, struct addr *ret_peer)
{
    union sockaddr_any sa = {0};
    const int on = 1;
    int got;

    do {
        socklen_t len = sizeof(sa);
        got = accept4(fd, &sa.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (got < 0 && (errno == EINTR || errno == ECONNABORTED || errno == EPROTO));
    if (got < 0)
        return -errno;
    if (addr_from_sockaddr(&sa.any, ret_peer) != 0)
        *ret_peer = (struct addr){0};
    (void)setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    *ret_fd = got;
    return 0;
}

size_t tcp_own_addresses(struct addr *ret, size_t max)
{
    struct ifaddrs *all;
    size_t n = 0;

    if (getifaddrs(&all) != 0)
        return 0;
    for (const struct ifaddrs *i = all; i && n < max; i = i->ifa_next) {
        if (!i->ifa_addr || (i->ifa_flags & IFF_LOOPBACK))
            continue;
        if (addr_from_sockaddr(i->ifa_addr, &ret[n]) != 0)
            continue;
        const uint8_t *ip = ret[n].ip;
        const bool link_local = ret[n].family == 6 && ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
        if (!link_local)
            n++;
    }
    freeifaddrs(all);
    return n;
}
