#include "http/request.h"

#include "base/mem.h"
#include "http/pieces.h"

#include <assert.h>

static const struct {
    const char *name;
    enum method method;
} methods[] = {
    {"GET", METHOD_GET},         {"HEAD", METHOD_HEAD},   {"POST", METHOD_POST},
    {"PUT", METHOD_PUT},         {"PATCH", METHOD_PATCH}, {"DELETE", METHOD_DELETE},
    {"OPTIONS", METHOD_OPTIONS},
};

static enum method method_of(struct span name)
{
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
        if (span_is(name, methods[i].name))
            return methods[i].method;
    }
    return METHOD_OTHER;
}

/* Where a part of the parsed bytes stands in our copy of them. */
static struct span moved(struct span part, struct span from, const char *to)
{
    assert(!part.p || (part.p >= from.p && part.p + part.len <= from.p + from.len));
    return part.p ? span_of(to + (part.p - from.p), part.len) : SPAN_NONE;
}

static void copy_fields(struct request *r, const struct http1_head *head, const char *from)
{
    for (size_t i = 0; i < head->fields_count; i++) {
        const struct http1_field *f = &head->fields[i];
        r->fields[i] = (struct request_field){
            .name = (uint16_t)(f->name.p - from),
            .name_len = (uint16_t)f->name.len,
            .value = (uint16_t)(f->value.len > 0 ? f->value.p - from : 0),
            .value_len = (uint16_t)f->value.len,
        };
        if (f->id != HTTP1_OTHER && r->known[f->id] == 0)
            r->known[f->id] = (uint8_t)(i + 1);
    }
    r->fields_count = head->fields_count;
}

int request_new(struct conn *c, const struct http1_head *head, struct span bytes,
                struct request **ret)
{
    _Static_assert(HTTP1_HEAD_MAX <= UINT16_MAX, "fields are found by 16 bits");
    _Static_assert(HTTP1_FIELDS_MAX < UINT8_MAX, "and known ones by 8");
    const size_t table = head->fields_count * sizeof(struct request_field);
    struct request *r = mem_alloc(sizeof(*r) + table + bytes.len);
    char *copy = (char *)r->fields + table;

    memcpy(copy, bytes.p, bytes.len);
    r->head = copy;
    r->server = c->server;
    r->conn = c;
    r->method = method_of(head->method);
    r->path = moved(head->path, bytes, copy);
    r->query = moved(head->query, bytes, copy);
    r->keep_alive = head->keep_alive;
    r->websocket = head->websocket;
    r->chunked = head->chunked;
    copy_fields(r, head, bytes.p);
    const struct span host = request_known(r, HTTP1_HOST);
    if (host.p) {
        const int rc = url_host_parse(host, &r->host);
        if (rc) {
            (void)request_free(r);
            return rc;
        }
    }
    client_find(r);
    *ret = r;
    return 0;
}

struct request *request_free(struct request *r)
{
    if (!r)
        return NULL;
    r->arena = arena_free(r->arena);
    buf_done(&r->body);
    return mem_free(r);
}

static struct span value_of(const struct request *r, size_t i)
{
    return span_of(r->head + r->fields[i].value, r->fields[i].value_len);
}

struct span request_known(const struct request *r, enum http1_name name)
{
    return r->known[name] ? value_of(r, r->known[name] - 1U) : SPAN_NONE;
}

enum method request_method(const struct request *r)
{
    return r->method;
}

struct span request_path(const struct request *r)
{
    return r->path;
}

struct span request_query(const struct request *r)
{
    return r->query;
}

struct span request_body(const struct request *r)
{
    return buf_span(&r->body);
}

struct span request_header(const struct request *r, const char *name)
{
    const struct span want = span_str(name);

    for (size_t i = 0; i < r->fields_count; i++) {
        const struct request_field *f = &r->fields[i];
        if (f->name_len == want.len && span_eq_nocase(span_of(r->head + f->name, want.len), want))
            return value_of(r, i);
    }
    return SPAN_NONE;
}

struct span request_cookie(const struct request *r, const char *name)
{
    return url_cookie_get(request_known(r, HTTP1_COOKIE), name);
}

const struct addr *request_peer(const struct request *r)
{
    return &r->peer;
}

bool request_secure(const struct request *r)
{
    return r->secure;
}

bool request_local(const struct request *r)
{
    return r->local;
}

struct arena *request_arena(struct request *r)
{
    if (!r->arena)
        r->arena = arena_new();
    return r->arena;
}

struct loop *request_loop(const struct request *r)
{
    return r->server->loop;
}
