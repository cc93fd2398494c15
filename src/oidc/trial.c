#include "oidc/trial.h"

#include <errno.h>
#include <stdlib.h>

#include "oidc/inside.h"
#include "oidc/redeem.h"

enum { CLOCK_WRONG = 60, CLOCK_DOUBTFUL = 10 /* seconds */ };

static const char *const result_names[] = {
    [CHECK_OK] = "ok",
    [CHECK_WARNING] = "warning",
    [CHECK_FAILED] = "failed",
    [CHECK_SKIPPED] = "skipped",
};

const char *check_result_name(enum check_result r)
{
    return result_names[r];
}

void checks_add(struct checks *c, const char *id, enum check_result result, const char *fmt, ...)
{
    va_list ap;
    va_list again;

    if (c->count == CHECKS_MAX)
        return;
    struct check *row = &c->rows[c->count++];
    row->id = id;
    row->result = result;
    va_start(ap, fmt);
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, fmt, ap);
    if (n > 0) {
        (void)vsnprintf(buf_room(&row->text, (size_t)n + 1), (size_t)n + 1, fmt, again);
        row->text.len = (size_t)n;
    }
    va_end(again);
    va_end(ap);
}

bool checks_failed(const struct checks *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->rows[i].result == CHECK_FAILED)
            return true;
    }
    return false;
}

void checks_done(struct checks *c)
{
    for (size_t i = 0; i < c->count; i++)
        buf_done(&c->rows[i].text);
}

struct trial {
    struct oidc *oidc;
    struct provider *provider;
    const char *public_url;
    struct buf callback;
    struct checks checks;
    trial_fn *fn;
    void *arg;
};

static void finish(struct trial *t, int rc)
{
    t->fn(rc == -ECANCELED ? NULL : &t->checks, t->arg);
    checks_done(&t->checks);
    buf_done(&t->callback);
    (void)mem_free(t);
}

/* "https://host:port", of an address. */
static struct span origin_of(struct span url)
{
    const size_t host = span_find(url, '/') + 2;

    return span_sub(url, 0, host + span_find(span_sub(url, host, url.len), '/'));
}

static bool is_here(struct span origin)
{
    const size_t scheme = span_find(origin, ':') + 3;
    const struct span host = span_sub(origin, scheme, origin.len);

    return span_starts(host, "localhost") || span_starts(host, "127.") ||
           span_starts(host, "[::1]");
}

static void check_callback(struct trial *t)
{
    const struct provider_conf *conf = provider_conf(t->provider);
    const char *callback = buf_cstr(&t->callback);
    const struct span origin = origin_of(buf_span(&t->callback));

    if (!t->public_url && !conf->callback_url) {
        checks_add(&t->checks, "callback", CHECK_WARNING,
                   "PUBLIC_URL is not set, so the callback address is made of whatever address "
                   "people have typed, and the provider takes only those entered there. Set "
                   "PUBLIC_URL to the address that people use.");
    } else if (t->public_url && !span_eq_nocase(origin, span_str(t->public_url))) {
        checks_add(
            &t->checks, "callback", CHECK_FAILED,
            "The callback address %s is not at PUBLIC_URL, which is %s: people would come back "
            "to another address than the one they left, and be lost. Make both begin alike.",
            callback, t->public_url);
    } else {
        checks_add(&t->checks, "callback", CHECK_OK,
                   "Enter exactly this address at the provider as redirect URI: %s", callback);
    }
}

static void check_cookie(struct trial *t)
{
    const struct span origin = origin_of(buf_span(&t->callback));
    const bool secure = span_starts(origin, "https://");

    if (secure) {
        checks_add(&t->checks, "cookie", CHECK_OK, "Cookies are kept by https.");
    } else if (!t->callback.len || is_here(origin)) {
        checks_add(&t->checks, "cookie", CHECK_OK,
                   "Cookies go by plain HTTP, which is fine on this machine alone.");
    } else if (provider_conf(t->provider)->google) {
        checks_add(&t->checks, "cookie", CHECK_FAILED,
                   "%.*s is plain HTTP. Google sends nobody back there, and a cookie that must be "
                   "secure cannot work. Serve Convene by https and set PUBLIC_URL to it.",
                   SPAN_ARG(origin));
    } else {
        checks_add(
            &t->checks, "cookie", CHECK_WARNING,
            "%.*s is plain HTTP: secure cookies cannot work there, whoever is on the way can "
            "read the sign-in, and most providers refuse such an address. Serve Convene by "
            "https and set PUBLIC_URL to it.",
            SPAN_ARG(origin));
    }
}

