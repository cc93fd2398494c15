/*
 * fetch - asks other servers: one HTTP request at a time is started and one answer comes back.
 *
 * Meant for what somebody else has named (a sign-in provider's documents, a picture), so it trusts
 * nothing: https alone unless the caller says otherwise, certificates are verified, no redirect is
 * followed (a 3xx is an answer like another), no proxy, cookie or netrc is used, no connection is kept.
 * The address is judged by peer_allowed() when the socket is opened, after the name was looked up,
 * so a name that points elsewhere the second time gains nothing.
 *
 * FETCH_PARALLEL requests run at once, each on a thread of its own: the pool of the loop is for work
 * that ends soon, and a provider that hangs must not keep people's passwords from being checked.
 *
 * Thread: the loop's.
 */
#pragma once

#include "base/addr.h"
#include "base/clock.h"

#include <stdbool.h>

struct fetcher;
struct loop;

enum {
    FETCH_PARALLEL = 8,
    FETCH_A_HOST = 4,        /* of these, to one host: who hangs must not keep the others waiting */
    FETCH_QUEUE_MAX = 64,    /* that wait for a thread */
    FETCH_QUEUE_A_HOST = 32, /* of these, for one host */
    FETCH_URL_MAX = 4096,
    FETCH_HEAD_MAX = 64 * 1024, /* of an answer */
};

struct fetcher_conf {
    struct loop *loop;
    const struct addr_prefix *allowed; /* ALLOWED_PEERS: opened on purpose; copied */
    size_t allowed_count;
    const char *ca_file; /* CA_FILE: authorities besides the system's, in PEM, or NULL; copied */
};

struct fetcher *fetcher_new(const struct fetcher_conf *conf);
/* The server is about to stop: what is under way is broken off and answered (-ECANCELED) in turns to come, as
 * is what is asked from now on. */
void fetcher_stop(struct fetcher *f);
/* Breaks off what is under way; whoever waits is told so (-ECANCELED) before this returns, and from
 * now on nothing is asked any more.  Who is told so goes on with nothing: the store may be closed. */
void fetcher_end(struct fetcher *f);
/* That, and answers whoever has asked since. */
struct fetcher *fetcher_free(struct fetcher *f);

enum fetch_method { FETCH_GET, FETCH_POST };

struct fetch_pair {
    const char *name;
    struct span value;
};

/* What is not given is zero.  All of it is copied. */
struct fetch_request {
    enum fetch_method method;
    const char *url;                  /* http or https, without user and password */
    bool http_allowed;                /* else https alone */
    const struct fetch_pair *headers; /* a value has no control bytes and is not empty */
    size_t headers_count;
    const struct fetch_pair *form; /* POST: application/x-www-form-urlencoded */
    size_t form_count;
    const char
        *user; /* basic authentication, as is: RFC 6749, 2.3.1 wants fetch_form_encode() first */
    const char *password;
    size_t max_bytes; /* of the answer's body */
    unsigned seconds; /* for all of it, once it has begun; and to wait for a thread */
    bool
        public_only; /* the operator's list opens nothing for it: somebody not of theirs has named the address */
};

/* Valid during the callback only. */
struct fetch_answer {
    /*
     * 0: the server has answered, whatever its status.  Else nothing but why is set:
     * -EBADMSG the request cannot be made (the URL, a header); -ENXIO the name is not found; -EPERM the
     * address is not allowed; -ECONNREFUSED no connection; -EKEYREJECTED TLS fails or the certificate is
     * not accepted; -ETIMEDOUT; -EFBIG larger than asked for; -EAGAIN too many wait already; -EIO broken
     * off, or no HTTP; -ECANCELED the server here ends.
     */
    int error;
    const char *why; /* a sentence for the operator, names the host; "" without error */
    int status;
    const char *type; /* Content-Type in lower case without parameters, "" without one */
    int64_t max_age;  /* seconds, by Cache-Control; -1: nothing was said */
    int64_t date;     /* Date, seconds since 1970; 0: none that can be read */
    struct span body; /* with a NUL behind it */
};

typedef void fetch_fn(const struct fetch_answer *a, void *arg);

/* Calls done exactly once, never before this returns. */
void fetch_start(struct fetcher *f, const struct fetch_request *r, fetch_fn *done, void *arg);

/* As in a form's body: letters, digits, "-._" as they are, a blank as '+', all else as %XX. */
void fetch_form_encode(struct buf *out, struct span s);
