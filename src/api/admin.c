/*
 * What administrators do with people, and what they read about the house.
 */
#include "api/errands.h"
#include "api/inside.h"
#include "auth/records.h"
#include "auth/roles.h"

static enum roles_filter filter_of(const struct param *p)
{
    static const char *const names[] = {
        [ROLES_ALL] = "all",       [ROLES_ACTIVE] = "active", [ROLES_DEACTIVATED] = "deactivated",
        [ROLES_GUESTS] = "guests", [ROLES_ADMINS] = "admins", [ROLES_BOTS] = "bots",
    };

    for (size_t i = 0; p->given && i < ARRAY_SIZE(names); i++) {
        if (span_is(p->text, names[i]))
            return (enum roles_filter)i;
    }
    return ROLES_ALL;
}

void handle_admin_people(struct exchange *x)
{
    const struct param *text = exchange_query(x, "query");
    const struct roles_query q = {.text = text->given ? text->text : SPAN_NONE,
                                  .filter = filter_of(exchange_query(x, "filter")),
                                  .offset = exchange_number(x, "offset", 0),
                                  .limit = exchange_number(x, "limit", 50)};

    roles_list(x->api->conf.office, &x->actor, &q, answer_errand, x);
}

void handle_admin_person_edit(struct exchange *x)
{
    const json_t *active = json_object_get(x->body, "active");
    const struct span role = json_get_span(x->body, "role");
    const struct roles_edit edit = {
        .person = exchange_path_id(x, "person"),
        .role = role.p ? role_parse(role) : ROLE_NOBODY,
        .active = !active ? AS_IT_IS : (json_is_true(active) ? ACTIVATE : DEACTIVATE)};

    roles_edit(x->api->conf.office, &x->actor, request_peer(x->req), &edit, answer_errand, x);
}

void handle_admin_sign_out(struct exchange *x)
{
    const struct id person = exchange_path_id(x, "person");

    roles_sign_out(x->api->conf.office, &x->actor, request_peer(x->req), &person,
                   answer_errand_done, x);
}

void handle_admin_sessions(struct exchange *x)
{
    const struct param *who = exchange_query(x, "person");
    struct id person = {{0}};

    if (who->given)
        (void)id_parse(who->text, &person);
    roles_sessions(x->api->conf.office, &x->actor, &person, exchange_number(x, "offset", 0),
                   exchange_number(x, "limit", 50), answer_errand, x);
}

void handle_admin_session_end(struct exchange *x)
{
    const struct id session = exchange_path_id(x, "session");

    roles_end_session(x->api->conf.office, &x->actor, request_peer(x->req), &session,
                      answer_errand_done, x);
}

void handle_audit_list(struct exchange *x)
{
    const struct param *action = exchange_query(x, "action");
    const struct param *who = exchange_query(x, "person");
    struct audit_query q = {.before = exchange_number(x, "before", 0),
                            .action = action->given ? action->text : SPAN_NONE,
                            .limit = exchange_number(x, "limit", 50)};

    if (who->given)
        (void)id_parse(who->text, &q.person);
    records_audit(x->api->conf.office, &x->actor, &q, answer_errand, x);
}

void handle_audit_verify(struct exchange *x)
{
    records_verify(x->api->conf.office, &x->actor, answer_errand, x);
}

void handle_storage_get(struct exchange *x)
{
    const struct records_disk disk = x->api->conf.disk(x->api->conf.disk_arg);

    records_storage(x->api->conf.office, &x->actor, &disk, answer_errand, x);
}