static void check_clock(struct trial *t)
{
    const int64_t theirs = provider_date(t->provider);
    const int64_t ours = loop_wall(t->oidc->conf.office->loop).ms / 1000;
    const long long off = (long long)(ours - theirs);

    if (theirs == 0) {
        checks_add(&t->checks, "clock", CHECK_SKIPPED, "The provider does not tell the time.");
    } else if (llabs(off) >= CLOCK_DOUBTFUL) {
        checks_add(
            &t->checks, "clock", llabs(off) >= CLOCK_WRONG ? CHECK_FAILED : CHECK_WARNING,
            "This machine's clock is %lld seconds %s the provider's; beyond %d no sign-in can "
            "work. Let it be set by NTP.",
            llabs(off), off > 0 ? "ahead of" : "behind", CLOCK_WRONG);
    } else {
        checks_add(&t->checks, "clock", CHECK_OK, "The clocks agree.");
    }
}

static void skip_rest(struct trial *t, const char *const *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        checks_add(&t->checks, ids[i], CHECK_SKIPPED, "Not tried, as the one before failed.");
}

static void on_refused(const struct fetch_answer *a, void *arg)
{
    struct trial *t = arg;
    struct buf why = {0};
    const int rc = redeem_refusal(a, &why);

    switch (rc) {
    case -ESTALE:
        checks_add(&t->checks, "secret", CHECK_OK, "The provider knows our client id and secret.");
        break;
    case -ENOKEY:
        checks_add(
            &t->checks, "secret", CHECK_FAILED,
            "The provider refuses our client id and secret. Copy both anew from its console; "
            "a secret may have run out.");
        break;
    default:
        checks_add(&t->checks, "secret", CHECK_WARNING,
                   "It could not be seen whether the provider takes our client id and secret: %s",
                   buf_cstr(&why));
    }
    buf_done(&why);
    finish(t, rc);
}

static void try_secret(struct trial *t)
{
    struct token_request r;

    token_request_begin(&r, t->provider, span_str("convene-doctor-made-this-up"),
                        buf_span(&t->callback),
                        span_str("convene-doctor-made-this-up-too-0123456789012"));
    fetch_start(t->oidc->conf.fetcher, &r.request, on_refused, t);
    token_request_done(&r);
}

static void on_keys(int rc, const char *why, void *arg)
{
    struct trial *t = arg;
    static const char *const rest[] = {"secret"};

    if (rc) {
        checks_add(&t->checks, "keys", CHECK_FAILED, "The provider's keys cannot be had: %s", why);
        skip_rest(t, rest, ARRAY_SIZE(rest));
        finish(t, rc);
        return;
    }
    if (provider_signing_keys(t->provider) == 0) {
        checks_add(
            &t->checks, "keys", CHECK_FAILED,
            "The provider shows no key that its signatures could be checked by, so nobody can "
            "sign in. Choose a signing key (RS256 or ES256) for this application there.");
        skip_rest(t, rest, ARRAY_SIZE(rest));
        finish(t, -EPROTO);
        return;
    }
    checks_add(&t->checks, "keys", CHECK_OK, "The provider's keys are there.");
    try_secret(t);
}

static void on_known(int rc, const char *why, void *arg)
{
    struct trial *t = arg;
    const struct provider_conf *conf = provider_conf(t->provider);
    static const char *const rest[] = {"clock", "keys", "secret"};

    if (rc == 0) {
        checks_add(&t->checks, "issuer", CHECK_OK, "%s answers.", conf->issuer);
        check_clock(t);
        provider_keys(t->provider, on_keys, t);
        return;
    }
    checks_add(&t->checks, "issuer", CHECK_FAILED, "%s%s", why,
               rc == -EHOSTDOWN
                   ? " Is the issuer's address right, and may this server reach it (its "
                     "firewall; for one in your own network, ALLOWED_PEERS)?"
                   : " Set the issuer as the provider writes it itself.");
    skip_rest(t, rest, ARRAY_SIZE(rest));
    finish(t, rc);
}

void oidc_try(struct oidc *o, struct span provider, const char *public_url, trial_fn *fn, void *arg)
{
    struct provider *p = oidc_provider(o, provider);

    if (!p) {
        fn(NULL, arg);
        return;
    }
    struct trial *t = mem_new(struct trial);
    t->oidc = o;
    t->provider = p;
    t->public_url = public_url;
    t->fn = fn;
    t->arg = arg;
    oidc_callback(provider_conf(p), span_str(public_url ? public_url : "http://localhost"),
                  &t->callback);
    check_callback(t);
    check_cookie(t);
    provider_forget(p);
    provider_know(p, on_known, t);
}
