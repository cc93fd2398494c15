#include "app/config.h"

#include "app/config_media.h"
#include "app/platform.h"
#include "app/providers.h"
#include "app/relays.h"
#include "auth/secret.h"
#include "base/mem.h"
#include "os/file.h"
#include "wire/url.h"

#include <errno.h>
#include <unistd.h>

/* Every take function gets a value that is not empty. */
typedef int take_fn(struct config *c, struct span value, struct buf *why);

static int wrong(struct buf *why, const char *text)
{
    buf_add_str(why, text);
    return -EBADMSG;
}

static void set_text(char **at, struct span value)
{
    (void)mem_free(*at);
    *at = mem_strdup(value.p, value.len);
}

static int take_port(struct config *c, struct span value, struct buf *why)
{
    uint64_t port;

    if (span_u64(value, UINT16_MAX, &port))
        return wrong(why, "must be a number from 0 to 65535 (0: any port that is free)");
    c->port = (uint16_t)port;
    return 0;
}

static int take_public_url(struct config *c, struct span value, struct buf *why)
{
    struct url_origin origin;

    if (value.p[value.len - 1] == '/')
        value.len--;
    if (url_origin_parse(value, &origin))
        return wrong(why, "must be http:// or https:// and a host, as in https://chat.example.org");
    set_text(&c->public_url, value);
    return 0;
}

static int take_prefixes(struct span value, struct addr_prefix *list, size_t *count,
                         struct buf *why)
{
    struct span one;

    *count = 0;
    while (span_split(&value, ',', &one)) {
        if (*count == CONFIG_PREFIXES_MAX)
            return wrong(why, "may list at most 64 addresses");
        if (addr_prefix_parse(span_trim(one), &list[*count])) {
            return wrong(why, "must be addresses or prefixes with commas between, as in "
                              "127.0.0.1,10.0.0.0/8");
        }
        if (!addr_prefix_exact(&list[*count])) {
            buf_printf(
                why,
                "has %.*s, which says more of the address than of its prefix: leave /%u out for that address "
                "alone, or end it in zeros for the network",
                SPAN_ARG(span_trim(one)), list[*count].bits);
            return -EBADMSG;
        }
        (*count)++;
    }
    return 0;
}

static int take_trusted(struct config *c, struct span value, struct buf *why)
{
    return take_prefixes(value, c->trusted, &c->trusted_count, why);
}

static int take_peers(struct config *c, struct span value, struct buf *why)
{
    return take_prefixes(value, c->peers, &c->peers_count, why);
}

static int take_ca_file(struct config *c, struct span value, struct buf *why)
{
    set_text(&c->ca_file, value);
    if (access(c->ca_file, R_OK) == 0)
        return 0;
    buf_printf(why, "names %s, which cannot be read: %s", c->ca_file, strerror(errno));
    return -EBADMSG;
}

static int take_log_level(struct config *c, struct span value, struct buf *why)
{
    struct buf name = {0};
    int rc;

    buf_add_span(&name, value);
    rc = log_level_parse(buf_cstr(&name), &c->log_level);
    buf_done(&name);
    return rc ? wrong(why, "must be debug, info, warn or error") : 0;
}

static int take_metrics_token(struct config *c, struct span value, struct buf *why)
{
    if (value.len < CONFIG_TOKEN_MIN)
        return wrong(why, "must have at least 16 characters");
    set_text(&c->metrics_token, value);
    return 0;
}

static int take_session_secret(struct config *c, struct span value, struct buf *why)
{
    if (value.len < SECRET_MIN) {
        return wrong(why, "is too short to be safe: it must have at least 32 characters, as "
                          "`openssl rand -base64 32` makes them");
    }
    set_text(&c->session_secret, value);
    return 0;
}

static int take_limits(struct config *c, struct span value, struct buf *why)
{
    c->limits = span_is(value, "on");
    return c->limits || span_is(value, "off") ? 0 : wrong(why, "must be on or off");
}

static int take_local_accounts(struct config *c, struct span value, struct buf *why)
{
    c->local_accounts = span_is(value, "on");
    return c->local_accounts || span_is(value, "off") ? 0 : wrong(why, "must be on or off");
}

static int take_database_url(struct config *c, struct span value, struct buf *why)
{
    if (!span_starts(value, "postgres://") && !span_starts(value, "postgresql://")) {
        return wrong(why, "must begin with postgres://, as in "
                          "postgres://user:password@host:5432/database");
    }
    set_text(&c->database_url, value);
    return 0;
}

