#include "app/server.h"

#include "api/api.h"
#include "app/backups.h"
#include "app/certificate.h"
#include "app/doubts.h"
#include "app/media.h"
#include "app/pages.h"
#include "app/parts.h"
#include "app/providers.h"
#include "app/version.h"
#include "auth/secret_check.h"
#include "calls/calls.h"
#include "chat/chat.h"
#include "crypto/tls.h"
#include "http/server.h"
#include "port/listener.h"
#include "wire/url.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>

#include "ice/ice.h"

#define TRIM_EVERY     (60 * SEC)
#define STOP_AT_MOST   (10 * SEC) /* for requests at work and sockets, then it ends all the same */
#define SPREAD_CLIENT  (2 * MSEC) /* the clients come back over so long for each of them */
#define SPREAD_AT_MOST (5 * SEC)

struct server {
    const struct config *conf;
    struct parts parts;
    struct calls *calls;
    struct pages *pages;
    struct providers *providers;
    struct oidc *oidc;
    struct ice *ice;
    struct api *api;
    struct hub *hub;
    struct http_server *http;
    struct certificate *cert; /* NULL: plain HTTP alone */
    struct listener *listener;
    struct media *media; /* NULL: no STUN and TURN server here */
    struct backups *backups;
    struct timer patience;
    struct timer trim;
    bool stopping;
};

static void on_in_call(const struct id *user, bool in_call, void *presence)
{
    presence_set_in_call(presence, user, in_call);
}

/* What is kept in PostgreSQL stands on a disk that we cannot see. */
static struct records_disk disk_of(void *arg)
{
    const struct server *s = arg;

    return (struct records_disk){.folder = s->conf->database_url ? "" : s->conf->data_dir,
                                 .backup_folder = s->conf->backup_dir,
                                 .backup_at = s->backups ? backups_last(s->backups).ms : 0};
}

static void open_domain(struct server *s)
{
    const struct parts *p = &s->parts;
    struct hub_conf hub;

    s->calls = calls_new(&(struct calls_conf){.loop = p->loop,
                                              .store = p->store,
                                              .bus = p->bus,
                                              .in_call = on_in_call,
                                              .in_call_arg = p->presence,
                                              .row = chat_tell_row,
                                              .row_arg = p->chat});
    s->pages = pages_new();
    s->providers = providers_new(s->conf);
    s->oidc = oidc_new(&(struct oidc_conf){.office = &p->office,
                                           .accounts = p->accounts,
                                           .fetcher = p->fetcher,
                                           .providers = providers_list(s->providers),
                                           .count = providers_count(s->providers)});
    s->ice = ice_new(&(struct ice_conf){.loop = p->loop,
                                        .fetcher = p->fetcher,
                                        .urls = s->conf->turn_urls,
                                        .secret = s->conf->turn_secret,
                                        .username = s->conf->turn_username,
                                        .credential = s->conf->turn_credential,
                                        .api_key = s->conf->turn_api_key,
                                        .api_url = s->conf->turn_api_url});
    s->api = api_new(&(struct api_conf){
        .loop = p->loop,
        .store = p->store,
        .bus = p->bus,
        .sessions = p->sessions,
        .accounts = p->accounts,
        .office = &p->office,
        .oidc = s->oidc,
        .disk = disk_of,
        .disk_arg = s,
        .chat = p->chat,
        .calls = s->calls,
        .presence = p->presence,
        .site = pages_site(s->pages),
        .ice = s->ice,
        .metrics_token = s->conf->metrics_token,
        .version = CONVENE_VERSION,
        .public_url = s->conf->public_url,
        .local_accounts = s->conf->local_accounts,
        .mailer = p->mailer,
        .https = config_https(s->conf),
        .limits = s->conf->limits,
    });
    api_hub_conf(s->api, &hub);
    s->hub = hub_new(&hub);
    api_set_hub(s->api, s->hub);
}

