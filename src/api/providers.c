/*
 * Sign-in methods: as they are set up, for administrators; a trial of one; and one's own connected
 * accounts.
 */
#include "api/inside.h"
#include "auth/identity.h"

#include <errno.h>

#include "oidc/trial.h"

static void write_domains(const struct domains *d, struct json_out *o)
{
    json_arr_begin(o, "domains");
    if (d->any)
        json_put_cstr(o, NULL, "*");
    for (size_t i = 0; i < d->count; i++)
        json_put_str(o, NULL, d->names[i]);
    json_arr_end(o);
}

static void write_provider(const struct provider_conf *p, struct span base, struct json_out *o)
{
    struct buf callback = {0};

    oidc_callback(p, base, &callback);
    json_obj_begin(o, NULL);
    json_put_cstr(o, "id", p->id);
    json_put_cstr(o, "name", p->name);
    json_put_cstr(o, "kind", p->google ? "google" : "oidc");
    json_put_cstr(o, "issuer", p->issuer);
    json_put_cstr(o, "client_id", p->client_id);
    json_put_str(o, "callback_url", buf_span(&callback));
    write_domains(&p->domains, o);
    json_obj_end(o);
    buf_done(&callback);
}

void handle_provider_list(struct exchange *x)
{
    const struct api_conf *conf = &x->api->conf;
    struct buf json = {0};
    struct buf base = {0};
    struct json_out o = json_out(&json);

    request_base_url(x->req, &base);
    json_obj_begin(&o, NULL);
    json_put_bool(&o, "local_accounts", conf->local_accounts);
    json_put_bool(&o, "mail", conf->mailer != NULL);
    if (conf->public_url) {
        json_put_cstr(&o, "public_url", conf->public_url);
    } else {
        json_put_null(&o, "public_url");
    }
    json_arr_begin(&o, "providers");
    for (size_t i = 0; i < oidc_count(conf->oidc); i++)
        write_provider(oidc_at(conf->oidc, i), buf_span(&base), &o);
    json_arr_end(&o);
    json_obj_end(&o);
    buf_done(&base);
    answer_json(x, 200, &json);
}

static void tried(const struct checks *checks, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (!checks) {
        answer_errno(x, oidc_find(x->api->conf.oidc, x->path[0].text) ? -EAGAIN : -ENOENT);
        return;
    }
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "checks");
    for (size_t i = 0; i < checks->count; i++) {
        json_obj_begin(&o, NULL);
        json_put_cstr(&o, "id", checks->rows[i].id);
        json_put_cstr(&o, "result", check_result_name(checks->rows[i].result));
        json_put_str(&o, "text", buf_span(&checks->rows[i].text));
        json_obj_end(&o);
    }
    json_arr_end(&o);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

void handle_provider_test(struct exchange *x)
{
    oidc_try(x->api->conf.oidc, x->path[0].text, x->api->conf.public_url, tried, x);
}

static void removed(const struct errand_answer *answer, void *arg)
{
    struct exchange *x = arg;

    if (answer->rc == -ENOLINK) {
        answer_code(x, CODE_LAST_WAY_IN, NULL,
                    "This is the only way you can sign in. Set a password or connect another "
                    "account first.");
    } else if (answer->rc) {
        answer_errno(x, answer->rc);
    } else {
        answer_nothing(x);
    }
}

void handle_identity_remove(struct exchange *x)
{
    const struct api_conf *conf = &x->api->conf;
    const struct id id = exchange_path_id(x, "identity");

    identity_remove(conf->office, &x->actor, request_peer(x->req), &id, conf->local_accounts,
                    removed, x);
}
