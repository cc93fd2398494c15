#include "app/media.h"

#include "app/services.h"
#include "auth/session.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/peer.h"
#include "calls/calls.h"
#include "media/plane.h"
#include "os/tcp.h"
#include "turn/server.h"
#include "wire/url.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ice/ice.h"

static struct metric up =
    METRIC_GAUGE("convene_media_up", "1: STUN, TURN and rooms are served at MEDIA_PORT");

enum { ADDRESSES_MAX = 32 }; /* of this machine that are looked at */

struct media {
    struct parts *parts;
    struct listener *listener;
    struct media_loops *loops;
    struct turn_server *turn;
    struct plane *plane;
    struct services *services;
    size_t public_count;
    struct addr public_ips[CONFIG_PUBLIC_IPS];
};

struct checking {
    turn_check_fn *fn;
    void *arg;
};

static void on_going(bool going, void *arg)
{
    struct checking *c = arg;

    c->fn(going, c->arg);
    (void)mem_free(c);
}

static void check(const struct id *user, const struct id *session, turn_check_fn *fn, void *fn_arg,
                  void *arg)
{
    struct media *m = arg;
    struct checking *c = mem_new(struct checking);

    *c = (struct checking){fn, fn_arg};
    session_going(m->parts->sessions, user, session, on_going, c);
}

static void on_event(const struct bus_event *e, void *arg)
{
    struct media *m = arg;

    if (e->kind == BUS_SESSION_ENDED && m->turn)
        turn_server_end_session(m->turn, &e->session);
}

static void on_services(const struct addr *found, size_t n, void *arg)
{
    const struct media *m = arg;

    turn_server_deny(m->turn, found, n);
}

/* One a core. */
static size_t loops(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    if (n < 1)
        return 1;
    return n > MEDIA_LOOPS_MAX ? MEDIA_LOOPS_MAX : (size_t)n;
}

/* Each relay is an open file, and the web needs some as well; 0: there is no limit to speak of. */
static size_t relays_max(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
        return 0;
    return (size_t)files.rlim_cur / 2;
}

static struct span secret_of(const struct parts *p)
{
    return span_of(secret_key(p->secret, SECRET_TURN), SEAL_KEY_SIZE);
}

static void open_turn(struct media *m, const struct config *conf)
{
    struct turn_conf c = {
        .loop = m->parts->loop,
        .media = m->loops,
        .secret = secret_of(m->parts),
        .public_count = conf->public_ip_count,
        .allowed = conf->peers,
        .allowed_count = conf->peers_count,
        .relay_first = conf->relay_first,
        .relay_last = conf->relay_last,
        .relays_max = relays_max(),
        .user_kbit = conf->turn_user_kbit,
        .limits = conf->limits,
        .check = check,
        .check_arg = m,
    };

    memcpy(c.public_ips, conf->public_ips, conf->public_ip_count * sizeof(conf->public_ips[0]));
    m->turn = turn_server_new(&c);
}

/* People may come by another port than ours: PUBLIC_URL knows which. */
static uint16_t port_by_name(const struct config *conf, uint16_t port)
{
    struct url_origin origin;

    if (conf->public_url && url_origin_parse(span_str(conf->public_url), &origin) == 0)
        return origin.host.port;
    return port;
}

/* Where somebody else makes TLS, nothing but HTTP passes them. */
static bool behind_proxy(const struct config *conf)
{
    return config_https(conf) && !conf->tls_cert;
}

/* Those that people come by: the public ones where there are such, else all of this machine. */
static size_t hosts(struct addr ret[PLANE_HOSTS_MAX], void *arg)
{
    const struct media *m = arg;
    size_t n = m->public_count;

    memcpy(ret, m->public_ips, n * sizeof(ret[0]));
    if (n == 0) {
        n = tcp_own_addresses(ret, PLANE_HOSTS_MAX - 1);
        /* pages on this machine may have nothing else */
        (void)addr_parse_ip(span_str("127.0.0.1"), &ret[n++]);
    }
    return n;
}

static void open_plane(struct media *m, const struct config *conf)
{
    struct plane_conf c = {
        .loop = m->parts->loop, .media = m->loops, .hosts = hosts, .hosts_arg = m};

    m->public_count = conf->public_ip_count;
    memcpy(m->public_ips, conf->public_ips, sizeof(m->public_ips));
    if (!behind_proxy(conf)) {
        c.tcp_port = listener_port(m->listener);
        if (m->public_count > 0)
            c.tcp_port = port_by_name(conf, c.tcp_port);
    }
    m->plane = plane_new(&c);
}

