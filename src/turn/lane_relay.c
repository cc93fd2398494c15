/* What a lane's core wants done: relays, and what goes out by them. */
#include "base/log.h"
#include "os/poll.h"
#include "turn/lane_inside.h"

#include <assert.h>
#include <errno.h>

#define COMPLAIN_EVERY (60 * SEC)

static void flush_relay(struct turn_lane *l, struct relay *r)
{
    struct udp_out out[UDP_BATCH];
    size_t n = 0;

    for (const struct outgoing *o = r->first; o; o = o->next)
        out[n++] = o->out;
    (void)udp_send(l->sender, r->fd, r->family == 6, out, n);
    r->first = r->last = NULL;
    list_del(&r->dirty);
}

static void deliver(struct turn_lane *l, const struct crossed *c, uint8_t *p)
{
    const struct relay *r = ports_find(&l->ports, c->to.family, c->to.port);
    const struct core_time t = turn_lane_time(l);

    if (r)
        core_peer(l->core, r->allocation, &c->from, true, p, c->len, &t);
}

static void on_crossing(void *arg)
{
    struct crossing *c = arg;

    for (size_t i = 0; i < c->count; i++)
        deliver(c->to, &c->packets[i], c->packets[i].room + CORE_HEADROOM);
    turn_lane_flush(c->to);
    (void)mem_free(c);
}

/* For the others on the UDP port: in a turn of its own, so that nobody is called back from within. */
static void on_to_port(void *arg)
{
    struct crossing *c = arg;
    struct datagrams *d = c->to->conf.datagrams;

    for (size_t i = 0; i < c->count; i++) {
        struct crossed *x = &c->packets[i];
        datagrams_take(
            d, &(struct udp_in){
                   .p = x->room + CORE_HEADROOM, .len = x->len, .from = x->from, .local = x->to});
    }
    datagrams_taken(d);
    (void)mem_free(c);
}

static void flush_crossings(struct turn_lane *l)
{
    if (l->to_port) {
        loop_post(l->conf.loop, on_to_port, l->to_port);
        l->to_port = NULL;
    }
    for (size_t i = 0; i < l->conf.count; i++) {
        if (!l->crossings[i])
            continue;
        loop_post(l->conf.lanes[i]->conf.loop, on_crossing, l->crossings[i]);
        l->crossings[i] = NULL;
    }
}

void turn_lane_flush(struct turn_lane *l)
{
    LIST_EACH_SAFE (&l->dirty, it)
        flush_relay(l, container_of(it, struct relay, dirty));
    l->waiting_count = 0;
    flush_crossings(l);
    if (l->conf.datagrams)
        datagrams_flush(l->conf.datagrams);
    turn_clients_flush(l);
    l->received = 0;
    l->frames_used = 0;
}

static void op_to_peer(void *arg, struct relay *r, const struct addr *to, const uint8_t *p,
                       size_t len)
{
    struct turn_lane *l = arg;

    if (l->waiting_count == UDP_BATCH) {
        LIST_EACH_SAFE (&l->dirty, it)
            flush_relay(l, container_of(it, struct relay, dirty));
        l->waiting_count = 0;
    }
    struct outgoing *o = &l->waiting[l->waiting_count++];
    *o = (struct outgoing){.out = {.p = p, .len = len, .to = *to}};
    if (r->last) {
        r->last->next = o;
    } else {
        r->first = o;
    }
    r->last = o;
    if (list_empty(&r->dirty))
        list_add_tail(&l->dirty, &r->dirty);
}

static void put_crossing(struct turn_lane *l, struct crossing **at, struct turn_lane *to,
                         const struct crossed *c, const uint8_t *p)
{
    if (c->len > DATAGRAM_MAX)
        return;
    if (*at && (*at)->count == LANE_CROSSING_MAX)
        flush_crossings(l);
    if (!*at) {
        /* not zeroed: it is large, and only what is written is read */
        *at = mem_realloc(NULL, sizeof(struct crossing));
        (*at)->count = 0;
        (*at)->to = to;
    }
    struct crossed *slot = &(*at)->packets[(*at)->count++];
    slot->from = c->from;
    slot->to = c->to;
    slot->len = c->len;
    memcpy(slot->room + CORE_HEADROOM, p, c->len);
}