static int take_database_pool(struct config *c, struct span value, struct buf *why)
{
    uint64_t n;

    if (span_u64(value, CONFIG_POOL_MAX, &n) || n < 2)
        return wrong(why, "must be a number of connections from 2 to 64");
    c->database_pool = (unsigned)n;
    return 0;
}

static int take_database_wait(struct config *c, struct span value, struct buf *why)
{
    uint64_t n;

    if (span_u64(value, CONFIG_WAIT_MAX, &n))
        return wrong(why, "must be a number of seconds from 0 to 3600");
    c->database_wait = (unsigned)n;
    return 0;
}

static int take_backup_every(struct config *c, struct span value, struct buf *why)
{
    uint64_t n;

    if (span_u64(value, CONFIG_BACKUP_MAX, &n) || n == 0)
        return wrong(why, "must be a number of hours from 1 to 1000");
    c->backup_every = (unsigned)n;
    return 0;
}

static int take_backup_keep(struct config *c, struct span value, struct buf *why)
{
    uint64_t n;

    if (span_u64(value, CONFIG_BACKUP_MAX, &n) || n == 0)
        return wrong(why, "must be a number of backups from 1 to 1000");
    c->backup_keep = (unsigned)n;
    return 0;
}

/* Better no start than one whose messages are not heard where the operator thinks they are. */
static int refuse_other_nodes(struct config *c, struct span value, struct buf *why)
{
    (void)c;
    (void)value;
    return wrong(why, "is set, but this version runs as one node: unset it");
}

/* clang-format off */
#define OIDC_SETTINGS(prefix, i)                                                   \
    {prefix "ISSUER", .text = offsetof(struct config, oidc[i].issuer)},               \
    {prefix "CLIENT_ID", .text = offsetof(struct config, oidc[i].client_id)},         \
    {prefix "CLIENT_SECRET", .text = offsetof(struct config, oidc[i].client_secret)}, \
    {prefix "NAME", .text = offsetof(struct config, oidc[i].name)},                   \
    {prefix "DOMAINS", .text = offsetof(struct config, oidc[i].domains)}
/* clang-format on */

static const struct setting {
    const char *name;
    take_fn *accept;
    size_t text; /* without accept: where any text goes, in struct config */
} settings[] = {
    {"PORT", .accept = take_port},
    {"DATA_DIR", .text = offsetof(struct config, data_dir)},
    {"PUBLIC_URL", .accept = take_public_url},
    {"TLS_CERT", .text = offsetof(struct config, tls_cert)},
    {"TLS_KEY", .text = offsetof(struct config, tls_key)},
    {"TRUSTED_PROXIES", .accept = take_trusted},
    {"ALLOWED_PEERS", .accept = take_peers},
    {"CA_FILE", .accept = take_ca_file},
    {"SMTP_URL", .text = offsetof(struct config, smtp_url)},
    {"MAIL_FROM", .text = offsetof(struct config, mail_from)},
    {"LOG_LEVEL", .accept = take_log_level},
    {"METRICS_TOKEN", .accept = take_metrics_token},
    {"SESSION_SECRET", .accept = take_session_secret},
    {"MEDIA_PORT", .accept = take_media_port},
    {"PUBLIC_IP", .accept = take_public_ip},
    {"TURN_RELAY_PORTS", .accept = take_relay_ports},
    {"TURN_USER_KBIT", .accept = take_turn_user_kbit},
    {"TURN_URLS", .text = offsetof(struct config, turn_urls)},
    {"TURN_SECRET", .text = offsetof(struct config, turn_secret)},
    {"TURN_USERNAME", .text = offsetof(struct config, turn_username)},
    {"TURN_CREDENTIAL", .text = offsetof(struct config, turn_credential)},
    {"TURN_API_KEY", .text = offsetof(struct config, turn_api_key)},
    {"TURN_API_HOST", .text = offsetof(struct config, turn_api_url)},
    {"RATE_LIMITS", .accept = take_limits},
    {"LOCAL_ACCOUNTS", .accept = take_local_accounts},
    {"GOOGLE_CLIENT_ID", .text = offsetof(struct config, google.client_id)},
    {"GOOGLE_CLIENT_SECRET", .text = offsetof(struct config, google.client_secret)},
    {"GOOGLE_CALLBACK_URL", .text = offsetof(struct config, google.callback_url)},
    {"GOOGLE_DOMAINS", .text = offsetof(struct config, google.domains)},
    OIDC_SETTINGS("OIDC_", 0),
    OIDC_SETTINGS("OIDC_2_", 1),
    OIDC_SETTINGS("OIDC_3_", 2),
    OIDC_SETTINGS("OIDC_4_", 3),
    OIDC_SETTINGS("OIDC_5_", 4),
    OIDC_SETTINGS("OIDC_6_", 5),
    OIDC_SETTINGS("OIDC_7_", 6),
    OIDC_SETTINGS("OIDC_8_", 7),
    {"DATABASE_URL", .accept = take_database_url},
    {"DATABASE_POOL", .accept = take_database_pool},
    {"DATABASE_WAIT", .accept = take_database_wait},
    {"BACKUP_DIR", .text = offsetof(struct config, backup_dir)},
    {"BACKUP_EVERY", .accept = take_backup_every},
    {"BACKUP_KEEP", .accept = take_backup_keep},
    {"REDIS_URL", .accept = refuse_other_nodes},
};

