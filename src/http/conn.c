#include "http/conn.h"

#include "base/mem.h"
#include "http/pieces.h"
#include "http/socket.h"

#include <assert.h>
#include <errno.h>

enum { OUT_PAUSE = 64 * 1024 }; /* answers queued before the next pipelined request waits */

static const char continue_100[] = "HTTP/1.1 100 Continue\r\n\r\n";

static usec_t now(const struct conn *c)
{
    return loop_now(c->server->loop);
}

static const struct http_times *times(const struct conn *c)
{
    return &c->server->conf.times;
}

void conn_moved(struct conn *c, size_t n, usec_t most)
{
    const usec_t earned = c->deadline + n * SEC / HTTP_RATE;
    const usec_t end = now(c) + most;

    c->deadline = earned < end ? earned : end;
}

void conn_dirty(struct conn *c)
{
    struct http_server *s = c->server;

    if (!list_empty(&c->dirty))
        return;
    list_add_tail(&s->dirty, &c->dirty);
    loop_defer(s->loop, &s->flush);
}

static void watch(struct conn *c)
{
    int events = c->waits_write ? STREAM_WRITE : 0;

    if (!c->peer_ended && c->in.len < HTTP_PIPELINE_MAX)
        events |= STREAM_READ;
    stream_want(c->stream, events);
}

void conn_refuse(struct conn *c, int status, const char *code, const char *message)
{
    struct buf body = {0};
    const struct response resp = {.status = status, .type = "application/json"};

    response_write_error(&body, code, message, NULL);
    response_write_head(&c->out, server_date(c->server),
                        &(struct response_head){.resp = &resp, .length = body.len, .close = true});
    buf_add_span(&c->out, buf_span(&body));
    buf_done(&body);
    c->state = CONN_WORK; /* nothing more is read as a request */
    c->last = true;
    buf_done(&c->in);
    conn_dirty(c);
}

/* Nobody is asked for a request that is refused while its body comes. */
static void drop_request(struct conn *c)
{
    c->req = request_free(c->req);
}

static void body_failed(struct conn *c, int rc)
{
    drop_request(c);
    if (rc == -E2BIG) {
        conn_refuse(c, 413, "too_large", "The body is larger than this call takes.");
    } else {
        conn_refuse(c, 400, "malformed", "The body's chunks are malformed.");
    }
}

static void work(struct conn *c)
{
    struct request *r = c->req;

    c->state = CONN_WORK;
    c->deadline = NEVER;
    c->server->requests++;
    c->server->conf.handle(r, c->server->conf.arg);
}

static void take_sized(struct conn *c, struct span *in)
{
    struct request *r = c->req;
    const struct span part = span_sub(*in, 0, r->body_left);

    buf_add_span(&r->body, part);
    *in = span_sub(*in, part.len, in->len);
    r->body_left -= part.len;
    conn_moved(c, part.len, times(c)->body);
    if (r->body_left == 0)
        work(c);
}

static void take_chunks(struct conn *c, struct span *in)
{
    struct request *r = c->req;
    const size_t before = in->len;
    struct span data;
    int rc;

    while ((rc = chunked_next(&r->chunks, in, &data)) == CHUNKED_DATA)
        buf_add_span(&r->body, data);
    if (rc < 0) {
        body_failed(c, rc);
        return;
    }
    conn_moved(c, before - in->len, times(c)->body);
    if (rc == CHUNKED_END)
        work(c);
}

static void redirect_to_https(struct conn *c)
{
    struct request *r = c->req;
    struct buf to = {0};
    struct header location = {.name = "Location"};

    if (c->server->origin.secure) {
        request_base_url(r, &to);
    } else {
        const struct span host = request_known(r, HTTP1_HOST);
        buf_add_str(&to, "https://");
        buf_add_span(&to, host);
    }
    buf_add_span(&to, r->path);
    if (r->query.len > 0) {
        buf_add_char(&to, '?');
        buf_add_span(&to, r->query);
    }
    location.value = buf_span(&to);
    c->state = CONN_WORK;
    c->server->requests++;
    r->keep_alive = false; /* a body may follow, which nobody wants */
    http_respond(r, &(struct response){.status = 308, .fields = &location, .fields_count = 1});
    buf_done(&to);
}

/* True when the request may go on to its body. */
static bool admit(struct conn *c, const struct http1_head *head)
{
    const struct http_server *s = c->server;
    struct request *r = c->req;
    const bool health = span_is(r->path, "/healthz");

    if (!health && !client_host_ours(r)) {
        drop_request(c);
        conn_refuse(c, 421, "wrong_host",
                    s->origin.host.name.p
                        ? "This server answers only to the host of its PUBLIC_URL."
                        : "This server does not know itself by this host name: set PUBLIC_URL to "
                          "the address that people use.");
        return false;
    }
    if (s->conf.https_only && !r->secure && !(health && r->local)) {
        redirect_to_https(c);
        return false;
    }
    if (!head->chunked && head->content_length == 0)
        return true;
    const size_t limit = s->conf.limit ? s->conf.limit(r, s->conf.arg) : HTTP_BODY_DEFAULT;
    if (head->content_length > limit) {
        body_failed(c, -E2BIG);
        return false;
    }
    chunked_init(&r->chunks, limit);
    return true;
}

