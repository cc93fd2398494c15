#include "port/datagrams.h"

#include "base/mem.h"
#include "base/metric.h"
#include "os/poll.h"
#include "os/tcp.h"
#include "wire/stun.h"

#include <unistd.h>

static struct metric unsent = METRIC_COUNTER(
    "convene_media_unsent_total", "Datagrams from MEDIA_PORT that the system did not take");

struct owner {
    datagram_fn *fn;
    loop_fn *after;
    void *arg;
};

struct datagrams {
    struct poll *poll;
    struct udp_receiver *receiver;
    struct udp_sender *sender;
    struct owner owners[DATAGRAM_KINDS_];
    struct udp_out out[UDP_BATCH];
    size_t waiting; /* in out */
    datagram_out_fn *inside;
    void *inside_arg;
    int fd;
    uint16_t port;
    bool v6;
};

int datagrams_open(uint16_t port, size_t n, int *ret_fds)
{
    struct udp_open o = {.at = {.port = port}, .tells_local = true, .buffer = DATAGRAM_BUFFER};

    /* A shared port would be shared with another process of this user as well, each getting some of what
     * comes: so it must be free first. */
    if (port != 0) {
        const int rc = udp_open(&o, &ret_fds[0]);
        if (rc)
            return rc;
        (void)close(ret_fds[0]);
    }
    o.shared = true;
    for (size_t i = 0; i < n; i++) {
        const int rc = udp_open(&o, &ret_fds[i]);
        if (rc) {
            while (i-- > 0)
                (void)close(ret_fds[i]);
            return rc;
        }
        o.at.port = tcp_port(ret_fds[i]); /* the others follow the first */
    }
    return 0;
}

/* RFC 7983, 7. */
enum datagram_kind datagrams_kind(const uint8_t *p, size_t len)
{
    const uint8_t first = p[0];

    if (first <= 3)
        return stun_is_check(p, len) ? DATAGRAM_CHECK : DATAGRAM_STUN;
    if (first >= 20 && first <= 63)
        return DATAGRAM_DTLS;
    if (first >= 64 && first <= 127)
        return DATAGRAM_CHANNEL;
    return first >= 128 && first <= 191 ? DATAGRAM_RTP : DATAGRAM_KINDS_;
}

static void give(struct datagrams *d, struct udp_in *in)
{
    const enum datagram_kind kind = in->len > 0 ? datagrams_kind(in->p, in->len) : DATAGRAM_KINDS_;

    if (kind != DATAGRAM_KINDS_ && d->owners[kind].fn) {
        in->local.port = d->port;
        d->owners[kind].fn(in, d->owners[kind].arg);
    }
}

static void end_batch(struct datagrams *d)
{
    for (size_t i = 0; i < DATAGRAM_KINDS_; i++) {
        if (d->owners[i].after)
            d->owners[i].after(d->owners[i].arg);
    }
    datagrams_flush(d);
}

void datagrams_take(struct datagrams *d, struct udp_in *in)
{
    const enum datagram_kind kind = in->len > 0 ? datagrams_kind(in->p, in->len) : DATAGRAM_KINDS_;

    in->inside = true;
    if (kind == DATAGRAM_CHECK || kind == DATAGRAM_DTLS || kind == DATAGRAM_RTP)
        give(d, in);
}

void datagrams_taken(struct datagrams *d)
{
    end_batch(d);
}

static void on_readable(int events, void *arg)
{
    struct datagrams *d = arg;

    (void)events;
    for (int i = 0; i < DATAGRAM_BATCHES; i++) {
        struct udp_in in[UDP_BATCH];
        size_t used;
        const size_t n = udp_receive(d->receiver, d->fd, 0, in, &used);

        for (size_t k = 0; k < n; k++)
            give(d, &in[k]);
        end_batch(d);
        if (used < UDP_BATCH)
            return;
    }
}

struct datagrams *datagrams_new(struct loop *l, int fd)
{
    struct datagrams *d = mem_new(struct datagrams);

    d->fd = fd;
    d->v6 = udp_is_v6(fd);
    d->port = tcp_port(fd);
    d->receiver = udp_receiver_new(DATAGRAM_HEADROOM, DATAGRAM_MAX, DATAGRAM_TAILROOM);
    d->sender = udp_sender_new();
    d->poll = poll_new(l, fd, on_readable, d);
    metric_add(&unsent, 0); /* there to be read before the first */
    return d;
}

struct datagrams *datagrams_free(struct datagrams *d)
{
    if (!d)
        return NULL;
    d->poll = poll_free(d->poll);
    (void)close(d->fd);
    d->receiver = udp_receiver_free(d->receiver);
    d->sender = udp_sender_free(d->sender);
    return mem_free(d);
}

void datagrams_own(struct datagrams *d, enum datagram_kind kind, datagram_fn *fn, loop_fn *after,
                   void *arg)
{
    d->owners[kind] = (struct owner){fn, after, arg};
}

void datagrams_start(struct datagrams *d)
{
    poll_set(d->poll, POLL_READ);
}

void datagrams_own_inside(struct datagrams *d, datagram_out_fn *fn, void *arg)
{
    d->inside = fn;
    d->inside_arg = arg;
}

void datagrams_send_inside(struct datagrams *d, const struct udp_out *out)
{
    if (d->inside)
        d->inside(out, d->inside_arg);
}

void datagrams_send(struct datagrams *d, const struct udp_out *out)
{
    if (d->waiting == UDP_BATCH)
        datagrams_flush(d);
    d->out[d->waiting++] = *out;
}

void datagrams_send_now(struct datagrams *d, const struct udp_out *out)
{
    (void)udp_send(d->sender, d->fd, d->v6, out, 1);
}

void datagrams_flush(struct datagrams *d)
{
    if (d->waiting == 0)
        return;
    const size_t taken = udp_send(d->sender, d->fd, d->v6, d->out, d->waiting);
    if (taken < d->waiting)
        metric_add(&unsent, (int64_t)(d->waiting - taken));
    d->waiting = 0;
}

uint16_t datagrams_port(const struct datagrams *d)
{
    return d->port;
}

uint32_t datagrams_overflown(const struct datagrams *d)
{
    return udp_overflown(d->fd);
}
