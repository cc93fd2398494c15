/*
 * socket - what a connection needs of the WebSocket it has become.  Private to http/.
 *
 * Thread: the loop's.
 */
#pragma once

#include "http/conn.h"
#include "http/websocket.h"

struct websocket *socket_new(struct conn *c, const struct websocket_conf *conf);
/* Tells its owner of the end, the last thing it hears. */
struct websocket *socket_gone(struct websocket *ws);
/* Uses all bytes, changing them. */
void socket_feed(struct websocket *ws, char *p, size_t len);
/* 0: all is written; -EAGAIN; or what broke the stream. */
int socket_flush(struct websocket *ws);
/* Pings one that is silent; false when it has been silent for too long, or its close has. */
bool socket_sweep(struct websocket *ws, usec_t now);
/* Closes it at a time (draining). */
void socket_close_at(struct websocket *ws, usec_t at);
