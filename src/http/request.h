/*
 * request - one HTTP request, as its handler sees it.
 *
 * The handler owns the request until it has answered it, exactly once: with http_respond(), one of
 * its short forms, or http_upgrade().  Answering ends the request.  It may answer at once or turns
 * later; when the connection has died meanwhile the request stays valid and the answer is dropped.
 * All spans live as long as the request.
 *
 * The peer and the scheme are those of the client: of the connection, or where that comes from a
 * trusted proxy, of X-Forwarded-For (the right-most address that is not a trusted proxy) and
 * X-Forwarded-Proto.
 *
 * Thread: the loop's.
 */
#pragma once

#include "base/addr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "os/loop.h"

struct request;

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHOD_OTHER,
};

enum method request_method(const struct request *r);
struct span request_path(const struct request *r);  /* from '/', as sent: not percent-decoded */
struct span request_query(const struct request *r); /* as sent, without '?'; may be empty */
struct span request_body(const struct request *r);  /* whole; empty when there was none */

/* The value, blanks trimmed; SPAN_NONE without such a header.  Several of one name: the first. */
struct span request_header(const struct request *r, const char *name);
/* The value of a cookie; SPAN_NONE without it or when it came twice. */
struct span request_cookie(const struct request *r, const char *name);

const struct addr *request_peer(const struct request *r);
bool request_secure(const struct request *r);
/* From this machine and not through a proxy: may see /readyz and /metrics. */
bool request_local(const struct request *r);

enum origin { ORIGIN_NONE, ORIGIN_OWN, ORIGIN_FOREIGN };
/* Who sent it, by its Origin header: the page of this very host (or PUBLIC_URL's), or another. */
enum origin request_origin(const struct request *r);
/* "https://chat.example.org": what a link to us begins with, PUBLIC_URL or as the client came. */
void request_base_url(const struct request *r, struct buf *out);

/* Memory that lives as long as the request. */
struct arena *request_arena(struct request *r);
struct loop *request_loop(const struct request *r);

struct header {
    const char *name;
    struct span value; /* without CR and LF: asserted */
};

/*
 * What is always sent besides: Content-Length, nosniff, Referrer-Policy, COOP, CORP, a
 * Content-Security-Policy that allows nothing (unless csp says another) and Cache-Control:
 * no-store (unless cache says another).
 */
struct response {
    int status;
    const char *type;      /* Content-Type; NULL when there is no body */
    const char *cache;     /* Cache-Control; NULL: no-store */
    const char *csp;       /* Content-Security-Policy; NULL: default-src 'none' and nothing else */
    struct span body;      /* copied, unless body_lasts */
    bool body_lasts;       /* the bytes stay for ever (embedded files) */
    struct buf *take;      /* instead of body: these bytes are taken over, *take is empty then */
    struct header *fields; /* more headers */
    size_t fields_count;
    size_t head_length; /* a HEAD without bytes to show: the Content-Length to tell */
};

/* Answers and ends r. */
void http_respond(struct request *r, const struct response *resp);
/* 200 or another status with JSON; takes the bytes of *json. */
void http_respond_json(struct request *r, int status, struct buf *json);
/* {"error":{"code":…,"message":…}}; code is one of the contract's, field NULL for none. */
void http_respond_error(struct request *r, int status, const char *code, const char *message,
                        const char *field);
/* 204. */
void http_respond_nothing(struct request *r);
