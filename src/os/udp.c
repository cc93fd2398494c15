#include "os/udp.h"

#include "base/mem.h"
#include "os/clock.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/udp.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    CONTROL = 96,      /* bytes of control messages: packet info and a time, or a segment size */
    SEGMENTS_MAX = 64, /* that the kernel splits (UDP_MAX_SEGMENTS) */
    SEGMENTS_BYTES = 63000, /* below what IP can hold */
    SEGMENT_MAX = 1452,     /* larger ones might not pass the link unsplit */
};

#define AGO_MAX ((int64_t)SEC) /* longer ago is the clock that was set */

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103 /* linux/udp.h; C libraries were slow to take it over */
#endif

union sockaddr_any {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static void mapped_ip(const struct addr *a, struct in6_addr *ret)
{
    memset(ret, 0, sizeof(*ret));
    if (a->family == 6) {
        memcpy(ret, a->ip, sizeof(*ret));
    } else {
        ret->s6_addr[10] = ret->s6_addr[11] = 0xff;
        memcpy(ret->s6_addr + 12, a->ip, 4);
    }
}

static socklen_t to_sockaddr(const struct addr *a, bool v6, union sockaddr_any *ret)
{
    if (v6) {
        ret->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(a->port)};
        mapped_ip(a, &ret->v6.sin6_addr);
        return sizeof(ret->v6);
    }
    ret->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(a->port)};
    memcpy(&ret->v4.sin_addr, a->ip, 4);
    return sizeof(ret->v4);
}

static void set(int fd, int level, int name, int value)
{
    (void)setsockopt(fd, level, name, &value, sizeof(value));
}

static int open_bound(const struct udp_open *o, int family, int *ret_fd)
{
    union sockaddr_any sa = {0};
    const bool v6 = family == AF_INET6;
    const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t len = v6 ? sizeof(sa.v6) : sizeof(sa.v4);

    if (fd < 0)
        return -errno;
    if (o->shared)
        set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    if (v6)
        set(fd, IPPROTO_IPV6, IPV6_V6ONLY, o->at.family == 6);
    if (o->tells_local) {
        set(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1);
        set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    }
    if (o->buffer > 0) {
        set(fd, SOL_SOCKET, SO_RCVBUF, o->buffer);
        set(fd, SOL_SOCKET, SO_SNDBUF, o->buffer);
    }
    if (o->at.family != 0) {
        len = to_sockaddr(&o->at, v6, &sa);
    } else if (v6) {
        sa.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(o->at.port)};
    } else {
        sa.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(o->at.port)};
    }
    if (bind(fd, &sa.any, len) < 0) {
        const int rc = -errno;
        (void)close(fd);
        return rc;
    }
    *ret_fd = fd;
    return 0;
}

int udp_open(const struct udp_open *o, int *ret_fd)
{
    if (o->at.family == 4)
        return open_bound(o, AF_INET, ret_fd);
    const int rc = open_bound(o, AF_INET6, ret_fd);
    /* a machine without IPv6 refuses the socket or the address */
    if (o->at.family == 0 && (rc == -EAFNOSUPPORT || rc == -EADDRNOTAVAIL))
        return open_bound(o, AF_INET, ret_fd);
    return rc;
}

bool udp_is_v6(int fd)
{
    union sockaddr_any sa = {0};
    socklen_t len = sizeof(sa);

    return getsockname(fd, &sa.any, &len) == 0 && sa.any.sa_family == AF_INET6;
}

struct udp_receiver {
    size_t headroom;
    size_t size;
    size_t step; /* bytes from one datagram's room to the next */
    uint8_t *room;
    struct mmsghdr messages[UDP_BATCH];
    struct iovec parts[UDP_BATCH];
    union sockaddr_any from[UDP_BATCH];
    _Alignas(struct cmsghdr) char control[UDP_BATCH][CONTROL];
};

/* What receiving changes; only of those that were used, for all of them are many cache lines. */
static void renew(struct udp_receiver *r, size_t i)
{
    r->messages[i].msg_hdr.msg_namelen = sizeof(r->from[i]);
    r->messages[i].msg_hdr.msg_controllen = CONTROL;
}

struct udp_receiver *udp_receiver_new(size_t headroom, size_t size, size_t tailroom)
{
    struct udp_receiver *r = mem_new(struct udp_receiver);

