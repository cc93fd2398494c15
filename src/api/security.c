/*
 * How one signs in oneself: the password and the second factor.
 */
#include "auth/security.h"

#include "api/errands.h"
#include "api/inside.h"

#include <errno.h>

#include "oidc/oidc.h"

bool security_refused(struct exchange *x, const struct security_answer *a)
{
    switch (a->rc) {
    case 0: return false;
    case -EACCES:
        answer_code(x, CODE_WRONG_PASSWORD, "current", "This is not your present password.");
        break;
    case -ENOKEY:
        answer_code(x, CODE_SECOND_FACTOR, "code",
                    "Type the code that your authenticator shows, or a recovery code.");
        break;
    case -EKEYREJECTED:
        answer_code(x, CODE_WRONG_CODE, "code",
                    "This code is wrong, or was used before. Wait for the next one.");
        break;
    case -EDQUOT: answer_later(x, a->wait); break;
    case -EINVAL: answer_code(x, CODE_BAD_VALUE, a->field, a->why); break;
    default: answer_errno(x, a->rc); break;
    }
    return true;
}

static void answer(const struct security_answer *a, void *arg)
{
    struct exchange *x = arg;
    struct buf cookie = {0};

    if (security_refused(x, a))
        return;
    if (a->token.p)
        session_cookie_write(x, a->token, (int64_t)SESSION_DAYS * 24 * 3600, &cookie);
    const struct header set = {"Set-Cookie", buf_span(&cookie)};
    if (a->json->len == 0 && a->token.p) {
        answer_nothing_with(x, &set);
    } else if (a->token.p) {
        answer_json_with(x, 200, a->json, &set);
    } else {
        answer_json(x, 200, a->json);
    }
    buf_done(&cookie);
}

struct security_by security_by_of(const struct exchange *x)
{
    return (struct security_by){.accounts = x->api->conf.accounts,
                                .office = x->api->conf.office,
                                .actor = &x->actor,
                                .from = request_peer(x->req)};
}

/* One that is no longer set up is known by its issuer. */
static void write_identity(const struct identity *i, const struct oidc *providers,
                           struct json_out *o)
{
    const struct provider_conf *p = oidc_of_issuer(providers, i->iss);

    json_obj_begin(o, NULL);
    json_put_id(o, "id", &i->id);
    json_put_cstr(o, "provider", p ? p->id : "");
    json_put_str(o, "name", p ? span_str(p->name) : i->iss);
    json_put_str(o, "email", i->email);
    json_put_i64(o, "created_at", i->created_at);
    json_put_i64(o, "last_used_at", i->last_used_at);
    json_obj_end(o);
}

static void got(const struct security *s, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (s->rc) {
        answer_errno(x, s->rc);
        return;
    }
    json_obj_begin(&o, NULL);
    json_put_bool(&o, "password", s->password);
    json_put_bool(&o, "second_factor", s->second_factor);
    json_put_i64(&o, "recovery_codes", s->recovery_codes);
    json_arr_begin(&o, "identities");
    for (size_t i = 0; i < s->identity_count; i++)
        write_identity(&s->identities[i], x->api->conf.oidc, &o);
    json_arr_end(&o);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_security_get(struct exchange *x)
{
    security_get(x->api->conf.office, &x->actor, got, x);
}

void handle_password_set(struct exchange *x)
{
    const struct security_by by = security_by_of(x);
    const struct password_wish wish = {.current = json_get_span(x->body, "current"),
                                       .wanted = json_get_span(x->body, "password"),
                                       .code = json_get_span(x->body, "code")};

    security_set_password(&by, &wish, answer, x);
}

static void site_known(int rc, void *arg)
{
    struct exchange *x = arg;
    const struct security_by by = security_by_of(x);

    if (rc < 0) {
        answer_errno(x, rc);
        return;
    }
    security_begin_totp(&by, json_get_span(x->body, "password"), site_name(x->api->site), answer,
                        x);
}

/* The authenticator shows the organisation's name. */
void handle_totp_begin(struct exchange *x)
{
    site_know(x->api->site, site_known, x);
}

void handle_totp_confirm(struct exchange *x)
{
    const struct security_by by = security_by_of(x);

    security_confirm_totp(&by, json_get_span(x->body, "code"), answer, x);
}

void handle_totp_off(struct exchange *x)
{
    const struct security_by by = security_by_of(x);

    security_end_totp(&by, json_get_span(x->body, "code"), answer, x);
}

void handle_recovery_codes_new(struct exchange *x)
{
    const struct security_by by = security_by_of(x);

    security_renew_codes(&by, json_get_span(x->body, "code"), answer, x);
}

void handle_admin_totp_off(struct exchange *x)
{
    const struct id person = exchange_path_id(x, "person");

    security_end_totp_of(x->api->conf.office, &x->actor, request_peer(x->req), &person,
                         answer_errand_done, x);
}
