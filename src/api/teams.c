/*
 * Teams: members, and who owns one.
 */
#include "api/errands.h"
#include "api/inside.h"
#include "auth/team.h"

void handle_team_member_list(struct exchange *x)
{
    const struct id team = exchange_path_id(x, "team");

    team_members(x->api->conf.office, &x->actor, &team, answer_errand, x);
}

void handle_team_role_set(struct exchange *x)
{
    const struct team_wish wish = {.team = exchange_path_id(x, "team"),
                                   .person = exchange_path_id(x, "user"),
                                   .owner = span_is(json_get_span(x->body, "role"), "owner")};

    team_set_role(x->api->conf.office, &x->actor, request_peer(x->req), &wish, answer_errand_done,
                  x);
}
