#include "oidc/redeem.h"

#include "crypto/equal.h"
#include "crypto/jose.h"

#include <errno.h>

struct redeeming {
    struct provider *provider;
    struct fetcher *fetcher;
    struct loop *loop;
    struct arena *arena; /* what follows, and what is kept of the answer */
    struct span code;
    struct span nonce;
    struct span verifier;
    struct span redirect_uri;
    struct span id_token;
    struct span access_token;
    json_t *claims;
    json_t *userinfo;
    struct redeemed answer;
    struct buf why;
    bool renewed; /* the keys were fetched anew */
    redeemed_fn *fn;
    void *arg;
};

static void finish(struct redeeming *r, int rc)
{
    r->answer.rc = rc;
    r->answer.why = buf_cstr(&r->why);
    r->fn(&r->answer, r->arg);
    json_decref(r->claims);
    json_decref(r->userinfo);
    equal_wipe((void *)(uintptr_t)r->access_token.p, r->access_token.len);
    buf_done(&r->why);
    r->arena = arena_free(r->arena);
    (void)mem_free(r);
}

static void fail(struct redeeming *r, int rc, const char *why)
{
    buf_add_str(&r->why, why);
    finish(r, rc);
}

/* The token request. */

void token_request_begin(struct token_request *t, const struct provider *p, struct span code,
                         struct span redirect_uri, struct span verifier)
{
    const struct provider_conf *conf = provider_conf(p);
    const struct endpoints *to = provider_endpoints(p);
    size_t n = 0;

    *t = (struct token_request){0};
    t->form[n++] = (struct fetch_pair){"grant_type", span_str("authorization_code")};
    t->form[n++] = (struct fetch_pair){"code", code};
    t->form[n++] = (struct fetch_pair){"redirect_uri", redirect_uri};
    t->form[n++] = (struct fetch_pair){"code_verifier", verifier};
    t->request = (struct fetch_request){.method = FETCH_POST,
                                        .url = to->token.p,
                                        .http_allowed = provider_is_http(p),
                                        .form = t->form,
                                        .max_bytes = REDEEM_MAX,
                                        .seconds = REDEEM_SECONDS};
    if (to->secret_in_form) {
        t->form[n++] = (struct fetch_pair){"client_id", span_str(conf->client_id)};
        t->form[n++] = (struct fetch_pair){"client_secret", span_str(conf->client_secret)};
    } else {
        fetch_form_encode(&t->user, span_str(conf->client_id));
        fetch_form_encode(&t->password, span_str(conf->client_secret));
        t->request.user = buf_cstr(&t->user);
        t->request.password = buf_cstr(&t->password);
    }
    t->request.form_count = n;
}

void token_request_done(struct token_request *t)
{
    if (t->password.p)
        equal_wipe(t->password.p, t->password.len);
    buf_done(&t->user);
    buf_done(&t->password);
}

static int refusal_named(struct span error, int status, struct buf *why)
{
    if (span_is(error, "invalid_grant")) {
        buf_add_str(why, "The provider does not take the code: it was used, is too old, or is of "
                         "another sign-in.");
        return -ESTALE;
    }
    if (span_is(error, "invalid_client") || span_is(error, "unauthorized_client") ||
        (status == 401 && !error.p)) {
        buf_add_str(why, "The provider does not take our client id and secret.");
        return -ENOKEY;
    }
    buf_printf(why, "The token endpoint answers with status %d.", status);
    return status >= 500 || status == 429 ? -EHOSTDOWN : -EPROTO;
}

int redeem_refusal(const struct fetch_answer *a, struct buf *why)
{
    json_t *doc = NULL;
    const char *reason;
    int rc;

    if (a->error) {
        buf_add_str(why, a->why);
        if (a->error == -ECANCELED)
            return a->error;
        return a->error == -EFBIG || a->error == -EBADMSG ? -EPROTO : -EHOSTDOWN;
    }
    (void)json_parse_object(a->body, &doc, &reason);
    rc = refusal_named(json_get_span(doc, "error"), a->status, why);
    json_decref(doc);
    return rc;
}

/* What is known of who it is. */

static int add_userinfo(struct redeeming *r, const struct fetch_answer *a)
{
    struct who more;
    const char *reason;

    if (a->error == -ECANCELED)
        return a->error;
    if (a->error || a->status != 200) {
        buf_printf(&r->why, "The userinfo endpoint fails: %s",
                   a->error ? a->why : "no status 200.");
        return -EHOSTDOWN;
    }
    if (json_parse_object(a->body, &r->userinfo, &reason)) {
        buf_add_str(&r->why, "The userinfo is no JSON object.");
        return -EPROTO;
    }
    claims_read(r->userinfo, &more);
    /* Core, 5.3.2: or it could be that of somebody else. */
    if (!span_eq(more.sub, r->answer.who.sub)) {
        buf_add_str(&r->why, "The userinfo is about somebody else.");
        return -EPROTO;
    }
    claims_add(&r->answer.who, &more);
    return 0;
}