    r->headroom = headroom;
    r->size = size;
    r->step = headroom + size + tailroom;
    r->room = mem_alloc_array(UDP_BATCH, r->step);
    for (size_t i = 0; i < UDP_BATCH; i++) {
        r->parts[i] = (struct iovec){r->room + i * r->step + headroom, size};
        r->messages[i].msg_hdr = (struct msghdr){
            .msg_name = &r->from[i],
            .msg_iov = &r->parts[i],
            .msg_iovlen = 1,
            .msg_control = r->control[i],
        };
        renew(r, i);
    }
    return r;
}

struct udp_receiver *udp_receiver_free(struct udp_receiver *r)
{
    if (!r)
        return NULL;
    r->room = mem_free(r->room);
    return mem_free(r);
}

/* One moment on both clocks. */
struct moment {
    usec_t mono;
    int64_t wall_us;
};

static struct moment moment_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (struct moment){clock_now(), (int64_t)t.tv_sec * (int64_t)SEC + t.tv_nsec / 1000};
}

/* Of the wall clock, which may be set: so it is taken as how long ago. */
static usec_t monotonic_of(const struct timespec *ts, const struct moment *now)
{
    const int64_t at = (int64_t)ts->tv_sec * (int64_t)SEC + ts->tv_nsec / 1000;
    const int64_t ago = now->wall_us - at;

    return ago < 0 || ago > AGO_MAX ? now->mono : now->mono - (usec_t)ago;
}

static void read_control(struct msghdr *h, const struct moment *now, struct udp_in *in)
{
    struct addr *ret = &in->local;

    *ret = (struct addr){0};
    in->at = 0;
    in->inside = false;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof(info));
            addr_from_bytes((const uint8_t *)&info.ipi_addr, 4, 0, ret);
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof(info));
            addr_from_bytes(info.ipi6_addr.s6_addr, 16, 0, ret);
        } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec ts;
            memcpy(&ts, CMSG_DATA(c), sizeof(ts));
            in->at = monotonic_of(&ts, now);
        }
    }
}

size_t udp_receive(struct udp_receiver *r, int fd, size_t skip, struct udp_in ret[UDP_BATCH],
                   size_t *ret_used)
{
    size_t n = 0;
    int got;

    do {
        got = recvmmsg(fd, r->messages + skip, (unsigned)(UDP_BATCH - skip), 0, NULL);
    } while (got < 0 && errno == EINTR);
    *ret_used = got > 0 ? (size_t)got : 0;
    const struct moment now = moment_now();
    for (size_t i = skip; i < skip + *ret_used; i++) {
        struct msghdr *h = &r->messages[i].msg_hdr;
        struct udp_in *in = &ret[n];
        if (!(h->msg_flags & MSG_TRUNC) && addr_from_sockaddr(&r->from[i].any, &in->from) == 0) {
            in->p = r->parts[i].iov_base;
            in->len = r->messages[i].msg_len;
            read_control(h, &now, in);
            n++;
        }
        renew(r, i);
    }
    return n;
}

struct udp_sender {
    bool splits;   /* kernel and device know UDP_SEGMENT */
    size_t singly; /* so many are sent one by one: their way takes no larger ones */
    struct mmsghdr messages[UDP_BATCH];
    struct iovec parts[UDP_BATCH];
    union sockaddr_any to[UDP_BATCH];
    _Alignas(struct cmsghdr) char control[UDP_BATCH][CONTROL];
};

struct udp_sender *udp_sender_new(void)
{
    struct udp_sender *s = mem_new(struct udp_sender);

    s->splits = true;
    return s;
}

struct udp_sender *udp_sender_free(struct udp_sender *s)
{
    return mem_free(s);
}

static bool same_way(const struct udp_out *a, const struct udp_out *b)
{
    return a->to.port == b->to.port && addr_same_ip(&a->to, &b->to) &&
           addr_same_ip(&a->local, &b->local);
}

/* How many from the first on make one message: of its size, but for a shorter last one. */
static size_t run(struct udp_sender *s, const struct udp_out *out, size_t n)
{
    const size_t size = out[0].len;
    size_t bytes = size;
    size_t i = 1;

    if (s->singly > 0) {
        s->singly--;
        return 1;
    }
    if (!s->splits || size == 0 || size > SEGMENT_MAX)
        return 1;
    while (i < n && i < SEGMENTS_MAX && out[i - 1].len == size && out[i].len <= size &&
           out[i].len > 0 && bytes + out[i].len <= SEGMENTS_BYTES && same_way(&out[0], &out[i])) {
        bytes += out[i].len;
        i++;
    }
    return i;
}

