/* Oneself: /me, /me/presence, and all that a page begins with. */
#include "api/inside.h"
#include "auth/people.h"

#include <errno.h>

static void answer_text(struct exchange *x, struct span json)
{
    struct buf copy = {0};

    buf_add_span(&copy, json);
    answer_json(x, 200, &copy);
}

static void me_loaded(int rc, struct span json, void *arg)
{
    if (rc)
        answer_errno(arg, rc);
    else
        answer_text(arg, json);
}

void handle_me_get(struct exchange *x)
{
    const struct span json = mine_cached(x->api->mine, &x->actor.user);

    if (json.p)
        answer_text(x, json);
    else
        mine_load(x->api->mine, &x->actor, me_loaded, x);
}

static void me_changed(int rc, const struct people *people, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (rc == -EBADMSG) {
        answer_code(x, CODE_BAD_VALUE, "name",
                    "name must have 1 to 80 characters, none that control the text's direction.");
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

void handle_presence_set(struct exchange *x)
{
    people_set_presence(x->api->conf.store, x->api->conf.bus, &x->actor,
                        json_get_span(x->body, "state"), me_changed, x);
}