bool config_knows(struct span name)
{
    static const char file[] = "_FILE";
    struct span bare = name;

    if (name.len > strlen(file) && span_is(span_sub(name, name.len - strlen(file), name.len), file))
        bare = span_sub(name, 0, name.len - strlen(file));
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        if (span_is(name, settings[i].name) || span_is(bare, settings[i].name))
            return true;
    }
    return false;
}

/* Editors and `echo` leave a line feed at the end of a file. */
static struct span without_end(struct span s)
{
    while (s.len > 0 && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == '\r'))
        s.len--;
    return span_trim(s);
}

/* Sets one value; a refusal begins with the setting's name. */
static int take_value(struct config *c, const struct setting *s, struct span value, struct buf *why)
{
    struct buf reason = {0};
    int rc = 0;

    value = without_end(value);
    if (value.len == 0)
        return 0;
    if (memchr(value.p, 0, value.len)) {
        rc = wrong(&reason, "holds a NUL byte");
    } else if (s->accept) {
        rc = s->accept(c, value, &reason);
    } else {
        set_text((char **)(void *)((char *)c + s->text), value);
    }
    if (rc)
        buf_printf(why, "%s %s.", s->name, buf_cstr(&reason));
    buf_done(&reason);
    return rc;
}

/* The file that NAME_FILE names. */
static int take_from_file(struct config *c, const struct setting *s, const char *path,
                          struct buf *why)
{
    struct buf text = {0};
    int rc = file_read(path, CONFIG_FILE_MAX, &text);

    if (rc) {
        buf_printf(why, "%s_FILE names %s, which cannot be read: %s.", s->name, path,
                   strerror(-rc));
    } else {
        rc = take_value(c, s, buf_span(&text), why);
    }
    buf_done(&text);
    return rc ? -EBADMSG : 0;
}

/* The CONFIG file, line by line. */
struct reading {
    struct config *config;
    const char *path;
    unsigned line;
    bool seen[ARRAY_SIZE(settings)];
};

static int wrong_line(const struct reading *r, struct buf *why, const char *what)
{
    buf_printf(why, "Line %u of %s (CONFIG) %s.", r->line, r->path, what);
    return -EBADMSG;
}

static bool is_quoted(struct span s)
{
    return s.len > 1 && s.p[0] == s.p[s.len - 1] && (s.p[0] == '"' || s.p[0] == '\'');
}

static int take_setting(struct reading *r, size_t i, struct span value, struct buf *why)
{
    if (r->seen[i])
        return wrong_line(r, why, "sets again what a line before it has set: keep one");
    if (is_quoted(without_end(value)))
        return wrong_line(r, why, "has quotes around the value: leave them out");
    r->seen[i] = true;
    return take_value(r->config, &settings[i], value, why);
}

static int take_line(struct reading *r, struct span line, struct buf *why)
{
    const size_t eq = span_find(line, '=');
    const struct span key = span_trim(span_sub(line, 0, eq));

    if (span_trim(line).len == 0 || span_trim(line).p[0] == '#')
        return 0;
    if (eq == line.len)
        return wrong_line(r, why, "must be NAME=VALUE");
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        if (span_is(key, settings[i].name))
            return take_setting(r, i, span_sub(line, eq + 1, line.len), why);
    }
    buf_printf(why, "Line %u of %s (CONFIG) sets %.*s, which is none of our settings.", r->line,
               r->path, SPAN_ARG(key));
    return -EBADMSG;
}

