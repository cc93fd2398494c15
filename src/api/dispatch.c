#include "api/inside.h"
#include "api/match.h"
#include "auth/csrf.h"
#include "auth/session.h"
#include "auth/token.h"
#include "http/static.h"

#include <errno.h>

static handler_fn *const handlers[OP_MAX_] = {
    [OP_SITE_GET] = handle_site_get,
    [OP_SETUP_RUN] = handle_setup_run,
    [OP_SESSION_CREATE] = handle_session_create,
    [OP_SESSION_END] = handle_session_end,
    [OP_SESSION_LIST] = handle_session_list,
    [OP_SESSION_END_ONE] = handle_session_end_one,
    [OP_SESSION_END_OTHERS] = handle_session_end_others,
    [OP_GUEST_LINK_LIST] = handle_guest_link_list,
    [OP_GUEST_LINK_CREATE] = handle_guest_link_create,
    [OP_GUEST_LINK_REVOKE] = handle_guest_link_revoke,
    [OP_GUEST_LOOKUP] = handle_guest_lookup,
    [OP_GUEST_JOIN] = handle_guest_join,
    [OP_TEAM_MEMBER_LIST] = handle_team_member_list,
    [OP_TEAM_ROLE_SET] = handle_team_role_set,
    [OP_ADMIN_PEOPLE] = handle_admin_people,
    [OP_ADMIN_PERSON_EDIT] = handle_admin_person_edit,
    [OP_ADMIN_SIGN_OUT] = handle_admin_sign_out,
    [OP_ADMIN_SESSIONS] = handle_admin_sessions,
    [OP_ADMIN_SESSION_END] = handle_admin_session_end,
    [OP_AUDIT_LIST] = handle_audit_list,
    [OP_AUDIT_VERIFY] = handle_audit_verify,
    [OP_STORAGE_GET] = handle_storage_get,
    [OP_TOKEN_LIST] = handle_token_list,
    [OP_TOKEN_CREATE] = handle_token_create,
    [OP_TOKEN_END] = handle_token_end,
    [OP_ADMIN_BOT_CREATE] = handle_admin_bot_create,
    [OP_SECURITY_GET] = handle_security_get,
    [OP_PASSWORD_SET] = handle_password_set,
    [OP_TOTP_BEGIN] = handle_totp_begin,
    [OP_TOTP_CONFIRM] = handle_totp_confirm,
    [OP_TOTP_OFF] = handle_totp_off,
    [OP_RECOVERY_CODES_NEW] = handle_recovery_codes_new,
    [OP_ADMIN_TOTP_OFF] = handle_admin_totp_off,
    [OP_ADMIN_RESET] = handle_admin_reset,
    [OP_RESET_MAIL] = handle_reset_mail,
    [OP_RESET_LOOKUP] = handle_reset_lookup,
    [OP_RESET_ACCEPT] = handle_reset_accept,
    [OP_ME_GET] = handle_me_get,
    [OP_ME_EDIT] = handle_me_edit,
    [OP_PRESENCE_SET] = handle_presence_set,
    [OP_SIGN_IN_GET] = handle_sign_in_get,
    [OP_OIDC_START] = handle_oidc_start,
    [OP_OIDC_CALLBACK] = handle_oidc_callback,
    [OP_IDENTITY_REMOVE] = handle_identity_remove,
    [OP_PICTURE_GET] = handle_picture_get,
    [OP_PROVIDER_LIST] = handle_provider_list,
    [OP_PROVIDER_TEST] = handle_provider_test,
    [OP_STATE_GET] = handle_state_get,
    [OP_PEOPLE_LIST] = handle_people_list,
    [OP_PERSON_GET] = handle_person_get,
    [OP_INVITE_LIST] = handle_invite_list,
    [OP_INVITE_CREATE] = handle_invite_create,
    [OP_INVITE_REVOKE] = handle_invite_revoke,
    [OP_INVITE_LOOKUP] = handle_invite_lookup,
    [OP_INVITE_ACCEPT] = handle_invite_accept,
    [OP_CHANNEL_LIST] = handle_channel_list,
    [OP_CHANNEL_CREATE] = handle_channel_create,
    [OP_CHANNEL_GET] = handle_channel_get,
    [OP_CHANNEL_EDIT] = handle_channel_edit,
    [OP_MEMBER_LIST] = handle_member_list,
    [OP_MEMBER_ADD] = handle_member_add,
    [OP_MEMBER_REMOVE] = handle_member_remove,
    [OP_MEMBER_ROLE_SET] = handle_member_role_set,
    [OP_MESSAGE_LIST] = handle_message_list,
    [OP_MESSAGE_SEND] = handle_message_send,
    [OP_CHANGE_LIST] = handle_change_list,
    [OP_CHANNEL_MARK] = handle_channel_mark,
    [OP_CALL_LIST] = handle_call_list,
    [OP_CALLS_SEEN] = handle_calls_seen,
    [OP_ICE_GET] = handle_ice_get,
    [OP_SOCKET_OPEN] = handle_socket_open,
    [OP_HEALTHZ] = handle_healthz,
    [OP_READYZ] = handle_readyz,
    [OP_METRICS] = handle_metrics,
};

