/*
 * Signing in by a provider: which there are, going there, coming back.
 *
 * Who comes back is a browser, not our page: each answer is a way to go on (303), with a session or with
 * the name of what went wrong behind the '#'.
 */
#include "oidc/oidc.h"

#include "api/inside.h"
#include "api/match.h"
#include "auth/authorize.h"

#include <errno.h>

static const char flow_prefix[] = "convene-flow-";

/* Flows that one browser may be in at once, and those that are looked for. */
enum { FLOWS_KEPT = 4, FLOWS_MAX = 32 };

void handle_sign_in_get(struct exchange *x)
{
    const struct api_conf *conf = &x->api->conf;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_obj_begin(&o, NULL);
    json_put_bool(&o, "local_accounts", conf->local_accounts);
    json_put_bool(&o, "mail", conf->local_accounts && conf->mailer != NULL);
    json_arr_begin(&o, "providers");
    for (size_t i = 0; i < oidc_count(conf->oidc); i++) {
        const struct provider_conf *p = oidc_at(conf->oidc, i);
        json_obj_begin(&o, NULL);
        json_put_cstr(&o, "id", p->id);
        json_put_cstr(&o, "name", p->name);
        json_put_cstr(&o, "kind", p->google ? "google" : "oidc");
        json_obj_end(&o);
    }
    json_arr_end(&o);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

/* name: of a flow, FLOW_NAME_LEN bytes of base64url. */
static void write_name(const struct exchange *x, struct span name, struct buf *out)
{
    buf_printf(out, "%s%s", exchange_secure(x) ? "__Host-" : "", flow_prefix);
    buf_add_span(out, name);
}

static void write_flow_cookie(const struct exchange *x, struct span name, struct span value,
                              struct buf *out)
{
    write_name(x, name, out);
    buf_add_char(out, '=');
    buf_add_span(out, value);
    buf_printf(out, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s",
               value.len > 0 ? FLOW_SECONDS : 0, exchange_secure(x) ? "; Secure" : "");
}

/* Going. */

static void refuse_start(struct exchange *x, const struct oidc_asked *e)
{
    switch (e->rc) {
    case -ENOENT:
        answer_code(x, CODE_NOT_FOUND, "provider", "There is no such way to sign in here.");
        break;
    case -EBADMSG: answer_code(x, CODE_BAD_VALUE, e->field, e->why); break;
    case -EHOSTDOWN:
        answer_code(x, CODE_PROVIDER_FAILED, NULL,
                    "The provider does not answer. Try again in a minute, or sign in another way.");
        break;
    case -EPROTO:
        answer_code(x, CODE_PROVIDER_FAILED, NULL,
                    "The provider is not set up rightly here. An administrator sees why under "
                    "Administration > Sign-in methods.");
        break;
    default: answer_errno(x, -EAGAIN);
    }
}

/* The name of a flow's cookie that the browser has, behind the prefix; false: it is another cookie. */
static bool is_flow(const struct exchange *x, struct span cookie, struct span *ret)
{
    struct buf prefix = {0};

    write_name(x, SPAN_NONE, &prefix);
    const bool is = span_starts(cookie, buf_cstr(&prefix));
    *ret = span_sub(cookie, prefix.len, FLOW_NAME_LEN);
    buf_done(&prefix);
    return is && ret->len == FLOW_NAME_LEN;
}

/*
 * Who goes and comes back by the browser's arrow leaves flows behind, until their cookies fill a request's head and
 * nothing of this site answers any more: where there are several, they end with the next one.
 */
static size_t old_flows(const struct exchange *x, struct span ret[FLOWS_MAX])
{
    struct span rest = request_header(x->req, "cookie");
    struct span cookie;
    size_t n = 0;

    while (n < FLOWS_MAX && span_split(&rest, ';', &cookie)) {
        if (is_flow(x, span_trim(cookie), &ret[n]))
            n++;
    }
    return n >= FLOWS_KEPT ? n : 0;
}

static void answer_start(struct exchange *x, struct buf *json, struct span cookie)
{
    struct header fields[1 + FLOWS_MAX] = {{"Set-Cookie", cookie}};
    struct buf ended[FLOWS_MAX] = {{0}};
    struct span old[FLOWS_MAX];
    const size_t n = old_flows(x, old);

    for (size_t i = 0; i < n; i++) {
        write_flow_cookie(x, old[i], SPAN_NONE, &ended[i]);
        fields[1 + i] = (struct header){"Set-Cookie", buf_span(&ended[i])};
    }
    answer_json_fields(x, 200, json, fields, 1 + n);
    for (size_t i = 0; i < n; i++)
        buf_done(&ended[i]);
}

static void started(const struct oidc_asked *e, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct buf cookie = {0};
    struct json_out o = json_out(&json);

    if (e->rc) {
        refuse_start(x, e);
        return;
    }
    json_obj_begin(&o, NULL);
    json_put_str(&o, "url", e->url);
    json_obj_end(&o);
    write_flow_cookie(x, e->cookie_name, e->cookie, &cookie);
    answer_start(x, &json, buf_span(&cookie));
    buf_done(&cookie);
}

static void start(struct exchange *x, const struct id *connect)
{
    struct buf base = {0};

    request_base_url(x->req, &base);
    const struct oidc_ask ask = {
        .provider = x->path[0].text,
        .base = buf_span(&base),
        .return_to = json_get_span(x->body, "return_to"),
        .invite = json_get_span(x->body, "invite"),
        .setup = json_get_span(x->body, "setup"),
        .team = json_get_span(x->body, "team"),
        .connect = *connect,
    };
    oidc_start(x->api->conf.oidc, &ask, started, x);
    buf_done(&base);
}

static void proved(const struct security_answer *a, void *arg)
{
    struct exchange *x = arg;

    if (!security_refused(x, a))
        start(x, &x->actor.session);
}

/* What becomes a way into an account is asked for by whoever could come into it anyhow: a session alone proves
 * little, if it was left open or stolen. */
void handle_oidc_start(struct exchange *x)
{
    const struct security_by by = security_by_of(x);

    if (!json_get_bool(x->body, "connect", false)) {
        start(x, &(struct id){{0}});
        return;
    }
    const int rc = authorize(&x->actor, VERB_SECURITY_EDIT, &OBJECT_OF_SELF);
    if (rc) {
        answer_errno(x, rc);
        return;
    }
    security_prove(&by, json_get_span(x->body, "password"), json_get_span(x->body, "code"), proved,
                   x);
}

/* Coming back. */

/* What names the flow's cookie; SPAN_NONE for a state that is none of ours. */
static struct span flow_name(const struct exchange *x)
{
    const struct span name = span_sub(exchange_query(x, "state")->text, 0, FLOW_NAME_LEN);

    if (name.len < FLOW_NAME_LEN)
        return SPAN_NONE;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '-' && c != '_')
            return SPAN_NONE;
    }
    return name;
}

