/* Oneself: /me, /me/presence, and all that a page begins with. */
#include "api/inside.h"
#include "auth/names.h"
#include "auth/people.h"
#include "calls/calls.h"
#include "chat/chat.h"

#include <errno.h>

static void answer_text(struct exchange *x, struct span json)
{
    struct buf copy = {0};

    buf_add_span(&copy, json);
    answer_json(x, 200, &copy);
}

static void me_loaded(int rc, struct span json, void *arg)
{
    if (rc) {
        answer_errno(arg, rc);
    } else {
        answer_text(arg, json);
    }
}

void handle_me_get(struct exchange *x)
{
    const struct span json = mine_cached(x->api->mine, &x->actor.user);

    if (json.p) {
        answer_text(x, json);
    } else {
        mine_load(x->api->mine, &x->actor, me_loaded, x);
    }
}

static void me_changed(int rc, const struct people *people, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (rc == -EBADMSG) {
        answer_code(x, CODE_BAD_VALUE, "name", names_name_rule);
        return;
    }
    if (rc < 0) {
        answer_errno(x, rc);
        return;
    }
    me_write(&o, NULL, &people->rows[0]);
    answer_json(x, 200, &json);
}

void handle_me_edit(struct exchange *x)
{
    people_rename_me(x->api->conf.store, x->api->conf.bus, &x->actor,
                     json_get_span(x->body, "name"), me_changed, x);
}

static void presence_changed(int rc, const struct people *people, void *arg)
{
    const struct exchange *x = arg;

    if (rc >= 0)
        presence_set_by_hand(x->api->conf.presence, &x->actor.user, people->rows[0].presence);
    me_changed(rc, people, arg);
}

void handle_presence_set(struct exchange *x)
{
    people_set_presence(x->api->conf.store, x->api->conf.bus, &x->actor,
                        json_get_span(x->body, "state"), presence_changed, x);
}

/* The position is taken before the store is read: what comes after it is told as events. */
struct begin {
    struct exchange *x;
    uint64_t pos;
};

static void state_read(const struct chat_state *state, void *arg)
{
    const struct begin *b = arg;
    struct exchange *x = b->x;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (state->rc < 0) {
        answer_errno(x, state->rc);
        return;
    }
    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "epoch", hub_epoch(x->api->hub));
    json_put_i64(&o, "pos", (int64_t)b->pos);
    calls_write_mine(x->api->conf.calls, &x->actor.user, "calls", &o);
    buf_add_char(&json, ',');
    buf_add_span(&json, buf_span(state->members));
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_state_get(struct exchange *x)
{
    struct begin *b = arena_array(request_arena(x->req), struct begin, 1);

    *b = (struct begin){x, hub_pos(x->api->hub)};
    chat_state(x->api->conf.chat, &x->actor, state_read, b);
}
