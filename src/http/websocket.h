/*
 * websocket - the server's half of RFC 6455 over a connection of http/server.h: text messages, no
 * extension, no subprotocol.
 *
 * Sending queues a reference to a frame (http/frame.h); everything queued in a turn leaves with one
 * writev at its end.  A queue holds at most HTTP_QUEUE_MAX bytes: above it first the droppable
 * frames go, the oldest first, then the socket is closed with 1013 and the client resumes.  Only a
 * frame that is larger than that by itself is taken all the same while little else waits.
 *
 * A websocket is valid until its on_close has returned, and on_close comes exactly once, in a turn
 * of its own: never from inside websocket_send() or websocket_close(), so the owner may walk a list
 * of sockets and send.  After websocket_close() no on_message comes.
 *
 * Thread: the loop's.
 */
#pragma once

#include "http/frame.h"
#include "http/request.h"

struct websocket;

/* Status codes of RFC 6455, 7.4.1, and the registry behind it. */
enum {
    WS_NORMAL = 1000,
    WS_GOING_AWAY = 1001,
    WS_PROTOCOL_ERROR = 1002,
    WS_UNSUPPORTED = 1003,
    WS_NO_STATUS = 1005, /* only told to on_close: the peer's close had none */
    WS_ABNORMAL = 1006,  /* only told to on_close: gone without a close */
    WS_BAD_DATA = 1007,
    WS_POLICY = 1008,
    WS_TOO_BIG = 1009,
    WS_INTERNAL = 1011,
    WS_SERVICE_RESTART = 1012,
    WS_TRY_AGAIN_LATER = 1013,
};

struct websocket_conf {
    /* A whole message, valid UTF-8, of at most max_message bytes; the span is the socket's. */
    void (*on_message)(struct websocket *ws, struct span text, void *arg);
    /* The last that is heard of ws. */
    void (*on_close)(struct websocket *ws, int code, void *arg);
    void *arg;
    size_t max_message;
};

/*
 * Answers r, which ends it: with 101 and a websocket; or, as not a proper upgrade (400, 426) or
 * not from our own page (403 bad_origin), with that and NULL; NULL also when the connection has
 * died meanwhile.
 */
struct websocket *http_upgrade(struct request *r, const struct websocket_conf *conf);

/* Queues f (taking a reference of its own).  Harmless after the close. */
void websocket_send(struct websocket *ws, struct frame *f, bool droppable);
/* Begins the close with a code and a reason of at most 123 bytes; NULL: none. */
void websocket_close(struct websocket *ws, int code, const char *reason);
/* Bytes that are queued and not yet taken by the kernel. */
size_t websocket_queued(const struct websocket *ws);
/* Other than conf said: the owner of the messages may come to be known later. */
void websocket_set_arg(struct websocket *ws, void *arg);
