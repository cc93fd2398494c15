/* Call history, ICE servers, and the socket by which calls are made. */
#include "api/inside.h"
#include "base/peer.h"
#include "calls/calls.h"
#include "wire/url.h"

#include <assert.h>

#include "ice/ice.h"

enum {
    HISTORY_DEFAULT = 50,
    EPOCH_MAX = 4 * 36, /* bytes of the longest that the contract lets through */
};

static void answer_history(int rc, struct buf *json, void *arg)
{
    if (rc < 0) {
        answer_errno(arg, rc);
    } else {
        answer_json(arg, 200, json);
    }
}

void handle_call_list(struct exchange *x)
{
    struct id before = {{0}};

    (void)id_parse(exchange_query(x, "before")->text, &before);
    calls_history(x->api->conf.calls, &x->actor, &before, exchange_number(x, "missed", 0) != 0,
                  exchange_number(x, "limit", HISTORY_DEFAULT), answer_history, x);
}

static void seen(int rc, struct buf *json, void *arg)
{
    (void)json;
    if (rc < 0) {
        answer_errno(arg, rc);
    } else {
        answer_nothing(arg);
    }
}

void handle_calls_seen(struct exchange *x)
{
    calls_seen(x->api->conf.calls, &x->actor, seen, x);
}

void handle_ice_get(struct exchange *x)
{
    const struct api_conf *conf = &x->api->conf;
    struct buf json = {0};
    struct buf base = {0};
    struct json_out o = json_out(&json);
    struct url_origin origin = {0};

    request_base_url(x->req, &base);
    (void)url_origin_parse(buf_span(&base), &origin); /* it was checked before any handler */
    json_obj_begin(&o, NULL);
    ice_write(conf->ice,
              &(struct ice_asker){.user = &x->actor.user,
                                  .session = &x->actor.session,
                                  .host = origin.host.name,
                                  .inside = !peer_allowed(request_peer(x->req), NULL, 0),
                                  .now = loop_wall(conf->loop)},
              &o);
    json_obj_end(&o);
    answer_json(x, 200, &json);
    buf_done(&base);
}

/* The upgrade ends the request, and with it what the query's spans point to. */
void handle_socket_open(struct exchange *x)
{
    const struct span epoch = exchange_query(x, "epoch")->text;
    char epoch_copy[EPOCH_MAX];
    struct hub_open open = {
        .actor = x->actor,
        .epoch = span_of(epoch_copy, epoch.len),
        .pos = exchange_number(x, "pos", -1),
    };

    assert(epoch.len <= sizeof(epoch_copy));
    if (epoch.len > 0)
        memcpy(epoch_copy, epoch.p, epoch.len);
    (void)id_parse(exchange_query(x, "page")->text, &open.page);
    hub_open(x->api->hub, x->req, &open);
}
