/*
 * server - HTTP/1.1 (RFC 9110, 9112) on streams that the port hands over.
 *
 * One request at a time a connection; pipelined ones wait in their order.  Bytes are read into one
 * buffer of the server and only what is left over is kept by a connection, so an idle one holds no
 * buffer.  Answers and frames are queued and go out with one writev a connection at the end of the
 * turn; the descriptor is watched for writing only after EAGAIN.
 *
 * Deadlines are fields of a connection that one sweep of the server looks at, so they are met to
 * within a second and cost nothing to set.
 *
 * A request is refused before the handler sees it: malformed (400), slow (408), too large (413,
 * 431), of a method or length we do not know (501, 411), for a host that is not ours (421).
 *
 * Thread: the loop's.
 */
#pragma once

#include "base/addr.h"
#include "http/request.h"
#include "os/loop.h"

struct http_server;
struct stream;

enum {
    HTTP_BODY_DEFAULT = 256 * 1024,       /* where limit is NULL */
    HTTP_QUEUE_MAX = 256 * 1024,          /* bytes queued to a WebSocket before it is closed */
    HTTP_WAITING_MAX = 256 * 1024 * 1024, /* bytes of all answers that wait; beyond it 503 */
    HTTP_PIPELINE_MAX = 64 * 1024,        /* bytes kept of what comes after a request at work */
};

/* All in time from now; 0 takes the default. */
struct http_times {
    usec_t head;       /* 10 s: from the first byte of a request to the end of its head */
    usec_t body;       /* 30 s: for a body, and a second more for each BODY_RATE bytes that came */
    usec_t idle;       /* 75 s: between requests */
    usec_t write;      /* 30 s: that a peer may take nothing of what we write */
    usec_t ping;       /* 30 s: a WebSocket from which nothing came is pinged */
    usec_t ping_lapse; /* 75 s: and is given up */
    usec_t closing;    /* 5 s: for the peer's half of a close */
};

struct http_conf {
    struct loop *loop;
    void (*handle)(struct request *r, void *arg);
    /* The most bytes of body that this request may have; asked once its head is read.  NULL:
     * HTTP_BODY_DEFAULT for all. */
    size_t (*limit)(const struct request *r, void *arg);
    void *arg;
    const char *public_url; /* PUBLIC_URL: scheme://host[:port][/]; NULL: not set; copied */
    const struct addr_prefix *trusted; /* TRUSTED_PROXIES; copied */
    size_t trusted_count;
    /* The port has a certificate: what came plain (and not through a proxy that says https) is sent
     * to https by 308; but /healthz from this machine is answered. */
    bool https_only;
    struct http_times times;
};

/* -EBADMSG when public_url is none. */
int http_server_new(const struct http_conf *conf, struct http_server **ret);
/* Ends what is left at once.  Requests whose handlers have not answered yet stay theirs. */
struct http_server *http_server_free(struct http_server *s);

/* Takes over a new connection; a listener_fn for PORT_HTTP (port/listener.h), arg is the server. */
void http_server_accept(struct stream *st, void *server);

/*
 * Comes to an end: idle connections are closed, those at work after their answer, and WebSockets
 * with 1012 after a time between 0 and spread, each another.  Calls drained(arg) once all are gone;
 * new connections get their answer and are closed.
 */
void http_server_drain(struct http_server *s, usec_t spread, loop_fn *drained, void *arg);

/* Browsers are told for a year to come by https alone (RFC 6797), where PUBLIC_URL is https; off for a
 * certificate that only its operator vouches for, whose warning could then not be passed. */
void http_server_set_hsts(struct http_server *s, bool on);

size_t http_server_connections(const struct http_server *s);
