/*
 * The doctor on calls: which servers browsers are offered, whether each answers by the way that its
 * URL names, and whether it takes the credential that they are given with it.
 *
 * Our own is asked only while a server runs here.  That it is silent from here need not mean that it is
 * from elsewhere: many routers do not send what comes from within back in.
 */
#include "app/doctor.h"
#include "app/media.h"
#include "base/mem.h"
#include "base/peer.h"
#include "os/dial.h"
#include "turn/credential.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ice/ice.h"
#include "ice/metered.h"
#include "ice/probe.h"

enum { ADDRESSES_MAX = 4, CLOCK_WRONG = 60 /* seconds */ };

struct exam {
    struct doctor *doctor;
    const struct config *conf;
    struct checks rows;
    struct buf host;    /* by which people come */
    struct buf metered; /* servers of the API, as metered.h has them */
    struct addr seen;   /* by which address a server elsewhere sees us; family 0: unknown */
    char seen_by[ICE_URL_MAX + 1];
};

/* A server of the list that browsers get, while it is asked. */
struct relay {
    struct exam *exam;
    const char *url;
    struct ice_url parsed;
    struct span username;
    struct span credential;
    bool own;
    bool guarded; /* somebody else has named it */
};

static void print(struct exam *e)
{
    doctor_print(e->doctor, &e->rows);
}

static void take_host(struct exam *e)
{
    struct url_origin origin = {0};

    if (e->conf->public_url)
        (void)url_origin_parse(span_str(e->conf->public_url), &origin);
    buf_add_span(&e->host, origin.host.name);
    if (e->host.len == 0)
        buf_add_str(&e->host, "localhost");
}

static void on_metered(const struct metered_answer *a, void *arg)
{
    struct exam *e = arg;
    const long long off = (long long)(loop_wall(e->doctor->loop).ms / 1000 - a->date);

    if (a->rc < 0) {
        checks_add(&e->rows, "api", CHECK_FAILED, "%s Calls do without its servers.", a->why);
    } else {
        checks_add(&e->rows, "api", CHECK_OK, "%s names %d servers.", e->conf->turn_api_url, a->rc);
        buf_add_span(&e->metered, buf_span(a->servers));
    }
    if (a->date != 0 && llabs(off) >= CLOCK_WRONG) {
        checks_add(&e->rows, "clock", CHECK_FAILED,
                   "This machine's clock is %lld seconds %s that of %s: credentials that lapse may "
                   "be refused. Let it be set by NTP.",
                   llabs(off), off > 0 ? "ahead of" : "behind", e->conf->turn_api_url);
    } else if (a->date != 0) {
        checks_add(&e->rows, "clock", CHECK_OK, "The clocks agree.");
    }
    loop_stop(e->doctor->loop);
}

static void ask_metered(struct exam *e)
{
    if (!e->conf->turn_api_key)
        return;
    metered_ask(&(struct metered_conf){.loop = e->doctor->loop,
                                       .fetcher = e->doctor->fetcher,
                                       .url = e->conf->turn_api_url,
                                       .key = e->conf->turn_api_key},
                on_metered, e);
    loop_run(e->doctor->loop);
    print(e);
}

/* The list as a browser would get it: of our own server, or of TURN_URLS. */
static void write_list(struct exam *e, bool own, struct buf *json)
{
    const struct config *c = e->conf;
    const struct id nobody = {{0}};
    struct json_out o = json_out(json);
    struct ice_own ours;
    struct ice *ice = ice_new(&(struct ice_conf){.urls = own ? NULL : c->turn_urls,
                                                 .secret = c->turn_secret,
                                                 .username = c->turn_username,
                                                 .credential = c->turn_credential});

    media_own(c, c->media_port, c->port, &ours);
    if (own && !c->media_off)
        ice_set_own(ice, &ours);
    json_obj_begin(&o, NULL);
    ice_write(ice,
              &(struct ice_asker){.user = &nobody,
                                  .session = &nobody,
                                  .host = buf_span(&e->host),
                                  .now = loop_wall(e->doctor->loop)},
              &o);
    json_obj_end(&o);
    (void)ice_free(ice);
}

static const char *way_of(const struct ice_url *u)
{
    switch (u->transport) {
    case ICE_UDP: return "UDP";
    case ICE_TCP: return "TCP";
    default: return "TLS over TCP";
    }
}