enum {
    IDEM_KEY_MAX = 64,
    BODY_IGNORED_MAX = 16 * 1024, /* of a request that takes none, so that it hears why */
};

static int check_path(struct exchange *x, struct refusal *why)
{
    for (size_t i = 0; i < x->route->path.count; i++) {
        const int rc = check_segment(&x->route->path.fields[i], x->path[i].text, &x->path[i], why);

        if (rc)
            return rc;
    }
    return 0;
}

static int check_idem_key(struct exchange *x, struct refusal *why)
{
    x->idem_key = request_header(x->req, "idempotency-key");
    if (!x->route->idempotent)
        x->idem_key = SPAN_NONE;
    if (!x->idem_key.p || (x->idem_key.len > 0 && x->idem_key.len <= IDEM_KEY_MAX))
        return 0;
    return refuse(why, CODE_BAD_PARAMETER, "Idempotency-Key",
                  "Idempotency-Key must have from 1 to %d characters.", IDEM_KEY_MAX);
}

static int check_all(struct exchange *x, struct refusal *why)
{
    int rc = check_path(x, why);

    if (rc == 0) {
        rc = (x->route->page ? check_open_query : check_query)(
            &x->route->query, request_query(x->req), request_arena(x->req), x->query, why);
    }
    if (rc == 0)
        rc = check_idem_key(x, why);
    if (rc == 0 && x->route->body)
        rc = check_body(x->route->body, request_body(x->req), &x->body, why);
    return rc;
}

/* For a channel or a call only whether somebody is there; the rest is the domain's to say. */
static int may(const struct exchange *x)
{
    const struct object self = OBJECT_OF_SELF;
    const struct object none = OBJECT_OF_NONE;

    switch (x->route->object) {
    case OBJECT_NONE: return authorize(&x->actor, x->route->verb, &none);
    case OBJECT_SELF: return authorize(&x->actor, x->route->verb, &self);
    default: return id_none(&x->actor.user) ? -EACCES : 0;
    }
}

static void go_on(struct exchange *x)
{
    struct refusal why;
    const int rc = may(x);
    usec_t wait;

    if (rc) {
        answer_errno(x, rc);
        return;
    }
    wait = limits_take(x->api->limits, x->route->limit, &x->actor, request_peer(x->req),
                       request_body(x->req).len, loop_now(x->api->conf.loop));
    if (wait > 0) {
        answer_later(x, wait);
        return;
    }
    if (check_all(x, &why)) {
        answer_refusal(x, &why);
    } else if (!handlers[x->route->op]) {
        answer_errno(x, -ENOENT);
    } else {
        handlers[x->route->op](x);
    }
}

static void session_known(int rc, const struct actor *actor, void *arg)
{
    struct exchange *x = arg;

    if (rc == -EACCES && x->bearer.p) {
        answer_code(x, CODE_SIGNED_OUT, NULL,
                    "This API token is not valid: it has expired or was ended, or is not whole.");
        return;
    }
    if (rc && rc != -EACCES) {
        answer_errno(x, rc);
        return;
    }
    if (rc == 0)
        x->actor = *actor;
    go_on(x);
}

/* An API token counts alone: a request that bears one is nobody's cookie's; and each stands in its own
 * place only. */
static void find_session(struct exchange *x)
{
    const struct span token = x->bearer.p ? x->bearer : request_cookie(x->req, exchange_cookie(x));

    if (span_starts(token, API_TOKEN_PREFIX) != (x->bearer.p != NULL)) {
        session_known(-EACCES, NULL, x);
        return;
    }
    if (!token.p) {
        go_on(x);
        return;
    }
    if (session_cached(x->api->conf.sessions, token, &x->actor)) {
        go_on(x);
    } else {
        (void)session_find(x->api->conf.sessions, token, session_known, x);
    }
}