static void cross(struct turn_lane *l, size_t to, const struct crossed *c, const uint8_t *p)
{
    put_crossing(l, &l->crossings[to], l->conf.lanes[to], c, p);
}

/* Which lane a port of the range is of. */
static bool turn_lane_of(const struct turn_lane *l, uint16_t port, size_t *ret)
{
    if (port < l->conf.relay_first || port > l->conf.relay_last)
        return false;
    *ret = ports_loop(l->conf.relay_first, port, l->conf.count);
    return true;
}

static void op_to_own(void *arg, const struct addr *from, const struct addr *to, uint8_t *p,
                      size_t len)
{
    struct turn_lane *l = arg;
    size_t index;

    if (l->conf.datagrams && to->port == datagrams_port(l->conf.datagrams)) {
        put_crossing(l, &l->to_port, l, &(struct crossed){.from = *from, .to = *to, .len = len}, p);
        return;
    }
    if (!turn_lane_of(l, to->port, &index))
        return;
    if (index != l->conf.index) {
        cross(l, index, &(struct crossed){.from = *from, .to = *to, .len = len}, p);
        return;
    }
    const struct relay *r = ports_find(&l->ports, to->family, to->port);
    const struct core_time t = turn_lane_time(l);
    if (r)
        core_peer(l->core, r->allocation, from, true, p, len, &t);
}

void turn_lane_inside(const struct udp_out *out, void *lane)
{
    struct turn_lane *l = lane;
    struct crossed c = {.from = out->local, .to = out->to, .len = out->len};
    size_t index;

    if (!turn_lane_of(l, out->to.port, &index))
        return;
    c.from.port = datagrams_port(l->conf.datagrams);
    cross(l, index, &c, out->p);
    loop_defer(l->conf.loop, &l->flush);
}

static void op_to_client(void *arg, const struct path *to, uint8_t *p, size_t len)
{
    struct turn_lane *l = arg;

    if (to->kind == PATH_UDP) {
        datagrams_send(l->conf.datagrams,
                       &(struct udp_out){.p = p, .len = len, .to = to->client, .local = to->local});
        return;
    }
    struct turn_client *c = turn_client_find(l, to);
    if (c)
        turn_client_send(c, span_of(p, len), (4 - len % 4) % 4);
}

static void op_answer(void *arg, const struct path *to, struct span message)
{
    struct turn_lane *l = arg;

    if (to->kind == PATH_UDP) {
        datagrams_send_now(l->conf.datagrams, &(struct udp_out){.p = (const uint8_t *)message.p,
                                                                .len = message.len,
                                                                .to = to->client,
                                                                .local = to->local});
        return;
    }
    struct turn_client *c = turn_client_find(l, to);
    if (c)
        turn_client_answer(c, message);
}

/* From peers, into what room is left; what waits is sent at the end of the turn or when it is used up. */
static void on_peer(int events, void *arg)
{
    struct relay *r = arg;
    struct turn_lane *l = r->lane;
    const struct core_time t = turn_lane_time(l);
    struct udp_in in[UDP_BATCH];
    size_t used;

    (void)events;
    if (l->received == UDP_BATCH)
        turn_lane_flush(l);
    const size_t n = udp_receive(l->receiver, r->fd, l->received, in, &used);
    l->received += used;
    for (size_t i = 0; i < n; i++)
        core_peer(l->core, r->allocation, &in[i].from, false, in[i].p, in[i].len, &t);
    loop_defer(l->conf.loop, &l->flush);
}

static const struct addr *first_of(uint8_t family, const struct addr *list, size_t n, bool loopback)
{
    static const struct addr_prefix here[] = {{{.ip = {127}, .family = 4}, 8},
                                              {{.ip = {[15] = 1}, .family = 6}, 128}};

    for (size_t i = 0; i < n; i++) {
        const bool local = addr_in(&list[i], &here[0]) || addr_in(&list[i], &here[1]);
        if (list[i].family == family && (loopback || !local))
            return &list[i];
    }
    return NULL;
}

/*
 * Where a relay of this family is, and what clients are told: the operator's word; else the address that
 * the client has come to; else one of the machine's.
 */
static bool places(const struct turn_lane *l, const struct path *path, uint8_t family,
                   struct addr *ret_at, struct addr *ret_told)
{
    const struct addr *told = first_of(family, l->conf.public_ips, l->conf.public_count, true);
    const struct addr *at = NULL;

