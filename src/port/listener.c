/*
 * A connection that is being told apart is a `greeting`: on a list in the order of arrival, which is
 * that of the deadlines, so that one timer serves all.
 */
#include "port/listener.h"

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "os/tcp.h"
#include "port/census.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PROTOCOLS_MAX = 8,
    ACCEPTS_A_TURN = 64, /* then the others have their turn */
    TLS_HANDSHAKE = 0x16 /* RFC 8446, 5.1: content type of the first record */
};

#define PAUSE      (100 * MSEC) /* when even the spare descriptor is gone */
#define TELL_EVERY (60 * SEC)

static struct metric turned_away =
    METRIC_COUNTER("convene_connections_refused_total", "Connections closed for want of room");

struct listener {
    struct loop *loop;
    struct poll *poll;
    struct tls_context *tls;
    const struct addr_prefix *proxies;
    size_t proxies_count;
    struct census *census;
    size_t total;
    usec_t told; /* when the log was told last that somebody was turned away */
    struct list greetings;
    struct timer deadline; /* of the first greeting */
    struct timer resume;
    usec_t greeting;
    int fd;
    int spare;
    uint16_t port;
    size_t count;
    struct protocol protocols[PROTOCOLS_MAX];
};

enum phase { PHASE_OUTSIDE, PHASE_HANDSHAKE, PHASE_INSIDE };

struct greeting {
    struct list link;
    struct listener *listener;
    struct stream *stream;
    usec_t deadline;
    enum phase phase;
    bool raised; /* SO_RCVLOWAT */
    size_t seen;
};

static void watch_deadline(struct listener *l)
{
    if (list_empty(&l->greetings)) {
        timer_stop(&l->deadline);
        return;
    }
    timer_set(&l->deadline, container_of(l->greetings.next, struct greeting, link)->deadline);
}

/* Ends the greeting and gives its stream to whoever is next. */
static struct stream *greeting_end(struct greeting *g)
{
    struct listener *l = g->listener;
    struct stream *st = g->stream;

    list_del(&g->link);
    (void)mem_free(g);
    if (list_empty(&l->greetings))
        timer_stop(&l->deadline);
    return st;
}

static void refuse(struct greeting *g)
{
    (void)stream_free(greeting_end(g));
}

static void on_deadline(void *arg)
{
    struct listener *l = arg;
    const usec_t now = loop_now(l->loop);

    LIST_EACH_SAFE (&l->greetings, it) {
        struct greeting *g = container_of(it, struct greeting, link);
        if (g->deadline > now)
            break;
        refuse(g);
    }
    watch_deadline(l);
}

static void hand_over(struct greeting *g, const struct protocol *p)
{
    const bool raised = g->raised;
    struct stream *st = greeting_end(g);
    const int one = 1;

    if (raised)
        (void)setsockopt(stream_fd(st), SOL_SOCKET, SO_RCVLOWAT, &one, sizeof(one));
    stream_want(st, 0);
    stream_own(st, NULL, NULL);
    p->accept(st, p->arg);
}

/* Looks at what there is; the first protocol that is not against it decides. */
static void judge(struct greeting *g)
{
    const struct listener *l = g->listener;
    uint8_t first[LISTENER_PEEK];
    const ssize_t n = stream_peek(g->stream, first, sizeof(first));

    if (n == -EAGAIN) {
        stream_want(g->stream, STREAM_READ);
        return;
    }
    /* a wake that brings nothing new: the peer has ended its half in the middle of a header */
    if (n <= 0 || (size_t)n <= g->seen) {
        refuse(g);
        return;
    }
    g->seen = (size_t)n;
    if (g->phase == PHASE_OUTSIDE && first[0] == TLS_HANDSHAKE && l->tls) {
        g->phase = PHASE_HANDSHAKE;
        g->seen = 0;
        stream_start_tls(g->stream, l->tls);
        stream_want(g->stream, STREAM_READ);
        return;
    }
    for (size_t i = 0; i < l->count; i++) {
        const struct protocol *p = &l->protocols[i];
        const enum match m = p->match(first, (size_t)n);
        if (m == MATCH_YES) {
            hand_over(g, p);
            return;
        }
        if (m == MATCH_MORE) {
            /* else the socket would tell of the same bytes again and again */
            const int more = (int)n + 1;
            g->raised = true;
            (void)setsockopt(stream_fd(g->stream), SOL_SOCKET, SO_RCVLOWAT, &more, sizeof(more));
            stream_want(g->stream, STREAM_READ);
            return;
        }
    }
    refuse(g);
}

static void on_greeting(int events, void *arg)
{
    struct greeting *g = arg;

    (void)events;
    if (g->phase == PHASE_HANDSHAKE) {
        const int rc = stream_handshake(g->stream);
        if (rc) {
            if (rc != -EAGAIN)
                refuse(g);
            return;
        }
        g->phase = PHASE_INSIDE;
    }
    judge(g);
}

static bool is_proxy(const struct listener *l, const struct addr *peer)
{
    for (size_t i = 0; i < l->proxies_count; i++) {
        if (addr_in(peer, &l->proxies[i]))
            return true;
    }
    return false;
}

