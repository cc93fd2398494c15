/*
 * API tokens, and bots.
 */
#include "auth/tokens.h"

#include "api/errands.h"
#include "api/inside.h"
#include "auth/token.h"

static unsigned scopes_of(const json_t *list)
{
    unsigned scopes = 0;
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one) scopes |=
        scopes_parse(span_of(json_string_value(one), json_string_length(one)));
    return scopes;
}

static struct token_wish wish_of(const struct exchange *x)
{
    return (struct token_wish){.name = json_get_span(x->body, "name"),
                               .scopes = scopes_of(json_object_get(x->body, "scopes")),
                               .expires_in_s = json_get_i64(x->body, "expires_in_s", 0)};
}

void handle_token_list(struct exchange *x)
{
    tokens_list(x->api->conf.office, &x->actor, answer_errand, x);
}

void handle_token_create(struct exchange *x)
{
    const struct token_wish wish = wish_of(x);

    tokens_create(x->api->conf.office, &x->actor, request_peer(x->req), &wish, answer_errand_made,
                  x);
}

void handle_token_end(struct exchange *x)
{
    const struct id token = exchange_path_id(x, "token");

    tokens_end(x->api->conf.office, &x->actor, request_peer(x->req), &token, answer_errand_done, x);
}

void handle_admin_bot_create(struct exchange *x)
{
    const struct token_wish wish = wish_of(x);

    tokens_make_bot(x->api->conf.office, &x->actor, request_peer(x->req), &wish, answer_errand_made,
                    x);
}