int media_new(struct parts *p, const struct config *conf, struct listener *l, struct media **ret,
              struct buf *why)
{
    *ret = NULL;
    metric_set(&up, 0);
    if (conf->media_off)
        return 0;
    struct media *m = mem_new(struct media);
    m->parts = p;
    m->listener = l;
    const int rc = media_loops_new(conf->media_port, loops(), &m->loops);
    if (rc) {
        (void)mem_free(m);
        if (rc == -EADDRINUSE && !conf->media_port_set) {
            log_warn("media.port",
                     "port=%u why=\"UDP port is in use, so there is no STUN and TURN server here\" "
                     "do=\"set MEDIA_PORT to one that is free, or to off\"",
                     conf->media_port);
            return 0;
        }
        buf_printf(why, "MEDIA_PORT %u (UDP) cannot be opened: %s.", conf->media_port,
                   strerror(-rc));
        return rc;
    }
    open_turn(m, conf);
    open_plane(m, conf);
    bus_subscribe(p->bus, on_event, m);
    m->services = services_new(p->loop, conf, NULL, on_services, m);
    listener_add(l, &(struct protocol){turn_match, turn_server_accept, m->turn});
    listener_add(l, &(struct protocol){plane_match, plane_accept, m->plane});
    metric_set(&up, 1);
    *ret = m;
    return 0;
}

struct media *media_free(struct media *m)
{
    if (!m)
        return NULL;
    m->services = services_free(m->services);
    media_loops_stop(m->loops, m->parts->loop);
    m->plane = plane_free(m->plane);
    m->turn = turn_server_free(m->turn);
    m->loops = media_loops_free(m->loops, m->parts->loop);
    return mem_free(m);
}

struct plane *media_plane(const struct media *m)
{
    return m ? m->plane : NULL;
}

void media_start(struct media *m)
{
    if (!m)
        return;
    turn_server_start(m->turn);
    plane_start(m->plane);
    media_loops_start(m->loops);
}

void media_own(const struct config *conf, uint16_t udp_port, uint16_t tcp_port, struct ice_own *ret)
{
    const uint16_t port = port_by_name(conf, tcp_port);

    *ret = (struct ice_own){.advertised_count = conf->public_ip_count,
                            .udp_port = udp_port,
                            .tcp_port = behind_proxy(conf) ? 0 : port,
                            .tls_port = conf->tls_cert ? port : 0};
    memcpy(ret->advertised, conf->public_ips, conf->public_ip_count * sizeof(conf->public_ips[0]));
}

/* A name is what people elsewhere use; by an address inside they are inside themselves. */
static bool comes_from_outside(const struct config *conf)
{
    struct url_origin origin;
    struct addr ip;

    if (!conf->public_url || url_origin_parse(span_str(conf->public_url), &origin))
        return false;
    if (addr_parse_ip(origin.host.name, &ip) == 0)
        return peer_allowed(&ip, NULL, 0);
    return span_find(origin.host.name, '.') < origin.host.name.len;
}

void media_doubts(const struct config *conf, doubt_fn *fn, void *arg)
{
    struct addr own[ADDRESSES_MAX];
    const size_t n = tcp_own_addresses(own, ADDRESSES_MAX);
    struct buf why = {0};

    if (conf->media_off || conf->public_ip_count > 0 || !comes_from_outside(conf) || n == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        if (peer_allowed(&own[i], conf->peers, conf->peers_count))
            return;
    }
    buf_add_str(&why, "this machine has only addresses inside a network, as ");
    addr_write_ip(&why, &own[0]);
    buf_add_str(&why, ", and PUBLIC_IP is not set: relays would be there, where people elsewhere "
                      "do not reach them");
    fn("media.address", buf_cstr(&why),
       "set PUBLIC_IP to the address by which the Internet reaches this server", arg);
    buf_done(&why);
}

void media_offer(const struct media *m, const struct config *conf, struct ice *ice)
{
    struct ice_own own;

    if (!m)
        return;
    media_own(conf, media_loops_port(m->loops), listener_port(m->listener), &own);
    own.secret = secret_of(m->parts);
    ice_set_own(ice, &own);
}