/* Takes a head off *in; false when there is none yet, or never will be. */
static bool take_head(struct conn *c, struct span *in)
{
    struct http1_head *head = &c->server->head;
    const int n = http1_parse(*in, head);

    if (n == 0) {
        /* it has begun; more bytes earn no more time */
        if (c->in.len == 0 || c->deadline > now(c) + times(c)->head)
            c->deadline = now(c) + times(c)->head;
        return false;
    }
    if (n < 0) {
        if (n == -E2BIG) {
            conn_refuse(c, 431, "headers_too_large", "The request's head is too large.");
        } else {
            conn_refuse(c, 400, "malformed", "This is no HTTP/1.1 request.");
        }
        return false;
    }
    if (request_new(c, head, span_sub(*in, 0, (size_t)n), &c->req) != 0) {
        conn_refuse(c, 400, "malformed", "The Host field is malformed.");
        return false;
    }
    *in = span_sub(*in, (size_t)n, in->len);
    if (!admit(c, head))
        return c->state == CONN_HEAD;
    if (!head->chunked && head->content_length == 0) {
        work(c);
        return true;
    }
    c->state = CONN_BODY;
    c->deadline = now(c) + times(c)->body;
    c->req->body_left = head->content_length;
    if (head->expect_continue && in->len == 0) {
        buf_add_str(&c->out, continue_100);
        conn_dirty(c);
    }
    return true;
}

static bool may_parse(const struct conn *c)
{
    return c->state == CONN_HEAD && !c->last && !c->big && c->out.len < OUT_PAUSE;
}

/* Uses what it can of *in. */
static void feed(struct conn *c, struct span *in)
{
    while (in->len > 0) {
        if (c->state == CONN_BODY && c->req->chunked) {
            take_chunks(c, in);
        } else if (c->state == CONN_BODY) {
            take_sized(c, in);
        } else if (!may_parse(c) || !take_head(c, in)) {
            return;
        }
    }
}

/* A WebSocket has been made of it: what came behind its request is its first frames. */
static void feed_socket(struct conn *c, char *p, size_t len)
{
    if (len > 0)
        socket_feed(c->ws, p, len);
}

/* Goes on with what was left over. */
static void feed_leftover(struct conn *c)
{
    struct span in = buf_span(&c->in);

    feed(c, &in);
    if (c->state == CONN_LINGER || c->last) {
        buf_done(&c->in);
        return;
    }
    buf_drop(&c->in, c->in.len - in.len);
    if (c->state == CONN_SOCKET) {
        struct buf rest = c->in;
        c->in = (struct buf){0};
        feed_socket(c, rest.p, rest.len);
        buf_done(&rest);
    } else if (c->in.len == 0) {
        buf_done(&c->in); /* an idle connection holds no buffer */
    }
}

static void arrived(struct conn *c, char *p, size_t len)
{
    struct span in = span_of(p, len);

    if (c->state == CONN_LINGER || (c->last && c->state != CONN_SOCKET))
        return;
    if (c->state == CONN_SOCKET) {
        feed_socket(c, p, len);
        return;
    }
    if (c->in.len > 0) {
        buf_add_span(&c->in, in);
        feed_leftover(c);
        return;
    }
    feed(c, &in);
    if (c->state == CONN_SOCKET) {
        feed_socket(c, p + (len - in.len), in.len);
    } else if (c->state != CONN_LINGER && !c->last && in.len > 0) {
        buf_add_span(&c->in, in);
    }
}

/* The peer has ended its half; it may still read what is on its way. */
static void ended(struct conn *c)
{
    const bool answering = c->state == CONN_WORK || c->state == CONN_HEAD;
    const bool owes = c->out.len > 0 || c->big || (c->state == CONN_WORK && c->req);

    c->peer_ended = true;
    if (answering && owes) {
        c->last = true;
    } else if (c->state == CONN_HEAD && stream_secure(c->stream)) {
        conn_linger(c); /* the end of our answer may still be TLS's to send */
    } else if (c->state != CONN_LINGER || c->shut) {
        c = conn_free(c);
    }
    if (c)
        watch(c);
}

static void on_readable(struct conn *c)
{
    struct http_server *s = c->server;
    const ssize_t n = stream_read(c->stream, s->scratch, sizeof(s->scratch));

    if (n == -EAGAIN)
        return;
    if (n < 0) {
        (void)conn_free(c);
        return;
    }
    if (n == 0) {
        ended(c);
        return;
    }
    arrived(c, s->scratch, (size_t)n);
    watch(c);
}