static int take_file(struct config *c, const char *path, struct buf *why)
{
    struct reading r = {.config = c, .path = path};
    struct buf text = {0};
    struct span rest;
    struct span line;
    int rc = file_read(path, CONFIG_FILE_MAX, &text);

    if (rc)
        buf_printf(why, "CONFIG names %s, which cannot be read: %s.", path, strerror(-rc));
    rest = buf_span(&text);
    while (rc == 0 && span_split(&rest, '\n', &line)) {
        r.line++;
        rc = take_line(&r, line, why);
    }
    buf_done(&text);
    return rc ? -EBADMSG : 0;
}

static int take_env(struct config *c, config_env_fn *env, const struct setting *s, struct buf *why)
{
    struct buf name = {0};
    const char *value = env(s->name);
    const char *path;

    buf_printf(&name, "%s_FILE", s->name);
    path = env(buf_cstr(&name));
    buf_done(&name);
    if (value && value[0] && path && path[0]) {
        buf_printf(why, "%s and %s_FILE are both set: keep one.", s->name, s->name);
        return -EBADMSG;
    }
    if (path && path[0])
        return take_from_file(c, s, path, why);
    return value ? take_value(c, s, span_str(value), why) : 0;
}

/* What the operator has left to the platform. */
static int take_platform(struct config *c, config_env_fn *env, struct buf *why)
{
    struct buf url = {0};
    const char *proxies = NULL;
    int rc = 0;

    if (platform_tells(env, &url, &proxies)) {
        c->no_udp = true;
        c->media_off |= !c->media_port_set; /* browsers would only wait for it in vain */
        if (!c->public_url)
            rc = take_public_url(c, buf_span(&url), why);
        if (rc == 0 && proxies && c->trusted_count == 0)
            rc = take_trusted(c, span_str(proxies), why);
    }
    buf_done(&url);
    return rc;
}

/* What only the whole can tell. */
static int check_whole(struct config *c, struct buf *why)
{
    if (!c->tls_cert != !c->tls_key)
        return wrong(why, "TLS_CERT and TLS_KEY belong together: set both or none.");
    if (!c->smtp_url != !c->mail_from)
        return wrong(why, "SMTP_URL and MAIL_FROM belong together: set both or none.");
    if (c->smtp_url && !c->public_url) {
        return wrong(why, "SMTP_URL is set: set PUBLIC_URL as well, with which the links in mails "
                          "begin.");
    }
    const int rc = config_check_relays(c, why);
    return rc ? rc : config_check_providers(c, why);
}

int config_load(config_env_fn *env, struct config *ret, struct buf *why)
{
    const char *path = env("CONFIG");
    int rc = 0;

    *ret = (struct config){.port = 8080,
                           .media_port = 3478,
                           .relay_first = 49152,
                           .relay_last = 65535,
                           .turn_user_kbit = 20000,
                           .database_wait = 30,
                           .backup_every = 24,
                           .backup_keep = 7,
                           .log_level = LOG_INFO,
                           .local_accounts = true,
                           .limits = true};
    set_text(&ret->data_dir, span_str("./data"));
    if (path && path[0])
        rc = take_file(ret, path, why);
    for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(settings); i++)
        rc = take_env(ret, env, &settings[i], why);
    if (rc == 0)
        rc = take_platform(ret, env, why);
    return rc ? rc : check_whole(ret, why);
}

static void forget_provider(struct config_provider *p)
{
    char **const texts[] = {&p->issuer,       &p->client_id, &p->client_secret,
                            &p->callback_url, &p->name,      &p->domains};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        *texts[i] = mem_free(*texts[i]);
}

void config_done(struct config *c)
{
    char **const texts[] = {&c->data_dir,     &c->backup_dir,     &c->database_url,
                            &c->public_url,   &c->session_secret, &c->tls_cert,
                            &c->tls_key,      &c->metrics_token,  &c->turn_urls,
                            &c->turn_secret,  &c->turn_username,  &c->turn_credential,
                            &c->turn_api_key, &c->turn_api_url,   &c->ca_file,
                            &c->smtp_url,     &c->mail_from};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        *texts[i] = mem_free(*texts[i]);
    forget_provider(&c->google);
    for (size_t i = 0; i < ARRAY_SIZE(c->oidc); i++)
        forget_provider(&c->oidc[i]);
}

void config_database(const struct config *c, struct buf *out)
{
    if (c->database_url) {
        buf_add_str(out, c->database_url);
    } else {
        buf_printf(out, "sqlite:%s", c->data_dir);
    }
}

const char *config_database_name(const struct config *c)
{
    return c->database_url ? "DATABASE_URL" : "DATA_DIR";
}

bool config_https(const struct config *c)
{
    return c->public_url && span_starts(span_str(c->public_url), "https://");
}
