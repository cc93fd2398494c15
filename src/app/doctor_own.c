/*
 * The doctor on this very machine: would the server start, does it answer at its own ports, and is it the server
 * that does.
 */
#include "app/certificate.h"
#include "app/doctor.h"
#include "app/healthcheck.h"
#include "app/media.h"
#include "base/buf.h"
#include "crypto/tls.h"
#include "os/tcp.h"
#include "os/udp.h"
#include "turn/credential.h"
#include "wire/url.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ice/probe.h"

#define ALIVE_PATIENCE (3 * SEC)

struct own {
    struct doctor *doctor;
    const struct config *conf;
    struct checks rows;
};

static void on_doubt(const char *event, const char *why, const char *advice, void *arg)
{
    struct own *o = arg;

    (void)event;
    checks_add(&o->rows, "address", CHECK_WARNING, "%s: %s.", why, advice);
}

static void say_of_name(struct own *o, const struct tls_context *tls)
{
    struct url_origin origin;
    struct buf host = {0};

    if (!o->conf->public_url || url_origin_parse(span_str(o->conf->public_url), &origin) != 0)
        return;
    buf_add_span(&host, origin.host.name);
    if (!tls_context_is_for(tls, buf_cstr(&host))) {
        checks_add(&o->rows, "tls", CHECK_FAILED,
                   "TLS_CERT is not for %s, the host of PUBLIC_URL: browsers refuse it.",
                   buf_cstr(&host));
    }
    buf_done(&host);
}

static void check_certificate(struct own *o)
{
    struct tls_context *tls = NULL;
    struct buf why = {0};

    if (!o->conf->tls_cert)
        return;
    if (certificate_load(o->conf->tls_cert, o->conf->tls_key, &tls, &why)) {
        checks_add(&o->rows, "tls", CHECK_FAILED, "%s", buf_cstr(&why));
    } else if (tls_context_days(tls) < 0) {
        checks_add(&o->rows, "tls", CHECK_FAILED, "TLS_CERT expired %d days ago: renew it.",
                   -tls_context_days(tls));
    } else {
        checks_add(&o->rows, "tls", CHECK_OK,
                   "TLS_CERT and TLS_KEY belong together, for %d days more.",
                   tls_context_days(tls));
        say_of_name(o, tls);
    }
    tls = tls_context_free(tls);
    buf_done(&why);
}

/* Taken for a moment; 0: it is free. */
static int try_port(struct own *o)
{
    int fd;
    const int rc = tcp_listen(SPAN_NONE, o->conf->port, &fd);

    if (rc == 0) {
        (void)close(fd);
        return 0;
    }
    checks_add(
        &o->rows, "port", CHECK_FAILED,
        "PORT %u cannot be opened, and no Convene answers there: %s. End the program that has it, or set "
        "PORT to one that is free.",
        o->conf->port, strerror(-rc));
    return rc;
}

static int try_media_port(struct own *o)
{
    int fd;
    const int rc = udp_open(&(struct udp_open){.at = {.port = o->conf->media_port}}, &fd);

    if (rc == 0) {
        (void)close(fd);
        return 0;
    }
    checks_add(
        &o->rows, "media", CHECK_FAILED,
        "MEDIA_PORT %u (UDP) cannot be opened: %s. End the program that has it, or set MEDIA_PORT to one "
        "that is free.",
        o->conf->media_port, strerror(-rc));
    return rc;
}

static void say_not_running(struct own *o)
{
    const int port = o->conf->port ? try_port(o) : 0;
    const int media = try_media_port(o);

    o->doctor->unasked = true;
    if (port == 0 && media == 0) {
        checks_add(&o->rows, "media", CHECK_SKIPPED,
                   "No server runs here at PORT %u, so MEDIA_PORT was not asked. Run this again "
                   "while one does.",
                   o->conf->port);
    }
}

static void ask_media_port(struct own *o)
{
    const uint16_t port = o->conf->media_port;
    const struct probe p = {.to = {.ip = {127, 0, 0, 1}, .port = port, .family = 4}};
    struct buf why = {0};
    const int rc = probe_realm(&p, CREDENTIAL_REALM, &why);

    if (rc == 0) {
        checks_add(&o->rows, "media", CHECK_OK, "MEDIA_PORT %u (UDP) answers on this machine.",
                   port);
    } else if (rc == -EADDRINUSE) {
        checks_add(
            &o->rows, "media", CHECK_FAILED,
            "MEDIA_PORT %u (UDP) of this machine %s, so browsers are offered nothing of ours: end that "
            "program and start Convene anew, or set MEDIA_PORT to one that is free.",
            port, buf_cstr(&why));
    } else {
        checks_add(&o->rows, "media", CHECK_FAILED,
                   "MEDIA_PORT %u (UDP) of this machine %s: has another program taken it, or does "
                   "a firewall of this machine stand before it?",
                   port, buf_cstr(&why));
    }
    buf_done(&why);
}

static bool examine(struct own *o)
{
    const struct config *c = o->conf;
    struct buf why = {0};
    bool runs = false;

    if (c->media_off) {
        checks_add(&o->rows, "media", CHECK_SKIPPED,
                   c->no_udp ? "This platform lets no UDP in: there is no STUN and TURN server "
                               "here."
                             : "MEDIA_PORT is off: there is no STUN and TURN server here.");
    } else if (c->media_port == 0) {
        o->doctor->unasked = true;
        checks_add(
            &o->rows, "media", CHECK_SKIPPED,
            "MEDIA_PORT is 0: the server takes any that is free, and which is not known here.");
    } else if (c->port == 0 || healthcheck_ask(c->port, ALIVE_PATIENCE, &why)) {
        say_not_running(o);
    } else {
        ask_media_port(o);
        runs = true;
    }
    buf_done(&why);
    return runs;
}

bool doctor_own(struct doctor *d)
{
    struct own o = {.doctor = d, .conf = &d->conf};

    media_doubts(o.conf, on_doubt, &o);
    check_certificate(&o);
    const bool runs = examine(&o);
    doctor_print(d, &o.rows);
    return runs;
}