static struct span flow_cookie(const struct exchange *x)
{
    const struct span name = flow_name(x);
    struct buf full = {0};

    if (!name.p)
        return SPAN_NONE;
    write_name(x, name, &full);
    const struct span value = request_cookie(x->req, buf_cstr(&full));
    buf_done(&full);
    return value;
}

/* On to `to`; the flow's cookie has done its work, whatever came of it. */
static void go_on_to(struct exchange *x, struct span to, struct span token)
{
    struct buf flow = {0};
    struct buf session = {0};
    struct header fields[3] = {{"Location", to}};
    size_t n = 1;

    if (flow_cookie(x).p) {
        write_flow_cookie(x, flow_name(x), SPAN_NONE, &flow);
        fields[n++] = (struct header){"Set-Cookie", buf_span(&flow)};
    }
    if (token.p) {
        session_cookie_write(x, token, (int64_t)SESSION_DAYS * 24 * 3600, &session);
        fields[n++] = (struct header){"Set-Cookie", buf_span(&session)};
    }
    http_respond(x->req, &(struct response){.status = 303, .fields = fields, .fields_count = n});
    buf_done(&flow);
    buf_done(&session);
}

void answer_problem(struct exchange *x, enum problem problem)
{
    const struct provider_conf *p = oidc_find(x->api->conf.oidc, x->path[0].text);
    struct buf to = {0};

    buf_printf(&to, "/sign-in#problem=%s", problem_name(problem));
    if (p)
        buf_printf(&to, "&provider=%s", p->id);
    go_on_to(x, buf_span(&to), SPAN_NONE);
    buf_done(&to);
}

static void came_back(const struct oidc_backed *e, void *arg)
{
    struct exchange *x = arg;

    if (e->problem) {
        answer_problem(x, e->problem);
        return;
    }
    if (e->token.p)
        session_replace(x);
    go_on_to(x, e->return_to, e->token);
}

static struct span given(const struct exchange *x, const char *name)
{
    const struct param *p = exchange_query(x, name);

    return p->given ? p->text : SPAN_NONE;
}

void handle_oidc_callback(struct exchange *x)
{
    const struct oidc_back back = {
        .provider = x->path[0].text,
        .code = given(x, "code"),
        .state = given(x, "state"),
        .iss = given(x, "iss"),
        .error = given(x, "error"),
        .cookie = flow_cookie(x),
        .actor = x->actor,
        .from = *request_peer(x->req),
        .user_agent = request_header(x->req, "user-agent"),
    };

    oidc_return(x->api->conf.oidc, &back, came_back, x);
}

/* The path of "https://host/path": what stands behind the host. */
static struct span path_of(const char *url)
{
    struct span s = span_str(url);

    s = span_sub(s, span_find(s, '/') + 2, s.len);
    return span_sub(s, span_find(s, '/'), s.len);
}

bool oidc_alias(const struct api *a, const struct request *r, struct match *ret)
{
    if (request_method(r) != METHOD_GET)
        return false;
    for (size_t i = 0; i < oidc_count(a->conf.oidc); i++) {
        const struct provider_conf *p = oidc_at(a->conf.oidc, i);
        if (p->callback_url && span_eq(request_path(r), path_of(p->callback_url))) {
            *ret =
                (struct match){.route = &api_routes[OP_OIDC_CALLBACK], .params = {span_str(p->id)}};
            return true;
        }
    }
    return false;
}
