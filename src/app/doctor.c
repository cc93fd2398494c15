/*
 * convene doctor: what is wrong with the settings about signing in and calls, in plain words.  It asks
 * the providers and the TURN servers, and a server that runs here whether it can be reached, but does
 * not touch the database.  With --from-outside it asks a server elsewhere instead.
 */
#include "app/doctor.h"

#include "app/commands.h"
#include "app/doubts.h"
#include "app/providers.h"
#include "fetch/mail.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { FAILED = 1, WRONG = 2, MEDIA_PORT = 3478 };

/* What only the part about signing in needs. */
struct ways {
    struct doctor *doctor;
    struct providers *providers;
    struct office office;
    struct oidc *oidc;
};

static const char *const marks[] = {
    [CHECK_OK] = "ok     ",
    [CHECK_WARNING] = "warning",
    [CHECK_FAILED] = "FAILED ",
    [CHECK_SKIPPED] = "-      ",
};

static void print_rows(const struct checks *c)
{
    for (size_t i = 0; i < c->count; i++) {
        printf("  %s  %-10s %.*s\n", marks[c->rows[i].result], c->rows[i].id,
               SPAN_ARG(buf_span(&c->rows[i].text)));
    }
}

void doctor_print(struct doctor *d, struct checks *c)
{
    print_rows(c);
    d->failed |= checks_failed(c);
    for (size_t i = 0; i < c->count; i++)
        d->warned |= c->rows[i].result == CHECK_WARNING;
    (void)fflush(stdout);
    checks_done(c);
    *c = (struct checks){0};
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

static void check_ways(const struct ways *s, struct checks *to)
{
    const size_t n = providers_count(s->providers);

    if (s->doctor->conf.local_accounts) {
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

    if (checks) {
        /* theirs, so they are not to be ended here */
        print_rows(checks);
        d->failed |= checks_failed(checks);
    }
    loop_stop(d->loop);
}

static void examine_sign_in(struct ways *s)
{
    struct doctor *d = s->doctor;
    struct checks own = {0};

    printf("Signing in\n");
    check_public_url(&d->conf, &own);
    check_ways(s, &own);
    check_mail(d, &own);
    doctor_print(d, &own);
    config_doubt_names((const char *const *)environ, tell_doubt, NULL);
    config_doubts(&d->conf, tell_doubt, NULL);
    for (size_t i = 0; i < oidc_count(s->oidc); i++) {
        const struct provider_conf *p = oidc_at(s->oidc, i);
        printf("%s (%s)\n", p->name, p->issuer);
        (void)fflush(stdout);
        oidc_try(s->oidc, span_str(p->id), d->conf.public_url, on_tried, d);
        loop_run(d->loop);
    }
}

static void open_fetcher(struct doctor *d, const struct addr_prefix *allowed, size_t count)
{
    d->loop = loop_new();
    d->fetcher = fetcher_new(&(struct fetcher_conf){
        .loop = d->loop, .allowed = allowed, .allowed_count = count, .ca_file = d->conf.ca_file});
}

static void run_here(struct doctor *d)
{
    struct ways s = {.doctor = d};

    open_fetcher(d, d->conf.peers, d->conf.peers_count);
    s.providers = providers_new(&d->conf);
    s.office = (struct office){.loop = d->loop};
    s.oidc = oidc_new(&(struct oidc_conf){.office = &s.office,
                                          .fetcher = d->fetcher,
                                          .providers = providers_list(s.providers),
                                          .count = providers_count(s.providers)});
    examine_sign_in(&s);
    doctor_calls(d);
    d->fetcher = fetcher_free(d->fetcher);
    s.oidc = oidc_free(s.oidc);
    s.providers = providers_free(s.providers);
    d->loop = loop_free(d->loop);
}

/* The operator at the keyboard may name what address they like. */
static void run_outside(struct doctor *d, const char *address, uint16_t media_port)
{
    const struct addr_prefix all[] = {{.addr = {.family = 4}}, {.addr = {.family = 6}}};

    open_fetcher(d, all, ARRAY_SIZE(all));
    printf("%s, from here\n", address);
    doctor_outside(d, address, media_port);
    d->fetcher = fetcher_free(d->fetcher);
    d->loop = loop_free(d->loop);
}

struct options {
    const char *outside; /* NULL: this server */
    uint16_t media_port;
};

static int take_option(struct options *o, const char *name, const char *value, struct buf *why)
{
    uint64_t port = 0;

    if (strcmp(name, "--from-outside") == 0) {
        o->outside = value;
        if (!value)
            buf_add_str(why, "--from-outside wants the address of a server behind it.");
    } else if (strcmp(name, "--media-port") == 0) {
        if (!value || span_u64(span_str(value), UINT16_MAX, &port) || port == 0)
            buf_add_str(why, "--media-port wants a UDP port from 1 to 65535 behind it.");
        o->media_port = (uint16_t)port;
    } else {
        buf_printf(why, "%s is nothing that doctor knows.", name);
    }
    return why->len > 0 ? -EINVAL : 0;
}

static int parse(int argc, char **argv, struct options *o, struct buf *why)
{
    for (int i = 0; i < argc; i += 2) {
        const int rc = take_option(o, argv[i], i + 1 < argc ? argv[i + 1] : NULL, why);
        if (rc)
            return rc;
    }
    if (argc == 0 || o->outside)
        return 0;
    buf_add_str(why,
                "--media-port goes with --from-outside; this server's is the setting MEDIA_PORT.");
    return -EINVAL;
}

static const char *verdict(const struct doctor *d)
{
    if (d->failed)
        return "Something is wrong: see what FAILED above.";
    if (d->warned)
        return "Nothing FAILED, but see the warnings above.";
    return d->unasked ? "Nothing FAILED, but see above what was not asked." : "All is well.";
}

int command_doctor(int argc, char **argv)
{
    struct options o = {.media_port = MEDIA_PORT};
    struct doctor d = {0};
    struct buf why = {0};

    if (parse(argc, argv, &o, &why)) {
        (void)fprintf(stderr,
                      "convene: %s doctor looks at the settings of this server, or with "
                      "--from-outside URL [--media-port PORT] at a server elsewhere.\n",
                      buf_cstr(&why));
        buf_done(&why);
        return WRONG;
    }
    if (config_load(getenv, &d.conf, &why)) {
        printf("  %s  %-10s %s\n", marks[CHECK_FAILED], "settings", buf_cstr(&why));
        d.failed = true;
    } else {
        if (o.outside) {
            run_outside(&d, o.outside, o.media_port);
        } else {
            run_here(&d);
        }
        printf("%s\n", verdict(&d));
    }
    config_done(&d.conf);
    buf_done(&why);
    return d.failed ? FAILED : 0;
}
