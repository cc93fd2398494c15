/*
 * The doctor for a server elsewhere: what people see of it from the network that this machine is in.
 * Of the server nothing is needed but its address; only its UDP port is not in that.
 */
#include "app/doctor.h"
#include "base/mem.h"
#include "os/dial.h"
#include "turn/credential.h"

#include <errno.h>
#include <stdio.h>

#include "ice/probe.h"

enum { ADDRESSES_MAX = 4, ANSWER_MAX = 4096, WEB_SECONDS = 10, OK = 200 };

struct outside {
    struct doctor *doctor;
    struct checks rows;
    struct url_origin origin;
    struct buf name; /* of the host */
    struct buf base; /* "https://host:port" */
    uint16_t media_port;
};

static void print(struct outside *o)
{
    doctor_print(o->doctor, &o->rows);
}

static void on_health(const struct fetch_answer *a, void *arg)
{
    struct outside *o = arg;
    const char *base = buf_cstr(&o->base);

    if (a->error) {
        checks_add(&o->rows, "web", CHECK_FAILED, "%s%s", a->why,
                   o->origin.secure ? " Where it speaks plain HTTP, write http:// before its name."
                                    : "");
    } else if (a->status != OK || !span_starts(a->body, "ok")) {
        checks_add(&o->rows, "web", CHECK_FAILED,
                   "%s answers /healthz with status %d: is that Convene?", base, a->status);
    } else {
        checks_add(&o->rows, "web", CHECK_OK, "%s answers.", base);
    }
    loop_stop(o->doctor->loop);
}

static void ask_web(struct outside *o)
{
    struct buf url = {0};

    buf_printf(&url, "%s/healthz", buf_cstr(&o->base));
    fetch_start(o->doctor->fetcher,
                &(struct fetch_request){.url = buf_cstr(&url),
                                        .http_allowed = true,
                                        .max_bytes = ANSWER_MAX,
                                        .seconds = WEB_SECONDS},
                on_health, o);
    loop_run(o->doctor->loop);
    print(o);
    buf_done(&url);
}

static void ask_udp(struct outside *o, const struct addr *at, const char *ip)
{
    struct probe p = {.to = *at, .transport = ICE_UDP};
    struct probe_answer answer = {0};
    struct buf why = {0};
    struct buf seen = {0};

    p.to.port = o->media_port;
    int rc = probe_binding(&p, &answer, &why);
    if (rc == 0)
        rc = probe_realm(&p, CREDENTIAL_REALM, &why);
    if (rc == -EADDRINUSE) {
        checks_add(
            &o->rows, "udp", CHECK_FAILED,
            "UDP port %u of %s %s, not by Convene: give the server a MEDIA_PORT of its own, and name it here by "
            "--media-port.",
            o->media_port, ip, buf_cstr(&why));
    } else if (rc) {
        checks_add(&o->rows, "udp", CHECK_FAILED,
                   "UDP port %u of %s %s. Open it in the server's firewall, have its router pass "
                   "it on, and see that it is the server's MEDIA_PORT; if %s is a proxy's address, "
                   "set the server's PUBLIC_IP. Or this network lets no UDP out.",
                   o->media_port, ip, buf_cstr(&why), ip);
    } else {
        addr_write_ip(&seen, &answer.seen);
        checks_add(&o->rows, "udp", CHECK_OK,
                   "UDP port %u of %s answers; it sees this machine as %s.", o->media_port, ip,
                   buf_cstr(&seen));
    }
    buf_done(&why);
    buf_done(&seen);
}

static void ask_tcp(struct outside *o, const struct addr *at, const char *ip)
{
    const bool tls = o->origin.secure;
    const struct probe p = {.to = *at,
                            .transport = tls ? ICE_TLS : ICE_TCP,
                            .name = buf_cstr(&o->name),
                            .ca_file = o->doctor->conf.ca_file};
    const char *way = tls ? "TURN over TLS" : "TURN over TCP";
    struct probe_answer answer = {0};
    struct buf why = {0};
    const int rc = probe_binding(&p, &answer, &why);

    if (rc == 0) {
        checks_add(&o->rows, "tcp", CHECK_OK, "TCP port %u of %s takes %s.", at->port, ip, way);
    } else if (rc == -EPROTO) {
        checks_add(
            &o->rows, "tcp", CHECK_WARNING,
            "TCP port %u of %s takes connections, but not %s: a proxy that passes HTTP alone "
            "stands there, or MEDIA_PORT is off. Where UDP is blocked calls then need "
            "another TURN server.",
            at->port, ip, way);
    } else {
        checks_add(&o->rows, "tcp", CHECK_FAILED, "TCP port %u of %s %s.", at->port, ip,
                   buf_cstr(&why));
    }
    buf_done(&why);
}

static void ask_addresses(struct outside *o)
{
    struct addr list[ADDRESSES_MAX];
    const size_t n = dial_look_up(buf_cstr(&o->name), o->origin.host.port, list, ARRAY_SIZE(list));

    if (n == 0) {
        checks_add(&o->rows, "name", CHECK_FAILED, "The name %s cannot be found.",
                   buf_cstr(&o->name));
    }
    for (size_t i = 0; i < n; i++) {
        struct buf ip = {0};
        addr_write_ip(&ip, &list[i]);
        ask_tcp(o, &list[i], buf_cstr(&ip));
        print(o);
        ask_udp(o, &list[i], buf_cstr(&ip));
        print(o);
        buf_done(&ip);
    }
    print(o);
}

void doctor_outside(struct doctor *d, const char *address, uint16_t media_port)
{
    struct outside o = {.doctor = d, .media_port = media_port};
    struct span text = span_str(address);

    if (text.len > 0 && text.p[text.len - 1] == '/')
        text.len--;
    if (span_find(text, '/') == text.len)
        buf_add_str(&o.base, "https://");
    buf_add_span(&o.base, text);
    if (url_origin_parse(buf_span(&o.base), &o.origin)) {
        checks_add(&o.rows, "name", CHECK_FAILED,
                   "%s is no address of a server: write it as people type it, as in "
                   "https://chat.example.org.",
                   address);
        print(&o);
    } else {
        buf_add_span(&o.name, o.origin.host.name);
        ask_web(&o);
        ask_addresses(&o);
    }
    buf_done(&o.name);
    buf_done(&o.base);
}
