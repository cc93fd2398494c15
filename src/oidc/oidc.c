#include "auth/names.h"
#include "base/log.h"
#include "crypto/token.h"

#include <assert.h>
#include <errno.h>

#include "oidc/inside.h"

struct oidc *oidc_new(const struct oidc_conf *conf)
{
    struct oidc *o = mem_new(struct oidc);

    assert(conf->count <= PROVIDERS_MAX);
    o->conf = *conf;
    for (size_t i = 0; i < conf->count; i++)
        o->providers[i] = provider_new(&conf->providers[i], conf->office->loop, conf->fetcher);
    return o;
}

struct oidc *oidc_free(struct oidc *o)
{
    if (!o)
        return NULL;
    for (size_t i = 0; i < o->conf.count; i++)
        o->providers[i] = provider_free(o->providers[i]);
    return mem_free(o);
}

size_t oidc_count(const struct oidc *o)
{
    return o->conf.count;
}

const struct provider_conf *oidc_at(const struct oidc *o, size_t i)
{
    return provider_conf(o->providers[i]);
}

struct provider *oidc_provider(const struct oidc *o, struct span id)
{
    for (size_t i = 0; i < o->conf.count; i++) {
        if (span_is(id, o->conf.providers[i].id))
            return o->providers[i];
    }
    return NULL;
}

const struct provider_conf *oidc_find(const struct oidc *o, struct span id)
{
    const struct provider *p = oidc_provider(o, id);

    return p ? provider_conf(p) : NULL;
}

const struct provider_conf *oidc_of_issuer(const struct oidc *o, struct span issuer)
{
    for (size_t i = 0; i < o->conf.count; i++) {
        if (span_is(issuer, o->conf.providers[i].issuer))
            return oidc_at(o, i);
    }
    return NULL;
}

void oidc_callback(const struct provider_conf *p, struct span base, struct buf *out)
{
    if (p->callback_url) {
        buf_add_str(out, p->callback_url);
        return;
    }
    buf_add_span(out, base);
    buf_printf(out, "/api/v1/oidc/%s/callback", p->id);
}

/* Begin. */

struct starting {
    struct oidc *oidc;
    struct provider *provider;
    struct arena *arena;
    struct flow flow;
    oidc_asked_fn *fn;
    void *arg;
};

static void add_param(struct buf *url, const char *name, struct span value)
{
    const char last = url->p[url->len - 1];
    const bool first = span_find(buf_span(url), '?') == url->len;

    if (first || (last != '?' && last != '&'))
        buf_add_char(url, first ? '?' : '&');
    buf_printf(url, "%s=", name);
    fetch_form_encode(url, value);
}

/* Google shows only accounts of the domain; what it lets through is checked all the same. */
static void add_google(struct buf *url, const struct provider_conf *conf)
{
    add_param(url, "prompt", span_str("select_account"));
    if (conf->domains.count == 1 && !conf->domains.any)
        add_param(url, "hd", conf->domains.names[0]);
}

static void write_url(const struct starting *s, struct buf *url)
{
    const struct provider_conf *conf = provider_conf(s->provider);
    struct buf challenge = {0};

    buf_add_span(url, buf_span(&provider_endpoints(s->provider)->authorization));
    flow_challenge(&s->flow, &challenge);
    add_param(url, "response_type", span_str("code"));
    add_param(url, "client_id", span_str(conf->client_id));
    add_param(url, "redirect_uri", s->flow.redirect_uri);
    add_param(url, "scope", span_str("openid email profile"));
    add_param(url, "state", s->flow.state);
    add_param(url, "nonce", s->flow.nonce);
    add_param(url, "code_challenge", buf_span(&challenge));
    add_param(url, "code_challenge_method", span_str("S256"));
    if (conf->google)
        add_google(url, conf);
    buf_done(&challenge);
}

static void on_known(int rc, const char *why, void *arg)
{
    struct starting *s = arg;
    const struct office *office = s->oidc->conf.office;
    struct oidc_asked e = {.rc = rc, .why = why};
    struct buf url = {0};
    struct buf cookie = {0};

    if (rc == 0) {
        flow_begin(&s->flow, loop_wall(office->loop), s->arena);
        write_url(s, &url);
        flow_seal(&s->flow, office->secret, span_str(provider_conf(s->provider)->id), &cookie);
        e.url = buf_span(&url);
        e.cookie = buf_span(&cookie);
        e.cookie_name = span_sub(s->flow.state, 0, FLOW_NAME_LEN);
    } else if (rc != -ECANCELED) {
        log_warn("oidc.start", "provider=%s why=\"%s\"", provider_conf(s->provider)->id, why);
    }
    s->fn(&e, s->arg);
    buf_done(&url);
    buf_done(&cookie);
    s->arena = arena_free(s->arena);
    (void)mem_free(s);
}

static int check_ask(const struct oidc_ask *ask, struct span *ret_team, struct oidc_asked *e)
{
    *e = (struct oidc_asked){.rc = -EBADMSG};
    if (ask->return_to.p && !flow_may_return(ask->return_to)) {
        e->field = "return_to";
        e->why = "return_to must be a path of this site.";
    } else if ((ask->setup.p != NULL) + (ask->invite.p != NULL) + !id_none(&ask->connect) > 1) {
        e->field = "connect";
        e->why = "Only one of setup, invite and connect may be asked for.";
    } else if (ask->setup.p && names_name(ask->team, ret_team) < 0) {
        e->field = "team";
        e->why = "The organisation needs a name of 1 to 80 characters.";
    } else {
        e->rc = 0;
    }
    return e->rc;
}

void oidc_start(struct oidc *o, const struct oidc_ask *ask, oidc_asked_fn *fn, void *arg)
{
    struct provider *p = oidc_provider(o, ask->provider);
    struct span team = SPAN_NONE;
    struct buf callback = {0};
    struct oidc_asked refusal = {.rc = -ENOENT};

    if (!p || check_ask(ask, &team, &refusal)) {
        fn(&refusal, arg);
        return;
    }
    struct starting *s = mem_new(struct starting);
    s->oidc = o;
    s->provider = p;
    s->arena = arena_new();
    oidc_callback(provider_conf(p), ask->base, &callback);
    s->flow = (struct flow){
        .redirect_uri = arena_span(s->arena, buf_span(&callback)),
        .return_to = arena_span(s->arena, ask->return_to.p ? ask->return_to : span_str("/chat")),
        .invite = arena_span(s->arena, ask->invite),
        .setup = arena_span(s->arena, ask->setup),
        .team = arena_span(s->arena, team),
        .connect = ask->connect,
    };
    s->fn = fn;
    s->arg = arg;
    buf_done(&callback);
    provider_know(p, on_known, s);
}