    if (path->local.family == family) {
        at = &path->local;
    } else {
        at = first_of(family, l->peers.own, l->peers.own_count, false);
    }
    if (!at && !told)
        return false;
    *ret_told = told ? *told : *at;
    if (told) { /* by a NAT or not, it may come in anywhere */
        *ret_at = (struct addr){.family = family};
    } else {
        *ret_at = *at;
    }
    return true;
}

/* Once a minute and loop: calls fail for want of it. */
static void complain(struct turn_lane *l, int rc)
{
    const usec_t now = loop_now(l->conf.loop);

    if (l->complained != 0 && now < l->complained + COMPLAIN_EVERY)
        return;
    l->complained = now;
    if (rc == -ENOSPC) {
        log_warn("turn.full",
                 "why=\"all ports of TURN_RELAY_PORTS are taken\" relays_of_loop=%zu "
                 "do=\"give it a larger range\"",
                 core_allocations(l->core));
    } else {
        log_warn("turn.full",
                 "why=\"no relay can be opened: %s\" relays_of_loop=%zu "
                 "do=\"look at the limit of open files, and at TURN_RELAY_PORTS\"",
                 strerror(-rc), core_allocations(l->core));
    }
}

static int op_open(void *arg, struct allocation *a, uint8_t family, bool even)
{
    struct turn_lane *l = arg;
    struct turn_client *c = turn_client_find(l, &a->path);
    struct addr at;
    struct addr told;

    if (a->path.kind != PATH_UDP && (!c || turn_client_ended(c)))
        return -ENOTCONN; /* it hung up while it was asked whether there may be one */
    if (family == 0) /* RFC 8656, 7.2: IPv4; but whoever has only IPv6 is better served by that */
        family = places(l, &a->path, 4, &at, &told) ? 4 : 6;
    if (!places(l, &a->path, family, &at, &told))
        return -EAFNOSUPPORT;
    const int rc = ports_open(&l->ports, &at, even, &a->relay);
    if (rc) {
        complain(l, rc);
        return rc;
    }
    struct relay *r = a->relay;
    r->allocation = a;
    r->lane = l;
    a->relayed = told;
    a->relayed.port = r->port;
    r->poll = poll_new(l->conf.loop, r->fd, on_peer, r);
    poll_set(r->poll, POLL_READ);
    if (c)
        turn_client_idle(c, false);
    return 0;
}

/* What waits to leave by it is lost with it. */
static void op_close(void *arg, struct relay *r)
{
    struct turn_lane *l = arg;
    struct turn_client *c = turn_client_find(l, &r->allocation->path);

    if (c)
        turn_client_idle(c, true);
    r->poll = poll_free(r->poll);
    (void)ports_close(&l->ports, r);
}

struct question {
    const struct turn_lane_desk *desk;
    struct turn_lane *lane;
    struct path from;
    struct span request;
    struct credential credential;
};

static void on_question(void *arg)
{
    struct question *q = arg;

    q->desk->admit(q->desk->arg, q->lane, &q->from, q->request, &q->credential);
    (void)mem_free(q);
}

static void op_admit(void *arg, const struct path *from, struct span request,
                     const struct credential *c)
{
    struct turn_lane *l = arg;
    struct question *q = mem_new(struct question);

    *q = (struct question){l->conf.desk, l, *from, SPAN_NONE, *c};
    q->request = span_of(mem_strdup(request.p, request.len), request.len);
    loop_post(l->conf.desk->loop, on_question, q);
}

struct release {
    const struct turn_lane_desk *desk;
    struct id user;
};

static void on_release(void *arg)
{
    struct release *r = arg;

    r->desk->release(r->desk->arg, &r->user);
    (void)mem_free(r);
}

static void op_release(void *arg, const struct id *user)
{
    struct turn_lane *l = arg;
    struct release *r = mem_new(struct release);

    *r = (struct release){l->conf.desk, *user};
    loop_post(l->conf.desk->loop, on_release, r);
}

const struct core_ops turn_lane_ops = {
    .answer = op_answer,
    .to_client = op_to_client,
    .to_peer = op_to_peer,
    .to_own = op_to_own,
    .open = op_open,
    .close = op_close,
    .admit = op_admit,
    .release = op_release,
};
