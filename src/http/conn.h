/*
 * conn - one connection of the server, and what the files of http/ share about it.  Private.
 *
 * A connection is in one state: it reads a head, then perhaps a body; the request is at work with
 * its handler; or it has become a WebSocket; or it lingers: everything is said, and what still
 * comes is read and dropped until the peer has ended its half, for closing with unread bytes would
 * take our answer back (RFC 9112, 9.6).
 *
 * Access rules: 1. A connection is freed only by its own event, by the flush of the dirty ones and
 * by the sweep, never from inside http_respond(), websocket_send() or websocket_close().  2. Whoever
 * has put something into `out`, or changed the state, calls conn_dirty().
 *
 * Thread: the loop's.
 */
#pragma once

#include "http/server.h"
#include "port/stream.h"
#include "wire/http1.h"
#include "wire/url.h"

enum conn_state { CONN_HEAD, CONN_BODY, CONN_WORK, CONN_SOCKET, CONN_LINGER };

/* A body that is too large to be copied behind its head. */
struct big {
    struct http_server *server; /* counts it in waiting_bytes */
    size_t size;
    struct span rest;
    char *owned; /* NULL: embedded in the program */
};

struct conn {
    struct list link;  /* of the server */
    struct list dirty; /* of the server, when there is something to write or to go on with */
    struct http_server *server;
    struct stream *stream;
    union {
        struct request *req;  /* CONN_BODY, CONN_WORK */
        struct websocket *ws; /* CONN_SOCKET */
    };
    struct buf in;  /* what came and could not be used yet */
    struct buf out; /* heads and small bodies, before big */
    struct big *big;
    usec_t deadline;
    uint8_t state;
    bool waits_write; /* EAGAIN: something of out, big or the frames waits for the peer */
    bool last;        /* goes over to CONN_LINGER once out is written */
    bool peer_ended;
    bool shut; /* our half is ended */
};

struct http_server {
    struct http_conf conf;    /* its pointers are copies of ours */
    struct url_origin origin; /* PUBLIC_URL's; host.name.p NULL without one */
    bool hsts_off;
    char *public_url;
    struct addr_prefix *trusted;
    char *machine; /* this machine's name */
    struct loop *loop;
    struct list conns;
    size_t conns_count;
    struct list dirty;
    struct defer flush;
    struct timer sweep;
    usec_t period;
    size_t waiting_bytes; /* of all bodies that wait for their peers */
    size_t requests;      /* that handlers hold: the last one ends a server that was freed */
    bool ended;
    bool draining;
    loop_fn *drained;
    void *drained_arg;
    struct defer tell_drained;
    struct frame *ping;
    int64_t date_second; /* of date */
    char date[32];
    struct http1_head head; /* of the request being parsed */
    char scratch[64 * 1024];
};

/* BODY_RATE and the write time: a peer slower than this is cut. */
enum { HTTP_RATE = 4 * 1024 };

/* Gives the peer time for the n bytes that have just moved: at most until now + most. */
void conn_moved(struct conn *c, size_t n, usec_t most);
/* Asks to be written, or gone on with, at the end of this turn. */
void conn_dirty(struct conn *c);
/* Answers with an error of the contract, after which the connection closes. */
void conn_refuse(struct conn *c, int status, const char *code, const char *message);
void conn_linger(struct conn *c);
struct conn *conn_free(struct conn *c);

/* For the sweep, when the deadline is over; and for the flush of the dirty ones. */
void conn_late(struct conn *c);
void conn_flush(struct conn *c);

struct conn *conn_new(struct http_server *s, struct stream *st);
void server_release(struct http_server *s); /* frees it when it is ended and empty */
const char *server_date(struct http_server *s);
