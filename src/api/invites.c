#include "api/inside.h"
#include "auth/invite.h"

#include <errno.h>

static bool failed(struct exchange *x, const struct invites_answer *answer)
{
    if (answer->rc >= 0)
        return false;
    answer_errno(x, answer->rc);
    return true;
}

static void listed(const struct invites_answer *answer, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (failed(x, answer))
        return;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "invites");
    for (size_t i = 0; i < answer->count; i++)
        invite_write(&o, NULL, &answer->rows[i]);
    json_arr_end(&o);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_invite_list(struct exchange *x)
{
    invite_list(x->api->conf.store, &x->actor, listed, x);
}

/* The secret stands behind the #, which no browser sends to a server and no log keeps. */
static void created(const struct invites_answer *answer, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct buf url = {0};
    struct json_out o = json_out(&json);

    if (failed(x, answer))
        return;
    request_base_url(x->req, &url);
    buf_add_str(&url, "/invite#");
    buf_add_span(&url, answer->token);
    json_obj_begin(&o, NULL);
    invite_write(&o, "invite", &answer->rows[0]);
    json_put_str(&o, "url", buf_span(&url));
    json_obj_end(&o);
    answer_json(x, 201, &json);
    buf_done(&url);
}

void handle_invite_create(struct exchange *x)
{
    const struct span role = json_get_span(x->body, "role");
    const struct invite_wish wish = {.max_uses = json_get_i64(x->body, "max_uses", 0),
                                     .expires_in_s = json_get_i64(x->body, "expires_in_s", 0),
                                     .role = role.p ? role_parse(role) : ROLE_NOBODY};

    invite_create(x->api->conf.office, &x->actor, request_peer(x->req), &wish, created, x);
}

static void revoked(const struct invites_answer *answer, void *arg)
{
    if (!failed(arg, answer))
        answer_nothing(arg);
}

void handle_invite_revoke(struct exchange *x)
{
    const struct id id = exchange_path_id(x, "invite");

    invite_revoke(x->api->conf.office, &x->actor, request_peer(x->req), &id, revoked, x);
}

static void looked_up(const struct invites_answer *answer, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (answer->rc == -ENOENT || answer->rc == -EBADMSG) {
        answer_code(x, CODE_NOT_FOUND, "token",
                    "This invitation has been used up, has expired or was withdrawn; ask for a new "
                    "one.");
        return;
    }
    if (failed(x, answer))
        return;
    json_obj_begin(&o, NULL);
    json_put_str(&o, "inviter", answer->inviter);
    json_put_str(&o, "team", answer->team);
    json_put_i64(&o, "expires_at", answer->rows[0].expires_at);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_invite_lookup(struct exchange *x)
{
    invite_lookup(x->api->conf.store, json_get_span(x->body, "token"), looked_up, x);
}
