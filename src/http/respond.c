#include "base/json.h"
#include "base/mem.h"
#include "base/metric.h"
#include "http/pieces.h"
#include "http/request.h"

#include <assert.h>

enum { COPY_MAX = 16 * 1024 }; /* larger bodies go out from where they are */

static const char csp_nothing[] = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
                                  "form-action 'none'";

static const char always[] = "X-Content-Type-Options: nosniff\r\n"
                             "Referrer-Policy: no-referrer\r\n"
                             "Cross-Origin-Opener-Policy: same-origin\r\n"
                             "Cross-Origin-Resource-Policy: same-origin\r\n";

static struct metric answers[] = {
    METRIC_COUNTER("convene_http_answers_total{code=\"1xx\"}", "Answers by class of status"),
    METRIC_COUNTER("convene_http_answers_total{code=\"2xx\"}", "Answers by class of status"),
    METRIC_COUNTER("convene_http_answers_total{code=\"3xx\"}", "Answers by class of status"),
    METRIC_COUNTER("convene_http_answers_total{code=\"4xx\"}", "Answers by class of status"),
    METRIC_COUNTER("convene_http_answers_total{code=\"5xx\"}", "Answers by class of status"),
};

static void add_field(struct buf *out, const char *name, const char *value)
{
    buf_add_str(out, name);
    buf_add_str(out, ": ");
    buf_add_str(out, value);
    buf_add_str(out, "\r\n");
}

static bool bodiless(int status)
{
    return status < 200 || status == 204 || status == 304; /* RFC 9110, 6.4.1 */
}

void response_write_head(struct buf *out, const char *date, const struct response_head *h)
{
    const struct response *resp = h->resp;

    assert(resp->status >= 100 && resp->status < 600);
    metric_add(&answers[resp->status / 100 - 1], 1);
    http1_write_status(out, resp->status);
    add_field(out, "Date", date);
    if (resp->type)
        add_field(out, "Content-Type", resp->type);
    if (!bodiless(resp->status))
        http1_write_u64(out, "Content-Length", h->length);
    add_field(out, "Cache-Control", resp->cache ? resp->cache : "no-store");
    add_field(out, "Content-Security-Policy", resp->csp ? resp->csp : csp_nothing);
    buf_add(out, always, sizeof(always) - 1);
    if (h->hsts)
        add_field(out, "Strict-Transport-Security", "max-age=31536000");
    if (h->close)
        add_field(out, "Connection", "close");
    for (size_t i = 0; i < resp->fields_count; i++) {
        const struct header *f = &resp->fields[i];
        const int rc = http1_write_field(out, span_str(f->name), f->value);
        assert(rc == 0);
        (void)rc;
    }
    http1_write_end(out);
}

void response_write_error(struct buf *out, const char *code, const char *message, const char *field)
{
    struct json_out o = json_out(out);

    json_obj_begin(&o, NULL);
    json_obj_begin(&o, "error");
    json_put_cstr(&o, "code", code);
    json_put_cstr(&o, "message", message);
    if (field)
        json_put_cstr(&o, "field", field);
    json_obj_end(&o);
    json_obj_end(&o);
}

/* Puts the body behind the head: copied when it is small, else as it is. */
static void queue_body(struct conn *c, const struct response *resp, struct span body)
{
    if (body.len <= COPY_MAX) {
        buf_add_span(&c->out, body);
        return;
    }
    c->big = mem_new(struct big);
    if (resp->take || !resp->body_lasts) {
        c->big->server = c->server;
        c->big->size = body.len;
        c->server->waiting_bytes += body.len;
    }
    if (resp->take) {
        c->big->owned = take(resp->take->p);
        c->big->rest = body;
        *resp->take = (struct buf){0};
    } else if (resp->body_lasts) {
        c->big->rest = body;
    } else {
        c->big->owned = mem_alloc(body.len);
        memcpy(c->big->owned, body.p, body.len);
        c->big->rest = span_of(c->big->owned, body.len);
    }
}

static void answer(struct request *r, struct conn *c, const struct response *resp)
{
    struct http_server *s = r->server;
    const struct span body = resp->take ? buf_span(resp->take) : resp->body;
    const bool show = r->method != METHOD_HEAD && !bodiless(resp->status);
    const struct response_head head = {
        .resp = resp,
        .length = body.len > 0 ? body.len : resp->head_length,
        .close = !r->keep_alive || s->draining || c->last,
        .hsts = r->secure && s->origin.secure && !s->hsts_off,
    };

    assert(show ? head.length == body.len : true);
    response_write_head(&c->out, server_date(s), &head);
    if (show)
        queue_body(c, resp, body);
    c->req = NULL;
    c->last = head.close;
    c->state = CONN_HEAD;
    c->deadline = loop_now(s->loop) + s->conf.times.idle;
    conn_dirty(c);
}

/* Peers that ask for much and read nothing must not fill the memory together. */
static bool has_room(const struct http_server *s, const struct response *resp)
{
    const size_t len = resp->take ? resp->take->len : resp->body.len;

    return resp->body_lasts || len <= COPY_MAX || s->waiting_bytes + len <= HTTP_WAITING_MAX;
}

static void answer_busy(struct request *r)
{
    struct buf body = {0};

    response_write_error(&body, "unavailable", "Too much waits to be read; try again in a moment.",
                         NULL);
    answer(r, r->conn,
           &(struct response){.status = 503, .type = "application/json", .take = &body});
    buf_done(&body);
}

void http_respond(struct request *r, const struct response *resp)
{
    struct http_server *s = r->server;

    ASSERT_ON(s->loop);
    if (r->conn && has_room(s, resp)) {
        answer(r, r->conn, resp);
    } else if (r->conn) {
        answer_busy(r);
    }
    if (resp->take)
        buf_done(resp->take);
    (void)request_free(r);
    s->requests--;
    server_release(s);
}

void http_respond_json(struct request *r, int status, struct buf *json)
{
    http_respond(r, &(struct response){.status = status, .type = "application/json", .take = json});
}

void http_respond_error(struct request *r, int status, const char *code, const char *message,
                        const char *field)
{
    struct buf body = {0};

    response_write_error(&body, code, message, field);
    http_respond_json(r, status, &body);
}

void http_respond_nothing(struct request *r)
{
    http_respond(r, &(struct response){.status = 204});
}
