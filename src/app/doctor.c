/*
 * convene doctor: what is wrong with the settings about signing in, in plain words.  It asks the
 * providers, but touches neither the database nor a server that runs.
 */
#include "app/commands.h"
#include "app/doubts.h"
#include "app/providers.h"
#include "fetch/mail.h"

#include <stdio.h>

#include "oidc/trial.h"

enum { FAILED = 1, WRONG = 2 };

struct doctor {
    struct config conf;
    struct loop *loop;
    struct fetcher *fetcher;
    struct providers *providers;
    struct office office;
    struct oidc *oidc;
    bool failed;
};

static const char *const marks[] = {
    [CHECK_OK] = "ok     ",
    [CHECK_WARNING] = "warning",
    [CHECK_FAILED] = "FAILED ",
    [CHECK_SKIPPED] = "-      ",
};

static void print(struct doctor *d, const struct checks *c)
{
    for (size_t i = 0; i < c->count; i++) {
        printf("  %s  %-10s %.*s\n", marks[c->rows[i].result], c->rows[i].id,
               SPAN_ARG(buf_span(&c->rows[i].text)));
    }
    d->failed |= checks_failed(c);
}

static void check_public_url(const struct config *c, struct checks *to)
{
    if (!c->public_url) {
        checks_add(to, "address", CHECK_WARNING,
                   "PUBLIC_URL is not set. Set it to the address that people type, as in "
                   "https://chat.example.org, before others than you sign in.");
    } else if (!config_https(c) && !strstr(c->public_url, "//localhost") &&
               !strstr(c->public_url, "//127.")) {
        checks_add(
            to, "address", CHECK_WARNING,
            "PUBLIC_URL is plain HTTP: secure cookies cannot work there, and browsers give no "
            "camera and microphone. Serve Convene by https.");
    } else {
        checks_add(to, "address", CHECK_OK, "People reach this server at %s.", c->public_url);
    }
}

static void check_ways(const struct doctor *d, struct checks *to)
{
    const size_t n = providers_count(d->providers);

    if (d->conf.local_accounts) {
        checks_add(to, "passwords", CHECK_OK, "Address and password are a way in.");
    } else {
        checks_add(to, "passwords", CHECK_OK,
                   "LOCAL_ACCOUNTS is off: if no provider answers, nobody can sign in.");
    }
    checks_add(to, "providers", CHECK_OK, "%zu set up.", n);
}

static void check_mail(struct doctor *d, struct checks *to)
{
    struct mailer *m = NULL;
    struct buf why = {0};

    if (!d->conf.smtp_url) {
        checks_add(
            to, "mail", CHECK_SKIPPED,
            "SMTP_URL is not set: a forgotten password is reset by an administrator's link.");
    } else if (mailer_new(d->fetcher, d->conf.smtp_url, d->conf.mail_from, &m, &why)) {
        checks_add(to, "mail", CHECK_FAILED, "%s", buf_cstr(&why));
    } else {
        checks_add(to, "mail", CHECK_OK, "SMTP_URL and MAIL_FROM can be read; no mail was sent.");
    }
    (void)mailer_free(m);
    buf_done(&why);
}

static void tell_doubt(const char *event, const char *why, const char *advice, void *arg)
{
    (void)event;
    (void)arg;
    printf("  %s  %-10s %s: %s.\n", marks[CHECK_WARNING], "settings", why, advice);
}

static void on_tried(const struct checks *checks, void *arg)
{
    struct doctor *d = arg;

    if (checks)
        print(d, checks);
    loop_stop(d->loop);
}

static void examine(struct doctor *d)
{
    struct checks own = {0};

    printf("Signing in\n");
    check_public_url(&d->conf, &own);
    check_ways(d, &own);
    check_mail(d, &own);
    print(d, &own);
    checks_done(&own);
    config_doubts(&d->conf, tell_doubt, NULL);
    for (size_t i = 0; i < oidc_count(d->oidc); i++) {
        const struct provider_conf *p = oidc_at(d->oidc, i);
        printf("%s (%s)\n", p->name, p->issuer);
        (void)fflush(stdout);
        oidc_try(d->oidc, span_str(p->id), d->conf.public_url, on_tried, d);
        loop_run(d->loop);
    }
    printf(d->failed ? "Something is wrong: see what FAILED above.\n" : "All is well.\n");
}

static void open_doctor(struct doctor *d)
{
    d->loop = loop_new();
    d->fetcher = fetcher_new(&(struct fetcher_conf){.loop = d->loop,
                                                    .allowed = d->conf.peers,
                                                    .allowed_count = d->conf.peers_count,
                                                    .ca_file = d->conf.ca_file});
    d->providers = providers_new(&d->conf);
    d->office = (struct office){.loop = d->loop};
    d->oidc = oidc_new(&(struct oidc_conf){.office = &d->office,
                                           .fetcher = d->fetcher,
                                           .providers = providers_list(d->providers),
                                           .count = providers_count(d->providers)});
}

static void close_doctor(struct doctor *d)
{
    d->fetcher = fetcher_free(d->fetcher);
    d->oidc = oidc_free(d->oidc);
    d->providers = providers_free(d->providers);
    d->loop = loop_free(d->loop);
}

int command_doctor(int argc, char **argv)
{
    struct doctor d = {0};
    struct buf why = {0};
    int rc = 0;

    (void)argv;
    if (argc > 0) {
        (void)fprintf(stderr, "convene: doctor takes no arguments; it looks at the settings.\n");
        return WRONG;
    }
    if (config_load(getenv, &d.conf, &why)) {
        printf("  %s  %-10s %s\n", marks[CHECK_FAILED], "settings", buf_cstr(&why));
        rc = FAILED;
    } else {
        open_doctor(&d);
        examine(&d);
        close_doctor(&d);
        rc = d.failed ? FAILED : 0;
    }
    config_done(&d.conf);
    buf_done(&why);
    return rc;
}
