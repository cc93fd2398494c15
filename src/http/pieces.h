/*
 * pieces - the inside of a request, and how an answer is written.  Private to http/.
 *
 * A request keeps a copy of its head's bytes and of where its fields lie in them, in one allocation.
 *
 * Thread: the loop's.
 */
#pragma once

#include "http/conn.h"
#include "wire/chunked.h"

struct request_field {
    uint16_t name;
    uint16_t name_len;
    uint16_t value;
    uint16_t value_len;
};

struct request {
    struct http_server *server;
    struct conn *conn; /* NULL once it has died */
    struct span path;
    struct span query;
    struct url_host host;
    struct addr peer;
    enum method method;
    bool secure;
    bool local;
    bool keep_alive;
    bool websocket;
    bool chunked;
    struct buf body;
    uint64_t body_left;
    struct chunked chunks;
    struct arena *arena;
    size_t fields_count;
    const char *head;
    uint8_t known[HTTP1_OTHER]; /* index of the first field of that name, from 1 */
    struct request_field fields[];
};

/* -EBADMSG: the host cannot be parsed. */
int request_new(struct conn *c, const struct http1_head *head, struct span bytes,
                struct request **ret);
struct request *request_free(struct request *r);
struct span request_known(const struct request *r, enum http1_name name);

/* client.c: who stands behind the proxies, which hosts and pages are ours. */
void client_find(struct request *r);
bool client_host_ours(const struct request *r);

/* Appends the head of an answer with `length` bytes of body, up to the empty line. */
struct response_head {
    const struct response *resp;
    size_t length;
    bool close;
    bool hsts;
};
void response_write_head(struct buf *out, const char *date, const struct response_head *h);
/* {"error":…} */
void response_write_error(struct buf *out, const char *code, const char *message,
                          const char *field);