static struct cmsghdr *add_control(struct msghdr *h, struct cmsghdr *at, int level, int type,
                                   const void *value, size_t len)
{
    at->cmsg_level = level;
    at->cmsg_type = type;
    at->cmsg_len = CMSG_LEN(len);
    memcpy(CMSG_DATA(at), value, len);
    h->msg_controllen += CMSG_SPACE(len);
    return (struct cmsghdr *)(void *)((char *)at + CMSG_SPACE(len));
}

static void write_control(struct msghdr *h, char *room, bool v6, const struct udp_out *first,
                          size_t count)
{
    struct cmsghdr *at = (struct cmsghdr *)(void *)room;

    h->msg_control = room;
    h->msg_controllen = 0;
    if (first->local.family != 0 && v6) {
        struct in6_pktinfo info = {0};
        mapped_ip(&first->local, &info.ipi6_addr);
        at = add_control(h, at, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
    } else if (first->local.family == 4) {
        struct in_pktinfo info = {0};
        memcpy(&info.ipi_spec_dst, first->local.ip, 4);
        at = add_control(h, at, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
    }
    if (count > 1) {
        const uint16_t size = (uint16_t)first->len;
        (void)add_control(h, at, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size));
    }
    if (h->msg_controllen == 0)
        h->msg_control = NULL;
}

/* Fills messages with up to UDP_BATCH datagrams; how many of each, how many messages. */
static size_t fill(struct udp_sender *s, bool v6, const struct udp_out *out, size_t n,
                   uint8_t counts[UDP_BATCH])
{
    size_t m = 0;

    for (size_t i = 0; i < n; m++) {
        struct msghdr *h = &s->messages[m].msg_hdr;
        counts[m] = (uint8_t)run(s, out + i, n - i);
        *h = (struct msghdr){.msg_name = &s->to[m], .msg_iov = &s->parts[i]};
        h->msg_iovlen = counts[m];
        h->msg_namelen = to_sockaddr(&out[i].to, v6, &s->to[m]);
        write_control(h, s->control[m], v6, &out[i], counts[m]);
        for (size_t k = 0; k < counts[m]; k++, i++)
            s->parts[i] = (struct iovec){(void *)out[i].p, out[i].len};
    }
    return m;
}

/*
 * A run of so many was not taken; how many of them are done with.  What is wrong with one receiver, as no route to
 * it, says nothing of the others, and what is wrong with a run as such nothing of its datagrams.
 */
static size_t after_run(struct udp_sender *s, size_t count, int error)
{
    switch (error) {
    case EIO: /* the device makes no checksums */
    case ENOPROTOOPT:
    case EOPNOTSUPP: s->splits = false; return 0;
    case EINVAL: /* larger than the way's MTU, where single ones go in fragments */
    case EMSGSIZE: s->singly = count; return 0;
    default: return count;
    }
}

/* Sends what fits into one call; how many datagrams are done with, taken or not. */
static size_t send_some(struct udp_sender *s, int fd, bool v6, const struct udp_out *out, size_t n,
                        size_t *taken)
{
    uint8_t counts[UDP_BATCH];
    size_t done = 0;
    int sent;

    const size_t m = fill(s, v6, out, n, counts);
    do {
        sent = sendmmsg(fd, s->messages, (unsigned)m, 0);
    } while (sent < 0 && errno == EINTR);
    const int error = errno;
    for (int i = 0; i < sent; i++)
        done += counts[i];
    *taken += done;
    if (sent >= (int)m)
        return done;
    if (sent > 0)
        return done; /* the next call tells why it stopped */
    if (error == EAGAIN || error == ENOBUFS)
        return n;
    return counts[0] > 1 ? after_run(s, counts[0], error) : 1;
}

size_t udp_send(struct udp_sender *s, int fd, bool v6, const struct udp_out *out, size_t n)
{
    size_t taken = 0;

    for (size_t at = 0; at < n;) {
        const size_t some = n - at < UDP_BATCH ? n - at : UDP_BATCH;
        at += send_some(s, fd, v6, out + at, some, &taken);
    }
    return taken;
}

uint32_t udp_overflown(int fd)
{
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof(info);

    (void)getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len);
    return info[SK_MEMINFO_DROPS];
}