/* Our own takes only credentials of sessions, so it is asked whether it is there. */
static int ask(const struct relay *r, const struct addr *to, struct probe_answer *ret,
               struct buf *why)
{
    struct buf name = {0};
    int rc;

    if (r->guarded && !peer_allowed(to, r->exam->conf->peers, r->exam->conf->peers_count)) {
        buf_add_str(why, "is at an address inside, which is asked only where ALLOWED_PEERS lists "
                         "it");
        return -EPERM;
    }
    buf_add_span(&name, r->parsed.host.name);
    const struct probe p = {.to = *to,
                            .transport = r->parsed.transport,
                            .name = buf_cstr(&name),
                            .ca_file = r->exam->conf->ca_file};
    if (!r->parsed.turn) {
        rc = probe_binding(&p, ret, why);
    } else if (r->own) {
        rc = probe_realm(&p, CREDENTIAL_REALM, why);
    } else {
        rc = probe_relay(&p, r->username, r->credential, ret, why);
    }
    buf_done(&name);
    return rc;
}

/* By the first of its addresses that does well. */
static int ask_any(const struct relay *r, struct probe_answer *ret, struct buf *why)
{
    struct addr list[ADDRESSES_MAX];
    struct buf name = {0};
    int rc = -ENXIO;

    buf_add_span(&name, r->parsed.host.name);
    const size_t n = dial_look_up(buf_cstr(&name), r->parsed.host.port, list, ADDRESSES_MAX);
    buf_done(&name);
    if (n == 0)
        buf_add_str(why, "has a name that cannot be found");
    for (size_t i = 0; rc && i < n; i++) {
        buf_clear(why);
        rc = ask(r, &list[i], ret, why);
    }
    return rc;
}

/* What to do about it, a sentence or more. */
static const char *advice(const struct relay *r, int rc)
{
    if (rc == -EACCES && r->guarded)
        return "It refuses the credential that TURN_API_HOST gave out.";
    if (rc == -EACCES) {
        return "It refuses the credential: are TURN_SECRET (there static-auth-secret) or "
               "TURN_USERNAME and TURN_CREDENTIAL the same on both sides, and are both clocks "
               "right?";
    }
    if (rc == -EPERM || rc == -ENXIO || rc == -EKEYREJECTED)
        return "Browsers will fare no better.";
    if (rc == -EPROTO)
        return "Something else is at this port, as a proxy that speaks HTTP alone.";
    return r->parsed.transport == ICE_UDP
               ? "Does it run, and is its UDP port open for this machine and for people?"
               : "Does it run, and is its TCP port open for this machine and for people?";
}

static void say_failed(struct relay *r, int rc, struct buf *why)
{
    struct exam *e = r->exam;

    if (!r->own) {
        checks_add(&e->rows, "server", CHECK_FAILED, "%s %s. %s", r->url, buf_cstr(why),
                   advice(r, rc));
    } else if (rc == -EKEYREJECTED) {
        checks_add(
            &e->rows, "reach", CHECK_FAILED,
            "%s %s. So no browser takes this way: TLS_CERT must be the certificate with its chain, for this name, "
            "and not have ended.",
            r->url, buf_cstr(why));
    } else if (rc == -EADDRINUSE) {
        checks_add(&e->rows, "reach", CHECK_FAILED,
                   "%s %s: is this name, or what leads there, another machine's?", r->url,
                   buf_cstr(why));
    } else {
        checks_add(&e->rows, "reach", CHECK_WARNING,
                   "%s %s, seen from here. A router that sends nothing back in may be why, or a "
                   "proxy at this name (then set PUBLIC_IP). Ask from another network: convene "
                   "doctor --from-outside %s",
                   r->url, buf_cstr(why), e->conf->public_url ? e->conf->public_url : "HOST");
    }
}

static void say_well(struct relay *r, const struct probe_answer *a)
{
    struct exam *e = r->exam;
    struct buf text = {0};

    buf_printf(&text, "%s answers by %s", r->url, way_of(&r->parsed));
    if (a->relayed.family) {
        buf_add_str(&text, ", takes our credential and relays at ");
        addr_write_ip(&text, &a->relayed);
    }
    if (a->seen.family && !r->own) {
        buf_add_str(&text, "; it sees this machine as ");
        addr_write_ip(&text, &a->seen);
        e->seen = a->seen;
        (void)snprintf(e->seen_by, sizeof(e->seen_by), "%s", r->url);
    }
    checks_add(&e->rows, r->own ? "reach" : "server", CHECK_OK, "%s.", buf_cstr(&text));
    buf_done(&text);
}

