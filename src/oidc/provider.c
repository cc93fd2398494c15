#include "oidc/provider.h"

#include "base/mem.h"
#include "wire/url.h"

#include <errno.h>

static const char well_known[] = "/.well-known/openid-configuration";

struct provider {
    struct provider_conf conf;
    bool http; /* the operator has set an issuer of http */
    struct document configuration;
    struct document keys;
    struct endpoints endpoints;
};

static bool is_url(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '#')
            return false;
    }
    return s.len > 0 && s.len <= PROVIDER_URL_MAX;
}

bool provider_may_name(const struct provider *p, struct span url)
{
    return is_url(url) &&
           (span_starts(url, "https://") || (p->http && span_starts(url, "http://")));
}

static int refuse(struct buf *why, const struct provider *p, const char *what)
{
    buf_printf(why, "The configuration of %s %s.", p->conf.issuer, what);
    return -EPROTO;
}

static int take_url(const struct provider *p, const json_t *doc, const char *name, struct buf *to,
                    struct buf *why)
{
    const struct span url = json_get_span(doc, name);

    if (!provider_may_name(p, url)) {
        buf_printf(why, "The configuration of %s has no %s that is %s.", p->conf.issuer, name,
                   p->http ? "an address" : "an https address");
        return -EPROTO;
    }
    buf_clear(to);
    buf_add_span(to, url);
    (void)buf_cstr(to);
    return 0;
}

static bool lists(const json_t *doc, const char *name, const char *what)
{
    const json_t *one = NULL;
    size_t i = 0;

    json_array_foreach(json_object_get(doc, name), i, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), what) == 0)
            return true;
    }
    return false;
}

static int take_endpoints(struct provider *p, const json_t *doc, struct buf *why)
{
    struct endpoints *to = &p->endpoints;
    const bool userinfo = json_object_get(doc, "userinfo_endpoint") != NULL;
    int rc = take_url(p, doc, "authorization_endpoint", &to->authorization, why);

    if (rc == 0)
        rc = take_url(p, doc, "token_endpoint", &to->token, why);
    if (rc == 0)
        rc = take_url(p, doc, "jwks_uri", &p->keys.url, why);
    buf_clear(&to->userinfo);
    if (rc == 0 && userinfo)
        rc = take_url(p, doc, "userinfo_endpoint", &to->userinfo, why);
    to->secret_in_form =
        lists(doc, "token_endpoint_auth_methods_supported", "client_secret_post") &&
        !lists(doc, "token_endpoint_auth_methods_supported", "client_secret_basic");
    to->tells_issuer = json_get_bool(doc, "authorization_response_iss_parameter_supported", false);
    return rc;
}

static int check_configuration(void *provider, struct span body, struct buf *why)
{
    struct provider *p = provider;
    json_t *doc = NULL;
    const char *reason;
    int rc;

    if (json_parse_object(body, &doc, &reason))
        return refuse(why, p, "is no JSON object");
    if (!span_is(json_get_span(doc, "issuer"), p->conf.issuer)) {
        rc = refuse(why, p, "names another issuer than the one that was set, to the letter");
    } else {
        rc = take_endpoints(p, doc, why);
    }
    json_decref(doc);
    return rc;
}

static int check_keys(void *provider, struct span body, struct buf *why)
{
    const struct provider *p = provider;
    json_t *doc = NULL;
    const char *reason;
    int rc = json_parse_object(body, &doc, &reason) ? -EPROTO : 0;

    if (rc == 0 && !json_is_array(json_object_get(doc, "keys")))
        rc = -EPROTO;
    if (rc)
        buf_printf(why, "The keys of %s are no JSON key set.", p->conf.issuer);
    json_decref(doc);
    return rc;
}

struct provider *provider_new(const struct provider_conf *conf, struct loop *l, struct fetcher *f)
{
    struct provider *p = mem_new(struct provider);
    struct span issuer = span_str(conf->issuer);

    p->conf = *conf;
    p->http = span_starts(issuer, "http://");
    document_init(&p->configuration, l, f, check_configuration, p);
    document_init(&p->keys, l, f, check_keys, p);
    p->configuration.http_allowed = p->http;
    p->keys.http_allowed = p->http;
    /* Discovery, 4.1: a slash at the end goes before the rest is put behind it. */
    if (issuer.len > 0 && issuer.p[issuer.len - 1] == '/')
        issuer.len--;
    buf_add_span(&p->configuration.url, issuer);
    buf_add_str(&p->configuration.url, well_known);
    return p;
}

struct provider *provider_free(struct provider *p)
{
    if (!p)
        return NULL;
    document_done(&p->configuration);
    document_done(&p->keys);
    buf_done(&p->endpoints.authorization);
    buf_done(&p->endpoints.token);
    buf_done(&p->endpoints.userinfo);
    return mem_free(p);
}

const struct provider_conf *provider_conf(const struct provider *p)
{
    return &p->conf;
}

const struct endpoints *provider_endpoints(const struct provider *p)
{
    return &p->endpoints;
}

void provider_know(struct provider *p, document_fn *fn, void *arg)
{
    document_want(&p->configuration, fn, arg);
}

void provider_keys(struct provider *p, document_fn *fn, void *arg)
{
    document_want(&p->keys, fn, arg);
}

void provider_keys_anew(struct provider *p, document_fn *fn, void *arg)
{
    document_renew(&p->keys, fn, arg);
}

struct span provider_key_set(const struct provider *p)
{
    return buf_span(&p->keys.text);
}

/* "https://host:port" of a URL. */
static int origin_of(struct span url, struct url_origin *ret)
{
    const size_t host = span_find(url, '/') + 2;

    if (host > url.len)
        return -EBADMSG;
    size_t end = host;
    while (end < url.len && url.p[end] != '/' && url.p[end] != '?')
        end++;
    return url_origin_parse(span_sub(url, 0, end), ret);
}

bool provider_is_at(const struct provider *p, struct span url)
{
    struct url_origin own;
    struct url_origin other;

    return origin_of(span_str(p->conf.issuer), &own) == 0 && origin_of(url, &other) == 0 &&
           url_origin_eq(&own, &other);
}

static bool signs(const json_t *key)
{
    const struct span type = json_get_span(key, "kty");
    const struct span use = json_get_span(key, "use");

    if (use.p && !span_is(use, "sig"))
        return false;
    return span_is(type, "RSA") ||
           (span_is(type, "EC") && span_is(json_get_span(key, "crv"), "P-256"));
}

size_t provider_signing_keys(const struct provider *p)
{
    json_t *doc = NULL;
    const char *reason;
    const json_t *key = NULL;
    size_t n = 0;
    size_t i = 0;

    if (json_parse_object(provider_key_set(p), &doc, &reason) == 0) {
        json_array_foreach(json_object_get(doc, "keys"), i, key) n += signs(key);
    }
    json_decref(doc);
    return n;
}

bool provider_is_http(const struct provider *p)
{
    return p->http;
}

int64_t provider_date(const struct provider *p)
{
    return p->configuration.date;
}

void provider_forget(struct provider *p)
{
    document_forget(&p->configuration);
    document_forget(&p->keys);
}
