/*
 * One's own sessions: the list of devices, and ending them.
 */
#include "api/inside.h"
#include "auth/session.h"

static void listed(const struct session_infos *e, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (e->rc) {
        answer_errno(x, e->rc);
        return;
    }
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "sessions");
    for (size_t i = 0; i < e->count; i++)
        session_info_write(&o, NULL, &e->rows[i], id_eq(&e->rows[i].id, &x->actor.session));
    json_arr_end(&o);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_session_list(struct exchange *x)
{
    session_list(x->api->conf.sessions, &x->actor, listed, x);
}

static void ended(int rc, void *arg)
{
    if (rc) {
        answer_errno(arg, rc);
    } else {
        answer_nothing(arg);
    }
}

/* Ending this one so is signing out, but that the cookie stays, worth nothing. */
void handle_session_end_one(struct exchange *x)
{
    const struct id session = exchange_path_id(x, "session");

    session_end_one(x->api->conf.sessions, &x->actor, &session, ended, x);
}

void handle_session_end_others(struct exchange *x)
{
    session_end_others(x->api->conf.sessions, &x->actor, ended, x);
}