static void examine_url(struct relay *r)
{
    struct probe_answer answer = {0};
    struct buf why = {0};

    if (ice_url_parse(span_str(r->url), &r->parsed) == 0) {
        const int rc = ask_any(r, &answer, &why);
        if (rc) {
            say_failed(r, rc, &why);
        } else {
            say_well(r, &answer);
        }
        print(r->exam);
    }
    buf_done(&why);
}

/* Each URL of {"ice_servers":[...]}. */
static void examine_list(struct exam *e, const struct buf *json, bool own, bool guarded)
{
    const char *why;
    json_t *v = NULL;
    json_t *server;
    json_t *url;
    size_t i;
    size_t k;

    if (json_parse_object(buf_span(json), &v, &why))
        return;
    json_array_foreach(json_object_get(v, "ice_servers"), i, server)
    {
        json_array_foreach(json_object_get(server, "urls"), k, url)
        {
            examine_url(&(struct relay){.exam = e,
                                        .url = json_string_value(url),
                                        .username = json_get_span(server, "username"),
                                        .credential = json_get_span(server, "credential"),
                                        .own = own,
                                        .guarded = guarded});
        }
    }
    json_decref(v);
}

static void examine_others(struct exam *e)
{
    struct buf json = {0};

    write_list(e, false, &json);
    examine_list(e, &json, false, false);
    buf_clear(&json);
    buf_add_str(&json, "{\"ice_servers\":[");
    buf_add_span(&json, buf_span(&e->metered));
    buf_add_str(&json, "]}");
    examine_list(e, &json, false, true);
    buf_done(&json);
}

static void say_offered(struct exam *e)
{
    const struct config *c = e->conf;
    struct ice *ice = ice_new(&(struct ice_conf){.urls = c->turn_urls});
    struct ice_own own;
    struct buf urls = {0};

    media_own(c, c->media_port, c->port, &own);
    if (!c->media_off)
        ice_set_own(ice, &own);
    ice_urls(ice, buf_span(&e->host), &urls);
    (void)ice_free(ice);
    if (e->metered.len > 0)
        buf_printf(&urls, "%sthose of %s", urls.len > 0 ? ", " : "", c->turn_api_url);
    if (urls.len == 0) {
        checks_add(&e->rows, "offered", CHECK_WARNING,
                   "Browsers are offered no STUN and TURN server: people meet only within one "
                   "network. Set %s.",
                   c->no_udp ? "TURN_API_KEY and TURN_API_HOST, or TURN_URLS and TURN_SECRET"
                             : "MEDIA_PORT, or TURN_URLS");
    } else {
        checks_add(&e->rows, "offered", CHECK_OK, "Browsers are offered, in this order: %s%s.",
                   buf_cstr(&urls),
                   c->public_url || c->public_ip_count > 0
                       ? ""
                       : " (in the place of localhost the address that they were opened by)");
    }
    print(e);
    buf_done(&urls);
}

/* The address that others see is the one to advertise, unless there is a NAT for going out alone. */
static void compare_seen(struct exam *e)
{
    const struct config *c = e->conf;
    struct buf seen = {0};
    bool listed = false;
    bool family = false;

    for (size_t i = 0; i < c->public_ip_count; i++) {
        family |= c->public_ips[i].family == e->seen.family;
        listed |= addr_same_ip(&c->public_ips[i], &e->seen);
    }
    addr_write_ip(&seen, &e->seen);
    if (family && !listed && !c->media_off) {
        checks_add(&e->rows, "address", CHECK_WARNING,
                   "%s sees this machine as %s, which is not in PUBLIC_IP: is that the address by "
                   "which the Internet reaches it?",
                   e->seen_by, buf_cstr(&seen));
        print(e);
    }
    buf_done(&seen);
}

static void examine_own(struct exam *e)
{
    struct buf json = {0};

    if (doctor_own(e->doctor)) {
        write_list(e, true, &json);
        examine_list(e, &json, true, false);
    }
    print(e);
    buf_done(&json);
}

void doctor_calls(struct doctor *d)
{
    struct exam e = {.doctor = d, .conf = &d->conf};

    printf("Calls\n");
    (void)fflush(stdout);
    take_host(&e);
    ask_metered(&e);
    say_offered(&e);
    examine_own(&e);
    examine_others(&e);
    compare_seen(&e);
    buf_done(&e.host);
    buf_done(&e.metered);
}
