/*
 * Coming in and going out: the set-up link, signing in, an invitation accepted, signing out.  Each
 * way in ends in the same answer, Me with the session's cookie.
 */
#include "auth/session.h"

#include "api/arrive.h"
#include "api/inside.h"

#include <errno.h>

/* Lax: somebody who comes back from a provider's page comes from another site. */
void session_cookie_write(const struct exchange *x, struct span token, int64_t seconds,
                          struct buf *out)
{
    buf_add_str(out, exchange_cookie(x));
    buf_add_char(out, '=');
    buf_add_span(out, token);
    buf_printf(out, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s", (long long)seconds,
               exchange_secure(x) ? "; Secure" : "");
}

static const struct meaning of_setup[] = {
    {-ENOENT, CODE_LINK_SPENT, NULL,
     "This link is not the newest one, or it was used. The server prints a new one when it starts."},
    {-EALREADY, CODE_ALREADY_SET_UP, NULL, "This is set up already; sign in instead."},
    {-EEXIST, CODE_ALREADY_SET_UP, NULL, "This is set up already; sign in instead."},
    {0, CODE_INTERNAL, NULL, NULL},
};

static const struct meaning of_sign_in[] = {
    {-EACCES, CODE_WRONG_PASSWORD, NULL,
     "Address or password is wrong. Try again, or ask an administrator for a new link."},
    {-ENOKEY, CODE_SECOND_FACTOR, "code",
     "Type the code that your authenticator shows, or a recovery code."},
    {-EKEYREJECTED, CODE_WRONG_CODE, "code",
     "This code is wrong, or was used before. Wait for the next one."},
    {0, CODE_INTERNAL, NULL, NULL},
};

static const struct meaning of_invite[] = {
    {-ENOENT, CODE_NOT_FOUND, "token",
     "This invitation has been used up, has expired or was withdrawn; ask for a new one."},
    {-EEXIST, CODE_EMAIL_TAKEN, "email",
     "Somebody with this address is here already; sign in instead."},
    {0, CODE_INTERNAL, NULL, NULL},
};

static void refuse_arrival(struct exchange *x, const struct arrival *e,
                           const struct meaning *meanings)
{
    for (const struct meaning *m = meanings; m->rc; m++) {
        if (m->rc == e->rc) {
            answer_code(x, m->code, m->field, m->text);
            return;
        }
    }
    if (e->rc == -EDQUOT) {
        answer_later(x, e->wait);
    } else if (e->rc == -EBADMSG && e->why) {
        answer_code(x, CODE_BAD_VALUE, e->field, e->why);
    } else {
        answer_errno(x, e->rc);
    }
}

/* The browser forgets the cookie that it had, so nobody but a thief could use that session any more. */
void session_replace(const struct exchange *x)
{
    if (!id_none(&x->actor.session) && !x->bearer.p)
        session_end(x->api->conf.sessions, &x->actor, NULL, NULL);
}

void answer_arrival(struct exchange *x, const struct arrival *e, const struct meaning *meanings)
{
    struct buf json = {0};
    struct buf cookie = {0};
    struct json_out o = json_out(&json);

    if (e->rc) {
        refuse_arrival(x, e, meanings);
        return;
    }
    session_replace(x);
    me_write(&o, NULL, e->me);
    session_cookie_write(x, e->token, (int64_t)SESSION_DAYS * 24 * 3600, &cookie);
    answer_json_with(x, 201, &json, &(struct header){"Set-Cookie", buf_span(&cookie)});
    buf_done(&cookie);
}

static void setup_done(const struct arrival *e, void *arg)
{
    answer_arrival(arg, e, of_setup);
}

static void sign_in_done(const struct arrival *e, void *arg)
{
    answer_arrival(arg, e, of_sign_in);
}

static void accept_done(const struct arrival *e, void *arg)
{
    answer_arrival(arg, e, of_invite);
}

struct origin_of exchange_origin(const struct exchange *x)
{
    return (struct origin_of){*request_peer(x->req), request_header(x->req, "user-agent")};
}

static struct newcomer newcomer_of(const struct exchange *x)
{
    return (struct newcomer){.link_token = json_get_span(x->body, "token"),
                             .email = json_get_span(x->body, "email"),
                             .name = json_get_span(x->body, "name"),
                             .password = json_get_span(x->body, "password"),
                             .team = json_get_span(x->body, "team")};
}

void handle_setup_run(struct exchange *x)
{
    const struct origin_of from = exchange_origin(x);
    const struct newcomer n = newcomer_of(x);

    account_set_up(x->api->conf.accounts, &n, &from, setup_done, x);
}

void handle_invite_accept(struct exchange *x)
{
    const struct origin_of from = exchange_origin(x);
    const struct newcomer n = newcomer_of(x);

    account_accept(x->api->conf.accounts, &n, &from, accept_done, x);
}

void handle_session_create(struct exchange *x)
{
    const struct origin_of from = exchange_origin(x);
    const struct sign_in s = {.email = json_get_span(x->body, "email"),
                              .password = json_get_span(x->body, "password"),
                              .code = json_get_span(x->body, "code")};

    account_sign_in(x->api->conf.accounts, &s, &from, sign_in_done, x);
}

static void ended(int rc, void *arg)
{
    struct exchange *x = arg;
    struct buf cookie = {0};
    struct header field;

    if (rc < 0) {
        answer_errno(x, rc);
        return;
    }
    session_cookie_write(x, SPAN_NONE, 0, &cookie);
    field = (struct header){"Set-Cookie", buf_span(&cookie)};
    answer_nothing_with(x, &field);
    buf_done(&cookie);
}

void handle_session_end(struct exchange *x)
{
    session_end(x->api->conf.sessions, &x->actor, ended, x);
}
