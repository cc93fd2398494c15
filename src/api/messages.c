#include "api/chatting.h"
#include "base/metric.h"

#include <assert.h>
#include <errno.h>

static struct metric stored = METRIC_COUNTER("convene_messages_total", "Messages stored");

static void sent(const struct chat_reply *r, void *arg)
{
    if (r->rc == -EEXIST) {
        answer_code(arg, CODE_CLIENT_ID_USED, "client_id",
                    "Another message of yours was sent under this client_id; take a new one.");
        return;
    }
    if (r->rc >= 0 && !r->again)
        metric_add(&stored, 1);
    answer_chat_made(r, arg);
}

void handle_message_send(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");
    struct id client_id;
    const int rc = id_parse(json_get_span(x->body, "client_id"), &client_id);

    assert(rc == 0);
    (void)rc;
    chat_send(x->api->conf.chat, &x->actor, &channel, &client_id, json_get_span(x->body, "body"),
              sent, x);
}

void handle_message_list(struct exchange *x)
{
    static const struct {
        const char *name;
        enum chat_where where;
    } ways[] = {{"before", CHAT_BEFORE}, {"after", CHAT_AFTER}, {"around", CHAT_AROUND}};
    const struct id channel = exchange_path_id(x, "channel");
    struct chat_page page = {.limit = exchange_number(x, "limit", CHAT_PAGE)};

    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        if (!exchange_query(x, ways[i].name)->given)
            continue;
        if (page.where != CHAT_NEWEST) {
            answer_code(x, CODE_BAD_PARAMETER, ways[i].name,
                        "Give at most one of before, after and around.");
            return;
        }
        page.where = ways[i].where;
        page.seq = exchange_number(x, ways[i].name, 0);
    }
    chat_history(x->api->conf.chat, &x->actor, &channel, &page, answer_chat, x);
}

void handle_change_list(struct exchange *x)
{
    const struct id channel = exchange_path_id(x, "channel");

    chat_changes(x->api->conf.chat, &x->actor, &channel, exchange_number(x, "after", 0),
                 exchange_number(x, "limit", CHAT_PAGE_MAX), answer_chat, x);
}