/* Those who are connected go on with what they have. */
static void on_certificate(struct tls_context *tls, void *arg)
{
    struct server *s = arg;

    listener_set_tls(s->listener, tls);
    http_server_set_hsts(s->http, !tls_context_local(tls));
}

/* For one address the census is off with the other limits: measurements come from one machine. */
static int open_port(struct server *s, struct buf *why)
{
    const struct listener_conf conf = {
        .loop = s->parts.loop,
        .port = s->conf->port,
        .tls = s->cert ? certificate_tls(s->cert) : NULL,
        .proxies = s->conf->trusted,
        .proxies_count = s->conf->trusted_count,
        .per_ip = s->conf->limits ? 0 : LISTENER_TOTAL,
    };
    const int rc = listener_new(&conf, &s->listener);

    if (rc)
        buf_printf(why, "PORT %u cannot be opened: %s.", s->conf->port, strerror(-rc));
    return rc;
}

static int open_http(struct server *s, struct buf *why)
{
    const struct http_conf conf = {
        .loop = s->parts.loop,
        .handle = api_handle,
        .limit = api_limit,
        .arg = s->api,
        .public_url = s->conf->public_url,
        .trusted = s->conf->trusted,
        .trusted_count = s->conf->trusted_count,
        .https_only = s->cert != NULL,
    };
    const int rc = http_server_new(&conf, &s->http);

    if (rc)
        buf_printf(why, "PUBLIC_URL cannot be used: %s.", strerror(-rc));
    return rc;
}

/* A storm of sign-ins leaves every thread's heap as large as it was at its peak; glibc gives back
 * only what lies at the end. */
static void on_trim(void *arg)
{
    struct server *s = arg;

    (void)malloc_trim(0);
    timer_after(&s->trim, TRIM_EVERY);
}

static void tell_doubt(const char *event, const char *why, const char *advice, void *arg)
{
    (void)arg;
    log_warn(event, "why=\"%s\" do=\"%s\"", why, advice);
}

static void tell_offered(const struct server *s)
{
    struct url_origin origin = {.host.name = span_str("HOST")};
    struct buf urls = {0};

    if (s->conf->public_url)
        (void)url_origin_parse(span_str(s->conf->public_url), &origin);
    ice_urls(s->ice, origin.host.name, &urls);
    log_info("ice.offered", "urls=\"%s\" api=%s", buf_cstr(&urls),
             s->conf->turn_api_url ? s->conf->turn_api_url : "");
    buf_done(&urls);
}

static void on_untold(void *arg)
{
    const struct server *s = arg;

    log_warn("server.resync", "why=\"a commit took place whose outcome was not known\"");
    hub_resync(s->hub);
}

int server_new(const struct config *conf, struct server **ret, struct buf *why)
{
    struct server *s = mem_new(struct server);
    int rc;

    s->conf = conf;
    /* Before anything is made: a first start that fails should leave nothing behind. */
    rc = conf->tls_cert ? certificate_open(conf->tls_cert, conf->tls_key, &s->cert, why) : 0;
    if (rc == 0)
        rc = parts_open(&s->parts, conf, false, why);
    if (rc == 0) {
        open_domain(s);
        store_on_untold(s->parts.store, on_untold, s);
        rc = backups_new(s->parts.loop, conf, &s->backups, why);
    }
    if (rc == 0)
        rc = open_http(s, why);
    if (rc == 0)
        rc = open_port(s, why);
    if (rc == 0)
        rc = media_new(&s->parts, conf, s->listener, &s->media, why);
    if (rc == 0) {
        media_offer(s->media, conf, s->ice);
        calls_set_plane(s->calls, media_plane(s->media));
    }
    if (rc) {
        (void)server_free(s);
        return rc;
    }
    if (s->cert) {
        certificate_watch(s->cert, s->parts.loop, 0, on_certificate, s);
        on_certificate(certificate_tls(s->cert), s);
    }
    timer_init(&s->trim, s->parts.loop, on_trim, s);
    timer_after(&s->trim, TRIM_EVERY);
    config_doubts(conf, tell_doubt, NULL);
    config_doubt_names((const char *const *)environ, tell_doubt, NULL);
    if (s->media)
        media_doubts(conf, tell_doubt, NULL);
    tell_offered(s);
    listener_add(s->listener, &(struct protocol){match_http, http_server_accept, s->http});
    *ret = s;
    return 0;
}

