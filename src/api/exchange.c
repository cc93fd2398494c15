#include "api/exchange.h"

#include "api/inside.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>

static size_t place_of(const struct shape *shape, const char *name)
{
    size_t i = 0;

    while (i < shape->count && strcmp(shape->fields[i].name, name) != 0)
        i++;
    assert(i < shape->count);
    return i;
}

bool exchange_secure(const struct exchange *x)
{
    return x->api->conf.https || request_secure(x->req);
}

const char *exchange_cookie(const struct exchange *x)
{
    return exchange_secure(x) ? "__Host-convene" : "convene";
}

struct id exchange_path_id(const struct exchange *x, const char *name)
{
    struct id id = {{0}};
    const int rc = id_parse(x->path[place_of(&x->route->path, name)].text, &id);

    assert(rc == 0);
    (void)rc;
    return id;
}

const struct param *exchange_query(const struct exchange *x, const char *name)
{
    return &x->query[place_of(&x->route->query, name)];
}

int64_t exchange_number(const struct exchange *x, const char *name, int64_t otherwise)
{
    const struct param *p = exchange_query(x, name);

    return p->given ? p->number : otherwise;
}

/* The body goes before the request and with it the exchange do. */
static struct request *end(struct exchange *x)
{
    struct request *req = x->req;

    json_decref(x->body);
    x->body = NULL;
    return req;
}

void answer_json(struct exchange *x, int status, struct buf *json)
{
    http_respond_json(end(x), status, json);
}

void answer_json_with(struct exchange *x, int status, struct buf *json, const struct header *field)
{
    struct header fields[] = {*field};

    answer_json_fields(x, status, json, fields, 1);
}

void answer_json_fields(struct exchange *x, int status, struct buf *json, struct header *fields,
                        size_t n)
{
    http_respond(end(x), &(struct response){.status = status,
                                            .type = "application/json",
                                            .take = json,
                                            .fields = fields,
                                            .fields_count = n});
}

void answer_nothing(struct exchange *x)
{
    http_respond_nothing(end(x));
}

void answer_nothing_with(struct exchange *x, const struct header *field)
{
    struct header fields[] = {*field};

    http_respond(end(x), &(struct response){.status = 204, .fields = fields, .fields_count = 1});
}

static void write_error(const struct refusal *why, struct buf *out)
{
    struct json_out o = json_out(out);

    json_obj_begin(&o, NULL);
    refusal_write(why, &o, "error");
    json_obj_end(&o);
}

/* What a refusal means to somebody who comes back from a provider. */
static enum problem problem_of(const struct refusal *why)
{
    switch (api_codes[why->code].status) {
    case 429: return PROBLEM_TOO_OFTEN;
    case 400:
    case 404: return PROBLEM_PROVIDER_WRONG;
    default: return PROBLEM_UNAVAILABLE;
    }
}

void answer_refusal(struct exchange *x, const struct refusal *why)
{
    struct buf json = {0};

    if (x->route->page) {
        answer_problem(x, problem_of(why));
        return;
    }
    write_error(why, &json);
    answer_json(x, refusal_status(why), &json);
}

void answer_code(struct exchange *x, enum code code, const char *field, const char *message)
{
    struct refusal why;

    (void)refuse(&why, code, field, "%s", message);
    answer_refusal(x, &why);
}

void answer_errno(struct exchange *x, int rc)
{
    struct refusal why;

    refusal_from_errno(&why, rc);
    if (why.code == CODE_INTERNAL)
        log_error("api.internal", "op=%s rc=%d", x->route->name, rc);
    answer_refusal(x, &why);
}

void answer_later(struct exchange *x, usec_t wait)
{
    const usec_t seconds = (wait + SEC - 1) / SEC;
    struct refusal why;
    struct buf json = {0};
    struct buf after = {0};

    (void)refuse(&why, CODE_RATE_LIMITED, NULL, "Too often; try again in %llu second%s.",
                 (unsigned long long)seconds, seconds == 1 ? "" : "s");
    if (x->route->page) {
        answer_problem(x, PROBLEM_TOO_OFTEN);
        return;
    }
    write_error(&why, &json);
    buf_add_u64(&after, seconds);
    answer_json_with(x, refusal_status(&why), &json,
                     &(struct header){"Retry-After", buf_span(&after)});
    buf_done(&after);
}
