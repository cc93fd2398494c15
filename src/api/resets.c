/*
 * Links for a new password: made by an administrator or sent by mail, looked up, used.
 */
#include "api/errands.h"
#include "api/inside.h"
#include "auth/reset.h"
#include "base/log.h"
#include "fetch/mail.h"

#include <errno.h>

void handle_admin_reset(struct exchange *x)
{
    const struct id person = exchange_path_id(x, "person");
    struct buf base = {0};

    request_base_url(x->req, &base);
    reset_create(x->api->conf.office, &x->actor, request_peer(x->req), &person, buf_span(&base),
                 answer_errand_made, x);
    buf_done(&base);
}

static bool refused(struct exchange *x, const struct reset_answer *a)
{
    switch (a->rc) {
    case 0: return false;
    case -ENOENT:
        answer_code(x, CODE_NOT_FOUND, "token",
                    "This link has been used, has expired, or a newer one was made; ask for "
                    "another.");
        break;
    case -EBADMSG: answer_code(x, CODE_BAD_VALUE, "password", a->why); break;
    case -EDQUOT: answer_later(x, a->wait); break;
    default: answer_errno(x, a->rc); break;
    }
    return true;
}

static void looked_up(const struct reset_answer *a, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (refused(x, a))
        return;
    json_obj_begin(&o, NULL);
    json_put_str(&o, "name", a->person->name);
    json_put_str(&o, "email", a->person->email);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_reset_lookup(struct exchange *x)
{
    reset_lookup(x->api->conf.accounts, json_get_span(x->body, "token"), request_peer(x->req),
                 looked_up, x);
}

static void accepted(const struct reset_answer *a, void *arg)
{
    if (!refused(arg, a))
        answer_nothing(arg);
}

void handle_reset_accept(struct exchange *x)
{
    reset_accept(x->api->conf.accounts, json_get_span(x->body, "token"),
                 json_get_span(x->body, "password"), request_peer(x->req), accepted, x);
}

static void mailed(int error, const char *why, void *arg)
{
    (void)arg;
    if (error < 0)
        log_warn("reset.mail.fail", "rc=%d why=\"%s\"", error, why);
}

/* PUBLIC_URL, and not what the one who asked has called this host: the link goes to somebody else. */
static void send_link(const struct api *api, const struct person *to, struct span token)
{
    struct buf subject = {0};
    struct buf text = {0};
    const struct span name = site_name(api->site);

    buf_printf(&subject, "A new password for %.*s", SPAN_ARG(name));
    buf_printf(&text,
               "Hello %.*s,\n\n"
               "somebody, probably you, has asked for a new password for %.*s. "
               "With this link you can set one; it works once, for an hour:\n\n"
               "%s/reset#%.*s\n\n"
               "If it was not you, do nothing: your password stays as it is.\n",
               SPAN_ARG(to->name), SPAN_ARG(name), api->conf.public_url, SPAN_ARG(token));
    mail_send(
        api->conf.mailer,
        &(struct mail){.to = to->email, .subject = buf_span(&subject), .text = buf_span(&text)},
        mailed, NULL);
    buf_done(&subject);
    buf_done(&text);
}

static void link_made(const struct person *to, struct span token, void *api)
{
    send_link(api, to, token);
}

/* Who asks is answered before the store is: from the answer nobody learns whether there is such an
 * account, nor from the time it takes. */
static void site_known(int rc, void *arg)
{
    struct exchange *x = arg;
    usec_t wait = 0;

    if (rc == 0) {
        rc = reset_by_mail(x->api->conf.accounts, json_get_span(x->body, "email"),
                           request_peer(x->req), &wait, link_made, x->api);
    }
    if (rc == -EDQUOT) {
        answer_later(x, wait);
    } else if (rc < 0) {
        answer_errno(x, rc);
    } else {
        answer_nothing(x);
    }
}

void handle_reset_mail(struct exchange *x)
{
    if (x->api->conf.mailer) {
        site_know(x->api->site, site_known, x);
    } else {
        answer_code(x, CODE_NOT_FOUND, NULL,
                    "This server sends no mail; ask an administrator for a link.");
    }
}
