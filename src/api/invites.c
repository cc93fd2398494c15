#include "api/inside.h"
#include "auth/invite.h"
#include "auth/names.h"
#include "base/log.h"
#include "fetch/mail.h"

#include <errno.h>

static bool failed(struct exchange *x, const struct invites_answer *answer)
{
    if (answer->rc >= 0)
        return false;
    answer_errno(x, answer->rc);
    return true;
}

static void listed(const struct invites_answer *answer, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (failed(x, answer))
        return;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "invites");
    for (size_t i = 0; i < answer->count; i++)
        invite_write(&o, NULL, &answer->rows[i]);
    json_arr_end(&o);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_invite_list(struct exchange *x)
{
    invite_list(x->api->conf.store, &x->actor, listed, x);
}

static void mailed(int error, const char *why, void *arg)
{
    (void)arg;
    if (error < 0)
        log_warn("invite.mail.fail", "rc=%d why=\"%s\"", error, why);
}

static void send_invite(const struct exchange *x, struct span to, struct span url)
{
    const struct span name = site_name(x->api->site);
    struct buf subject = {0};
    struct buf text = {0};

    buf_printf(&subject, "You are invited to %.*s", SPAN_ARG(name));
    buf_printf(&text,
               "Hello,\n\n"
               "you are invited to %.*s. With this link you make your account; it is yours alone, "
               "so do not hand it on:\n\n"
               "%.*s\n\n"
               "If you did not expect this, do nothing.\n",
               SPAN_ARG(name), SPAN_ARG(url));
    mail_send(x->api->conf.mailer,
              &(struct mail){.to = to, .subject = buf_span(&subject), .text = buf_span(&text)},
              mailed, NULL);
    buf_done(&subject);
    buf_done(&text);
}

/* The secret stands behind the #, which no browser sends to a server and no log keeps. */
static void created(const struct invites_answer *answer, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct buf url = {0};
    struct json_out o = json_out(&json);

    if (failed(x, answer))
        return;
    request_base_url(x->req, &url);
    buf_add_str(&url, "/invite#");
    buf_add_span(&url, answer->token);
    json_obj_begin(&o, NULL);
    invite_write(&o, "invite", &answer->rows[0]);
    json_put_str(&o, "url", buf_span(&url));
    json_obj_end(&o);
    if (json_object_get(x->body, "email"))
        send_invite(x, json_get_span(x->body, "email"), buf_span(&url));
    answer_json(x, 201, &json);
    buf_done(&url);
}

/* What is sent to one person is for one person. */
static void create(struct exchange *x)
{
    const struct span role = json_get_span(x->body, "role");
    const bool one = json_object_get(x->body, "email") != NULL;
    const struct invite_wish wish = {.max_uses = one ? 1 : json_get_i64(x->body, "max_uses", 0),
                                     .expires_in_s = json_get_i64(x->body, "expires_in_s", 0),
                                     .role = role.p ? role_parse(role) : ROLE_NOBODY};

    invite_create(x->api->conf.office, &x->actor, request_peer(x->req), &wish, created, x);
}

static void site_known(int rc, void *arg)
{
    if (rc < 0) {
        answer_errno(arg, rc);
    } else {
        create(arg);
    }
}

void handle_invite_create(struct exchange *x)
{
    if (!json_object_get(x->body, "email")) {
        create(x);
    } else if (!x->api->conf.mailer) {
        answer_code(x, CODE_BAD_VALUE, "email",
                    "This server sends no mail; leave the address out and hand the link on.");
    } else if (!names_is_email(json_get_span(x->body, "email"))) {
        answer_code(x, CODE_BAD_VALUE, "email", "This is not an e-mail address.");
    } else {
        site_know(x->api->site, site_known, x);
    }
}

static void revoked(const struct invites_answer *answer, void *arg)
{
    if (!failed(arg, answer))
        answer_nothing(arg);
}

void handle_invite_revoke(struct exchange *x)
{
    const struct id id = exchange_path_id(x, "invite");

    invite_revoke(x->api->conf.office, &x->actor, request_peer(x->req), &id, revoked, x);
}

static void looked_up(const struct invites_answer *answer, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (answer->rc == -ENOENT || answer->rc == -EBADMSG) {
        answer_code(x, CODE_NOT_FOUND, "token",
                    "This invitation has been used up, has expired or was withdrawn; ask for a new "
                    "one.");
        return;
    }
    if (failed(x, answer))
        return;
    json_obj_begin(&o, NULL);
    json_put_str(&o, "inviter", answer->inviter);
    json_put_str(&o, "team", answer->team);
    json_put_i64(&o, "expires_at", answer->rows[0].expires_at);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_invite_lookup(struct exchange *x)
{
    invite_lookup(x->api->conf.store, json_get_span(x->body, "token"), looked_up, x);
}
