#include "api/chatting.h"

#include <assert.h>
#include <errno.h>

enum { OTHERS_MAX = 49 };

void answer_chat(const struct chat_reply *r, void *arg)
{
    struct exchange *x = arg;

    if (r->rc == -EINVAL) {
        answer_code(x, CODE_BAD_VALUE, r->field, r->why);
    } else if (r->rc < 0) {
        answer_errno(x, r->rc);
    } else {
        answer_json(x, 200, r->json);
    }
}

void answer_chat_made(const struct chat_reply *r, void *arg)
{
    if (r->rc < 0 || r->again) {
        answer_chat(r, arg);
    } else {
        answer_json(arg, 201, r->json);
    }
}

/* The ids of a list of the body, which the contract holds to OTHERS_MAX. */
static size_t read_ids(const struct exchange *x, const char *key, struct id ids[OTHERS_MAX])
{
    const json_t *list = json_object_get(x->body, key);
    const size_t n = json_array_size(list);

    assert(n <= OTHERS_MAX);
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i);
        const int rc = id_parse(span_of(json_string_value(one), json_string_length(one)), &ids[i]);

        assert(rc == 0);
        (void)rc;
    }
    return n;
}

void handle_channel_list(struct exchange *x)
{
    chat_list(x->api->conf.chat, &x->actor, answer_chat, x);
}

static void create_direct(struct exchange *x, const struct id *ids, size_t n)
{
    if (n != 1) {
        answer_code(x, CODE_BAD_VALUE, "members",
                    "A direct chat is with exactly one other person; start a group for more.");
    } else if (json_object_get(x->body, "name")) {
        answer_code(x, CODE_BAD_VALUE, "name", "A direct chat has no name; leave it out.");
    } else {
        chat_create_direct(x->api->conf.chat, &x->actor, &ids[0], answer_chat_made, x);
    }
}

void handle_channel_create(struct exchange *x)
{
    struct id ids[OTHERS_MAX];
    const size_t n = read_ids(x, "members", ids);

    if (span_is(json_get_span(x->body, "kind"), "direct")) {
        create_direct(x, ids, n);
        return;
    }
    chat_create_group(x->api->conf.chat, &x->actor,
                      &(struct chat_group){.others = ids,
                                           .count = n,
                                           .name = json_get_span(x->body, "name"),
                                           .idem_key = x->idem_key},
                      answer_chat_made, x);
}

void handle_channel_get(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");

    chat_get(x->api->conf.chat, &x->actor, &channel, answer_chat, x);
}

void handle_channel_edit(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");

    chat_rename(x->api->conf.chat, &x->actor, &channel, json_get_span(x->body, "name"), answer_chat,
                x);
}

void handle_member_list(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");
    struct id after = {{0}};

    (void)id_parse(exchange_query(x, "after")->text, &after);
    chat_members(x->api->conf.chat, &x->actor, &channel, &after,
                 exchange_number(x, "limit", CHAT_PAGE), answer_chat, x);
}

void handle_member_add(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");
    struct id ids[OTHERS_MAX];
    const size_t n = read_ids(x, "users", ids);

    chat_add_members(x->api->conf.chat, &x->actor, &channel, ids, n, answer_chat, x);
}

static void note(const struct exchange *x, const char *action, const struct id *user,
                 struct span detail)
{
    const struct office *o = x->api->conf.office;
    struct buf ip = {0};

    addr_write_ip(&ip, request_peer(x->req));
    const struct audit_entry e = {.actor = x->actor.user,
                                  .action = span_str(action),
                                  .target = id_span(user),
                                  .ip = buf_span(&ip),
                                  .detail = detail};
    audit_note(o->store, o->secret, &e);
    buf_done(&ip);
}

static void note_member(const struct exchange *x, const char *action, const char *role)
{
    const struct id channel = exchange_path_id(x, "channel");
    const struct id user = exchange_path_id(x, "user");
    struct buf detail = {0};
    struct json_out o = json_out(&detail);

    json_obj_begin(&o, NULL);
    json_put_id(&o, "channel", &channel);
    if (role)
        json_put_cstr(&o, "to", role);
    json_obj_end(&o);
    note(x, action, &user, buf_span(&detail));
    buf_done(&detail);
}

/* Who leaves by themselves is no act on anybody. */
static void note_removed(const struct exchange *x)
{
    const struct id user = exchange_path_id(x, "user");

    if (!id_eq(&user, &x->actor.user))
        note_member(x, "member.remove", NULL);
}

static void removed(const struct chat_reply *r, void *arg)
{
    if (r->rc < 0) {
        answer_chat(r, arg);
    } else {
        note_removed(arg);
        answer_nothing(arg);
    }
}

void handle_member_remove(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");
    const struct id user = exchange_path_id(x, "user");

    chat_remove_member(x->api->conf.chat, &x->actor, &channel, &user, removed, x);
}

static bool makes_moderator(const struct exchange *x)
{
    return span_is(json_get_span(x->body, "role"), "moderator");
}

static void role_set(const struct chat_reply *r, void *arg)
{
    if (r->rc == 0)
        note_member(arg, "member.role", makes_moderator(arg) ? "moderator" : "member");
    answer_chat(r, arg);
}

void handle_member_role_set(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");
    const struct id user = exchange_path_id(x, "user");

    chat_set_member_role(x->api->conf.chat, &x->actor, &channel, &user, makes_moderator(x),
                         role_set, x);
}

void handle_channel_mark(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");

    chat_mark(x->api->conf.chat, &x->actor, &channel, json_get_i64(x->body, "seq", 0), answer_chat,
              x);
}