/* Once a minute: strangers can bring it about. */
static void note_turned_away(struct listener *l, bool no_descriptor)
{
    metric_add(&turned_away, 1);
    if (l->told != 0 && loop_now(l->loop) < l->told + TELL_EVERY)
        return;
    l->told = loop_now(l->loop);
    if (no_descriptor || census_count(l->census) >= l->total) {
        log_warn("port.full",
                 "open=%zu why=\"no room for more connections\" "
                 "do=\"raise the limit of open files\"",
                 census_count(l->census));
    } else {
        log_warn("port.full", "why=\"an address holds as many connections as it may\" "
                              "do=\"if it is a proxy, name it in TRUSTED_PROXIES\"");
    }
}

static void greet(struct listener *l, int fd, const struct addr *peer)
{
    struct stream *st = stream_new(l->loop, fd, peer);

    if (!census_admit(l->census, st, is_proxy(l, peer))) {
        (void)stream_free(st);
        note_turned_away(l, false);
        return;
    }
    struct greeting *g = mem_new(struct greeting);
    g->listener = l;
    g->stream = st;
    g->deadline = loop_now(l->loop) + l->greeting;
    list_add_tail(&l->greetings, &g->link);
    if (l->greetings.next == &g->link)
        watch_deadline(l);
    stream_own(st, on_greeting, g);
    stream_want(st, STREAM_READ);
}

static int open_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Out of descriptors: takes one connection with the spare one, to end it. */
static bool turn_one_away(struct listener *l)
{
    struct addr peer;
    int fd;

    if (l->spare < 0)
        return false;
    (void)close(l->spare);
    const int rc = tcp_accept(l->fd, &fd, &peer);
    if (rc == 0) {
        (void)close(fd);
        note_turned_away(l, true);
    }
    l->spare = open_spare();
    return rc == 0 && l->spare >= 0;
}

static void on_acceptable(int events, void *arg)
{
    struct listener *l = arg;

    (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        struct addr peer;
        int fd;
        const int rc = tcp_accept(l->fd, &fd, &peer);
        if (rc == 0) {
            greet(l, fd, &peer);
        } else if (rc == -EAGAIN) {
            return;
        } else if (!turn_one_away(l)) {
            poll_set(l->poll, 0);
            timer_after(&l->resume, PAUSE);
            return;
        }
    }
}

static void on_resume(void *arg)
{
    struct listener *l = arg;

    if (l->spare < 0)
        l->spare = open_spare();
    if (l->poll)
        poll_set(l->poll, POLL_READ);
}

int listener_new(const struct listener_conf *conf, struct listener **ret)
{
    int fd;
    const int rc = tcp_listen(conf->host, conf->port, &fd);

    if (rc)
        return rc;
    struct listener *l = mem_new(struct listener);
    l->loop = conf->loop;
    l->fd = fd;
    l->port = tcp_port(fd);
    l->spare = open_spare();
    l->tls = conf->tls;
    l->proxies = conf->proxies;
    l->proxies_count = conf->proxies_count;
    l->greeting = conf->greeting ? conf->greeting : LISTENER_GREETING;
    l->census = census_new(conf->per_ip ? conf->per_ip : LISTENER_PER_IP,
                           conf->total ? conf->total : LISTENER_TOTAL);
    l->total = conf->total ? conf->total : LISTENER_TOTAL;
    list_init(&l->greetings);
    timer_init(&l->deadline, l->loop, on_deadline, l);
    timer_init(&l->resume, l->loop, on_resume, l);
    l->poll = poll_new(l->loop, fd, on_acceptable, l);
    *ret = l;
    return 0;
}

struct listener *listener_free(struct listener *l)
{
    if (!l)
        return NULL;
    listener_stop(l);
    LIST_EACH_SAFE (&l->greetings, it)
        refuse(container_of(it, struct greeting, link));
    timer_stop(&l->deadline);
    if (l->spare >= 0)
        (void)close(l->spare);
    l->census = census_free(l->census);
    return mem_free(l);
}

void listener_add(struct listener *l, const struct protocol *p)
{
    assert(l->count < PROTOCOLS_MAX);
    l->protocols[l->count++] = *p;
}

void listener_start(struct listener *l)
{
    poll_set(l->poll, POLL_READ);
}

void listener_stop(struct listener *l)
{
    if (!l->poll)
        return;
    timer_stop(&l->resume);
    l->poll = poll_free(l->poll);
    (void)close(l->fd);
}

void listener_set_tls(struct listener *l, struct tls_context *tls)
{
    l->tls = tls;
}

uint16_t listener_port(const struct listener *l)
{
    return l->port;
}

size_t listener_open(const struct listener *l)
{
    return census_count(l->census);
}

enum match match_http(const uint8_t *first, size_t n)
{
    const uint8_t c = first[0] | 0x20;

    (void)n;
    return c >= 'a' && c <= 'z' ? MATCH_YES : MATCH_NO;
}