static void on_userinfo(const struct fetch_answer *a, void *arg)
{
    struct redeeming *r = arg;

    finish(r, add_userinfo(r, a));
}

static void ask_userinfo(struct redeeming *r)
{
    struct buf bearer = {0};

    buf_add_str(&bearer, "Bearer ");
    buf_add_span(&bearer, r->access_token);
    const struct fetch_pair headers[] = {{"Authorization", buf_span(&bearer)},
                                         {"Accept", span_str("application/json")}};
    fetch_start(r->fetcher,
                &(struct fetch_request){.url = provider_endpoints(r->provider)->userinfo.p,
                                        .http_allowed = provider_is_http(r->provider),
                                        .headers = headers,
                                        .headers_count = ARRAY_SIZE(headers),
                                        .max_bytes = REDEEM_MAX,
                                        .seconds = REDEEM_SECONDS},
                on_userinfo, r);
    equal_wipe(bearer.p, bearer.len);
    buf_done(&bearer);
}

static void know_who(struct redeeming *r)
{
    const struct who *who = &r->answer.who;

    claims_read(r->claims, &r->answer.who);
    if ((!who->email.p || !who->name.p) && r->access_token.len > 0 &&
        provider_endpoints(r->provider)->userinfo.len > 0) {
        ask_userinfo(r);
    } else {
        finish(r, 0);
    }
}

/* The id_token. */

static void on_keys_anew(int rc, const char *why, void *arg);

static void verify(struct redeeming *r)
{
    const struct claims_want want = {.issuer = span_str(provider_conf(r->provider)->issuer),
                                     .client_id = span_str(provider_conf(r->provider)->client_id),
                                     .nonce = r->nonce};
    const char *reason = "";
    int rc = jose_verify(r->id_token, provider_key_set(r->provider), loop_wall(r->loop), &r->claims,
                         &reason);

    if (rc == -ENOENT && !r->renewed) {
        r->renewed = true;
        provider_keys_anew(r->provider, on_keys_anew, r);
        return;
    }
    if (rc == 0)
        rc = claims_check(r->claims, &want, &reason);
    if (rc) {
        buf_printf(&r->why, "The id_token cannot be believed: %s.", reason);
        finish(r, -EPROTO);
        return;
    }
    know_who(r);
}

static void on_keys(int rc, const char *why, void *arg)
{
    if (rc) {
        fail(arg, rc, why);
    } else {
        verify(arg);
    }
}

static void on_keys_anew(int rc, const char *why, void *arg)
{
    on_keys(rc, why, arg);
}

static struct span keep(struct redeeming *r, const json_t *doc, const char *name)
{
    return arena_span(r->arena, json_get_span(doc, name));
}

static int read_tokens(struct redeeming *r, const struct fetch_answer *a)
{
    json_t *doc = NULL;
    const char *reason;

    if (a->error || a->status != 200)
        return redeem_refusal(a, &r->why);
    if (json_parse_object(a->body, &doc, &reason)) {
        buf_add_str(&r->why, "The token endpoint does not answer with a JSON object.");
        return -EPROTO;
    }
    r->id_token = keep(r, doc, "id_token");
    if (span_eq_nocase(json_get_span(doc, "token_type"), span_str("Bearer")))
        r->access_token = keep(r, doc, "access_token");
    json_decref(doc);
    if (r->id_token.len > 0)
        return 0;
    buf_add_str(&r->why, "The token endpoint gives no id_token.");
    return -EPROTO;
}

/* Only what a header may hold: a token68 of RFC 9110 is printable ASCII. */
static bool is_plain(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    }
    return true;
}

static void on_tokens(const struct fetch_answer *a, void *arg)
{
    struct redeeming *r = arg;
    const int rc = read_tokens(r, a);

    if (rc) {
        finish(r, rc);
        return;
    }
    if (!is_plain(r->access_token))
        r->access_token = SPAN_NONE;
    provider_keys(r->provider, on_keys, r);
}

static void on_known(int rc, const char *why, void *arg)
{
    struct redeeming *r = arg;
    struct token_request t;

    if (rc) {
        fail(r, rc, why);
        return;
    }
    token_request_begin(&t, r->provider, r->code, r->redirect_uri, r->verifier);
    fetch_start(r->fetcher, &t.request, on_tokens, r);
    token_request_done(&t);
}

void redeem(struct provider *p, struct fetcher *f, struct loop *l, const struct flow *flow,
            struct span code, redeemed_fn *fn, void *arg)
{
    struct redeeming *r = mem_new(struct redeeming);

    r->provider = p;
    r->fetcher = f;
    r->loop = l;
    r->arena = arena_new();
    r->code = arena_span(r->arena, code);
    r->nonce = arena_span(r->arena, flow->nonce);
    r->verifier = arena_span(r->arena, flow->verifier);
    r->redirect_uri = arena_span(r->arena, flow->redirect_uri);
    r->fn = fn;
    r->arg = arg;
    provider_know(p, on_known, r);
}