static void on_stream(int events, void *arg)
{
    struct conn *c = arg;

    if (events & STREAM_WRITE)
        conn_dirty(c);
    if (events & STREAM_READ)
        on_readable(c);
}

struct conn *conn_new(struct http_server *s, struct stream *st)
{
    struct conn *c = mem_new(struct conn);

    c->server = s;
    c->stream = st;
    list_init(&c->dirty);
    list_add_tail(&s->conns, &c->link);
    s->conns_count++;
    c->deadline = loop_now(s->loop) + s->conf.times.head;
    stream_own(st, on_stream, c);
    watch(c);
    return c;
}

static struct big *big_free(struct big *b)
{
    if (b && b->server)
        b->server->waiting_bytes -= b->size;
    if (b)
        (void)mem_free(b->owned);
    return mem_free(b);
}

struct conn *conn_free(struct conn *c)
{
    struct http_server *s = c->server;

    list_del(&c->link);
    list_del(&c->dirty);
    s->conns_count--;
    if (c->state == CONN_BODY) {
        drop_request(c);
    } else if (c->state == CONN_WORK && c->req) {
        c->req->conn = NULL; /* its handler's, until it answers */
    } else if (c->state == CONN_SOCKET) {
        c->ws = socket_gone(c->ws);
    }
    c->stream = stream_free(c->stream);
    c->big = big_free(c->big);
    buf_done(&c->in);
    buf_done(&c->out);
    if (s->draining && s->conns_count == 0)
        loop_defer(s->loop, &s->tell_drained);
    return mem_free(c);
}

void conn_linger(struct conn *c)
{
    c->state = CONN_LINGER;
    c->last = false;
    c->deadline = now(c) + times(c)->closing;
    buf_done(&c->in);
    conn_dirty(c);
}

/* Frees it when nothing is left to wait for. */
static void linger_on(struct conn *c)
{
    const int rc = c->shut ? 0 : stream_shutdown(c->stream);

    c->waits_write = rc == -EAGAIN;
    c->shut = rc == 0;
    if (c->peer_ended || (rc && rc != -EAGAIN)) {
        (void)conn_free(c);
    } else {
        watch(c);
    }
}

/* What was written leaves out, then big. */
static void wrote(struct conn *c, size_t n)
{
    const size_t of_out = n < c->out.len ? n : c->out.len;

    buf_drop(&c->out, of_out);
    if (c->big) {
        c->big->rest = span_sub(c->big->rest, n - of_out, c->big->rest.len);
        if (c->big->rest.len == 0)
            c->big = big_free(c->big);
    }
    if (c->out.len == 0)
        buf_done(&c->out);
}

/* 0: all is written; -EAGAIN; or what broke the stream. */
static int write_out(struct conn *c)
{
    while (c->out.len > 0 || c->big) {
        const struct iovec iov[2] = {
            {c->out.p, c->out.len},
            {c->big ? (void *)c->big->rest.p : NULL, c->big ? c->big->rest.len : 0},
        };
        const ssize_t n = stream_writev(c->stream, iov, c->big ? 2 : 1);
        if (n < 0)
            return (int)n;
        wrote(c, (size_t)n);
        if (c->waits_write)
            conn_moved(c, (size_t)n, times(c)->write);
    }
    return 0;
}

/* The deadline that holds again once the peer has taken everything. */
static usec_t after_write(const struct conn *c)
{
    switch (c->state) {
    case CONN_HEAD: return now(c) + times(c)->idle;
    case CONN_BODY: return now(c) + times(c)->body;
    default: return NEVER;
    }
}

void conn_flush(struct conn *c)
{
    if (c->state == CONN_LINGER) {
        linger_on(c);
        return;
    }
    int rc = write_out(c);
    if (rc == 0 && c->state == CONN_SOCKET)
        rc = socket_flush(c->ws);
    if (rc && rc != -EAGAIN) {
        (void)conn_free(c);
        return;
    }
    if (rc == -EAGAIN && !c->waits_write)
        c->deadline = now(c) + times(c)->write;
    if (rc == 0 && c->waits_write)
        c->deadline = after_write(c);
    c->waits_write = rc == -EAGAIN;
    if (rc == 0 && c->last && !(c->state == CONN_WORK && c->req)) {
        if (c->state == CONN_SOCKET)
            c->ws = socket_gone(c->ws);
        conn_linger(c);
        return;
    }
    if (c->in.len > 0 && (may_parse(c) || c->state == CONN_SOCKET))
        feed_leftover(c);
    watch(c);
}

void conn_late(struct conn *c)
{
    const bool in_head = c->state == CONN_HEAD && c->in.len > 0;

    if (c->waits_write || c->last || !(in_head || c->state == CONN_BODY)) {
        (void)conn_free(c); /* there is nobody to tell, or nothing to say */
        return;
    }
    if (!in_head)
        drop_request(c);
    conn_refuse(c, 408, "timeout", "The request came too slowly.");
    c->deadline = now(c) + times(c)->closing;
}