struct server *server_free(struct server *s)
{
    if (!s)
        return NULL;
    timer_stop(&s->trim);
    s->listener = listener_free(s->listener);
    s->http = http_server_free(s->http);
    s->cert = certificate_free(s->cert);
    s->backups = backups_free(s->backups);
    parts_close_store(&s->parts);
    s->media = media_free(s->media);
    s->hub = hub_free(s->hub);
    s->calls = calls_free(s->calls);
    s->api = api_free(s->api);
    s->ice = ice_free(s->ice);
    s->oidc = oidc_free(s->oidc);
    s->providers = providers_free(s->providers);
    s->pages = pages_free(s->pages);
    parts_done(&s->parts);
    return mem_free(s);
}

static void write_address(const struct server *s, struct buf *out)
{
    if (s->conf->public_url) {
        buf_add_str(out, s->conf->public_url);
    } else {
        buf_printf(out, "%s://localhost:%u", s->cert ? "https" : "http",
                   listener_port(s->listener));
    }
}

/* Whoever starts the server reads these lines, and so do programs: they stand there before the
 * first connection is taken. */
static void greet(int rc, struct span token, void *arg)
{
    struct server *s = arg;
    struct buf address = {0};

    write_address(s, &address);
    printf("Convene %s is ready at %s\n", CONVENE_VERSION, buf_cstr(&address));
    if (rc == 0 && token.p) {
        printf("Create the first administrator with this link (good once, until the next start):\n"
               "%s/setup#%.*s\n",
               buf_cstr(&address), SPAN_ARG(token));
    }
    (void)fflush(stdout);
    buf_done(&address);
    media_start(s->media);
    listener_start(s->listener);
}

static void end_loop(void *arg)
{
    const struct server *s = arg;

    loop_stop(s->parts.loop);
}

static usec_t spread_of(const struct server *s)
{
    const usec_t spread = hub_client_count(s->hub) * SPREAD_CLIENT;

    return spread < SPREAD_AT_MOST ? spread : SPREAD_AT_MOST;
}

static void on_signal(int signum, void *arg)
{
    struct server *s = arg;
    const usec_t spread = spread_of(s);

    if (s->stopping) {
        loop_stop(s->parts.loop);
        return;
    }
    s->stopping = true;
    log_info("server.stop", "signal=%d sockets=%zu", signum, hub_client_count(s->hub));
    listener_stop(s->listener);
    fetcher_stop(
        s->parts.fetcher); /* who waits for a provider is told so, while there is a connection */
    hub_say_bye(s->hub, spread);
    http_server_drain(s->http, spread, end_loop, s);
    timer_init(&s->patience, s->parts.loop, end_loop, s);
    timer_after(&s->patience, STOP_AT_MOST);
}

static void on_hangup(int signum, void *arg)
{
    const struct server *s = arg;

    (void)signum;
    if (s->cert) {
        certificate_renew(s->cert);
    } else {
        log_info("server.hangup", "why=\"nothing is read anew: TLS_CERT is not set\"");
    }
}

void server_run(struct server *s)
{
    loop_on_signal(s->parts.loop, SIGHUP, on_hangup, s);
    loop_on_signal(s->parts.loop, SIGTERM, on_signal, s);
    loop_on_signal(s->parts.loop, SIGINT, on_signal, s);
    secret_check(s->parts.store, s->parts.secret, NULL, NULL);
    account_setup_token(s->parts.accounts, greet, s);
    loop_run(s->parts.loop);
    if (s->stopping)
        timer_stop(&s->patience);
}
