/*
 * Guests: the links of a channel, and coming in by one.
 */
#include "api/arrive.h"
#include "api/errands.h"
#include "api/inside.h"
#include "auth/guest.h"

#include <errno.h>

void handle_guest_link_list(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");

    guest_link_list(x->api->conf.office, &x->actor, &channel, answer_errand, x);
}

void handle_guest_link_create(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");
    struct buf base = {0};

    request_base_url(x->req, &base);
    const struct guest_wish wish = {.max_uses = json_get_i64(x->body, "max_uses", 0),
                                    .expires_in_s = json_get_i64(x->body, "expires_in_s", 0),
                                    .base = buf_span(&base)};
    guest_link_create(x->api->conf.office, &x->actor, request_peer(x->req), &channel, &wish,
                      answer_errand_made, x);
    buf_done(&base);
}

void handle_guest_link_revoke(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");
    const struct id link = exchange_path_id(x, "link");

    guest_link_revoke(x->api->conf.office, &x->actor, request_peer(x->req), &channel, &link,
                      answer_errand_done, x);
}

static const char gone[] =
    "This link has been used up, has expired or was withdrawn; ask who sent it for a new one.";

static void looked_up(const struct errand_answer *a, void *arg)
{
    if (a->rc == -ENOENT) {
        answer_code(arg, CODE_NOT_FOUND, "token", gone);
    } else {
        answer_errand(a, arg);
    }
}

void handle_guest_lookup(struct exchange *x)
{
    guest_lookup(x->api->conf.office, json_get_span(x->body, "token"), looked_up, x);
}

static const struct meaning of_guest[] = {
    {-ENOENT, CODE_NOT_FOUND, "token", gone},
    {-EDQUOT, CODE_CONFLICT, NULL, "This group is full: it has 50 members."},
    {0, CODE_INTERNAL, NULL, NULL},
};

static void joined(const struct arrival *e, void *arg)
{
    answer_arrival(arg, e, of_guest);
}

void handle_guest_join(struct exchange *x)
{
    const struct origin_of from = exchange_origin(x);

    guest_join(x->api->conf.office, x->api->conf.accounts, json_get_span(x->body, "token"),
               json_get_span(x->body, "name"), &from, joined, x);
}