/* The figures have a token of their own. */
static struct span bearer_of(const struct exchange *x)
{
    const struct span field = request_header(x->req, "authorization");

    if (x->route->verb == VERB_METRICS_READ ||
        !span_eq_nocase(span_sub(field, 0, 7), span_str("bearer ")))
        return SPAN_NONE;
    return span_trim(span_sub(field, strlen("bearer "), field.len));
}

/* A page of another site cannot make a browser send an API token. */
static int check_origin(const struct exchange *x)
{
    const enum origin origin = request_origin(x->req);
    const struct csrf_facts facts = {
        .changes = x->route->method != METHOD_GET && !x->bearer.p,
        .origin_given = origin != ORIGIN_NONE,
        .origin_own = origin == ORIGIN_OWN,
        .fetch_site = request_header(x->req, "sec-fetch-site"),
        .has_body = request_body(x->req).len > 0,
        .content_type = request_header(x->req, "content-type"),
    };

    return csrf_check(&facts);
}

static void begin(struct api *a, struct request *r, const struct match *m)
{
    struct exchange *x = arena_array(request_arena(r), struct exchange, 1);
    int rc;

    x->api = a;
    x->req = r;
    x->route = m->route;
    for (size_t i = 0; i < ARRAY_SIZE(m->params); i++)
        x->path[i].text = m->params[i];
    x->bearer = bearer_of(x);
    rc = check_origin(x);
    if (rc == -EPERM) {
        answer_code(x, CODE_BAD_ORIGIN, NULL,
                    "This was sent by a page of another site. If it was our own, set PUBLIC_URL or "
                    "TRUSTED_PROXIES to how browsers reach this server.");
    } else if (rc) {
        answer_code(x, CODE_UNSUPPORTED_MEDIA_TYPE, NULL,
                    "Send the body as Content-Type: application/json.");
    } else {
        find_session(x);
    }
}

static void refuse_method(struct request *r, const struct match *m)
{
    struct buf allowed = {0};
    struct buf json = {0};
    struct json_out o = json_out(&json);
    struct refusal why;
    struct header allow;

    match_write_allowed(m->allowed, &allowed);
    (void)refuse(&why, CODE_METHOD_NOT_ALLOWED, NULL, "This path takes only %s.",
                 buf_cstr(&allowed));
    json_obj_begin(&o, NULL);
    refusal_write(&why, &o, "error");
    json_obj_end(&o);
    allow = (struct header){"Allow", buf_span(&allowed)};
    http_respond(r, &(struct response){.status = refusal_status(&why),
                                       .type = "application/json",
                                       .take = &json,
                                       .fields = &allow,
                                       .fields_count = 1});
    buf_done(&allowed);
}

void api_handle(struct request *r, void *api)
{
    struct api *a = api;
    struct match m = {0};
    const int rc = oidc_alias(a, r, &m) ? 0 : match_route(request_method(r), request_path(r), &m);

    if (rc == 0) {
        begin(a, r, &m);
    } else if (rc == -EPERM) {
        refuse_method(r, &m);
    } else if (!a->conf.site || !static_serve(a->conf.site, r)) {
        http_respond_error(r, api_codes[CODE_NOT_FOUND].status, api_codes[CODE_NOT_FOUND].name,
                           "There is nothing at this address; /api/docs lists what there is.",
                           NULL);
    }
}

size_t api_limit(const struct request *r, void *api)
{
    struct match m;

    (void)api;
    if (match_route(request_method(r), request_path(r), &m) || !m.route->body)
        return BODY_IGNORED_MAX;
    return m.route->body_max;
}

struct api *api_new(const struct api_conf *conf)
{
    struct api *a = mem_new(struct api);

    a->conf = *conf;
    a->started = loop_now(conf->loop);
    a->limits = limits_new(conf->limits);
    a->mine = mine_new(conf->store, conf->bus);
    a->site = site_new(conf->store, conf->version);
    list_init(&a->starts);
    return a;
}

struct api *api_free(struct api *a)
{
    if (a) {
        a->limits = limits_free(a->limits);
        a->mine = mine_free(a->mine);
        a->site = site_free(a->site);
    }
    return mem_free(a);
}

void api_set_hub(struct api *a, struct hub *hub)
{
    a->hub = hub;
}
