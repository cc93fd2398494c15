#include "app/providers.h"

#include "base/arena.h"
#include "wire/url.h"

#include <errno.h>

enum { DOMAINS_MAX = 64 };

struct providers {
    struct arena *arena;
    struct provider_conf list[PROVIDERS_MAX];
    size_t count;
};

static int wrong(struct buf *why, const char *prefix, const char *name, const char *text)
{
    buf_printf(why, "%s%s %s.", prefix, name, text);
    return -EBADMSG;
}

/* "OIDC_", "OIDC_2_": what the settings of one begin with. */
static void write_prefix(size_t i, struct buf *out)
{
    buf_add_str(out, "OIDC_");
    if (i > 0)
        buf_printf(out, "%zu_", i + 1);
}

/* http or https, host, path; nothing behind that. */
static int split_url(struct span url, struct span *ret_path)
{
    struct url_origin origin;
    size_t end = 0;

    for (size_t i = 0; i < url.len; i++) {
        if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("?#\\\"<>", url.p[i]))
            return -EBADMSG;
    }
    end = span_find(url, '/') + 2;
    end += span_find(span_sub(url, end, url.len), '/');
    *ret_path = span_sub(url, end, url.len);
    return url_origin_parse(span_sub(url, 0, end), &origin);
}

static bool is_domain(struct span s)
{
    bool dot = false;

    for (size_t i = 0; i < s.len; i++) {
        const char c = s.p[i];
        dot |= c == '.';
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '.' && c != '-')
            return false;
    }
    return dot && s.p[0] != '.' && s.p[s.len - 1] != '.';
}

static int check_domains(const char *domains, const char *prefix, struct buf *why)
{
    struct span rest = span_str(domains);
    struct span one;
    size_t n = 0;

    while (domains && span_split(&rest, ',', &one)) {
        one = span_trim(one);
        if (n++ == DOMAINS_MAX || (!span_is(one, "*") && (one.len == 0 || !is_domain(one)))) {
            return wrong(
                why, prefix, "DOMAINS",
                "must be up to 64 domains with commas between, as in example.org, or * for "
                "everybody whom the provider knows");
        }
    }
    return 0;
}

static int check_google(const struct config_provider *p, struct buf *why)
{
    struct span path;

    if (!p->client_id && !p->client_secret && !p->callback_url && !p->domains)
        return 0;
    if (!p->client_id || !p->client_secret) {
        buf_add_str(why, "GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET belong together: set both, or "
                         "nothing that begins with GOOGLE_.");
        return -EBADMSG;
    }
    if (p->callback_url && (split_url(span_str(p->callback_url), &path) || path.len < 2 ||
                            path.p[path.len - 1] == '/')) {
        return wrong(why, "GOOGLE_", "CALLBACK_URL",
                     "must be an address with a path of its own, as in "
                     "https://chat.example.org/api/v1/oidc/google/callback");
    }
    return check_domains(p->domains, "GOOGLE_", why);
}

static int check_oidc(const struct config_provider *p, const char *prefix, struct buf *why)
{
    struct span path;

    if (!p->issuer && !p->client_id && !p->client_secret && !p->name && !p->domains)
        return 0;
    if (!p->issuer || !p->client_id || !p->client_secret) {
        buf_printf(why, "%sISSUER, %sCLIENT_ID and %sCLIENT_SECRET belong together: set all three.",
                   prefix, prefix, prefix);
        return -EBADMSG;
    }
    if (split_url(span_str(p->issuer), &path)) {
        return wrong(why, prefix, "ISSUER",
                     "must be an https address without ? and #, as the provider writes it");
    }
    return check_domains(p->domains, prefix, why);
}

int config_check_providers(const struct config *c, struct buf *why)
{
    bool one = c->google.client_id != NULL;
    int rc = check_google(&c->google, why);

    for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(c->oidc); i++) {
        struct buf prefix = {0};
        write_prefix(i, &prefix);
        rc = check_oidc(&c->oidc[i], buf_cstr(&prefix), why);
        buf_done(&prefix);
        one |= c->oidc[i].issuer != NULL;
    }
    if (rc == 0 && !c->local_accounts && !one) {
        buf_add_str(why, "LOCAL_ACCOUNTS is off, and no provider is set: nobody could sign in.");
        rc = -EBADMSG;
    }
    return rc;
}

static void take_domains(struct providers *p, const char *text, struct domains *ret)
{
    struct span *names = arena_array(p->arena, struct span, DOMAINS_MAX);
    struct span rest = span_str(text);
    struct span one;

    while (text && span_split(&rest, ',', &one)) {
        if (span_is(span_trim(one), "*")) {
            ret->any = true;
        } else {
            names[ret->count++] = span_trim(one);
        }
    }
    ret->names = names;
}

/* For people: its host, where no name was set. */
static const char *name_of(struct providers *p, const struct config_provider *c)
{
    struct span host = span_str(c->issuer);

    if (c->name)
        return c->name;
    host = span_sub(host, span_find(host, '/') + 2, host.len);
    return arena_str(p->arena, span_sub(host, 0, span_find(host, '/')));
}

static void add(struct providers *p, const struct config_provider *c,
                const struct provider_conf *as)
{
    struct provider_conf *to = &p->list[p->count++];

    *to = *as;
    to->client_id = c->client_id;
    to->client_secret = c->client_secret;
    take_domains(p, c->domains, &to->domains);
}

struct providers *providers_new(const struct config *c)
{
    struct providers *p = mem_new(struct providers);

    p->arena = arena_new();
    if (c->google.client_id) {
        add(p, &c->google,
            &(struct provider_conf){.id = "google",
                                    .name = "Google",
                                    .issuer = GOOGLE_ISSUER,
                                    .callback_url = c->google.callback_url,
                                    .domains.google = true,
                                    .google = true});
    }
    for (size_t i = 0; i < ARRAY_SIZE(c->oidc); i++) {
        struct buf id = {0};
        if (!c->oidc[i].issuer)
            continue;
        buf_add_str(&id, "oidc");
        if (i > 0)
            buf_printf(&id, "%zu", i + 1);
        add(p, &c->oidc[i],
            &(struct provider_conf){.id = arena_str(p->arena, buf_span(&id)),
                                    .name = name_of(p, &c->oidc[i]),
                                    .issuer = c->oidc[i].issuer});
        buf_done(&id);
    }
    return p;
}

struct providers *providers_free(struct providers *p)
{
    if (p)
        p->arena = arena_free(p->arena);
    return mem_free(p);
}

const struct provider_conf *providers_list(const struct providers *p)
{
    return p->list;
}

size_t providers_count(const struct providers *p)
{
    return p->count;
}
