#include "app/commands.h"

#include "app/healthcheck.h"
#include "app/server.h"
#include "app/version.h"
#include "crypto/devcert.h"
#include "os/file.h"
#include "os/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FAILED = 1, WRONG = 2 };

#define HEALTH_PATIENCE (3 * SEC) /* an engine's own limit is seldom under 5 s */

static const char help[] =
    "convene - team chat and video meetings on your own server\n"
    "\n"
    "convene [serve]                  serves; prints the address, and the first time a link that\n"
    "                                 creates the administrator\n"
    "convene admin user add --email ADDRESS --name NAME --password-stdin [--admin]\n"
    "                                 adds a person, also while a server runs; as do\n"
    "convene admin user list          who there is\n"
    "convene admin user role --email ADDRESS --role owner|admin|member\n"
    "convene admin user deactivate|restore|reset|sessions-end|totp-off --email ADDRESS\n"
    "                                 reset prints a link for a new password; whoever is signed out\n"
    "                                 by this is out of a server that runs within 20 seconds\n"
    "convene backup FOLDER            writes everything into a new folder, also while a server runs\n"
    "convene verify FOLDER            says whether a backup is whole\n"
    "convene restore FOLDER [--resume]\n"
    "                                 puts a backup into an empty database; no server may run on it\n"
    "convene db copy --from URL --to URL [--resume]\n"
    "                                 copies a database (postgres://... or sqlite:FOLDER) to another\n"
    "convene migrate [--dry-run]      brings the schema up to date, or says what that would do\n"
    "convene audit verify             says whether the audit log is as it was written\n"
    "convene doctor                   says what is wrong with how people sign in and call\n"
    "convene doctor --from-outside URL [--media-port 3478]\n"
    "                                 run elsewhere: can the server at URL be reached from there\n"
    "convene dev-cert [DIR]           makes certificates for this machine, so that a phone in the\n"
    "                                 same network gets its camera (DIR: ./data/cert)\n"
    "convene healthcheck              asks the server on this machine's PORT whether it is alive\n"
    "convene version                  prints the version\n"
    "convene help                     prints this\n"
    "\n"
    "Settings, each from the environment, from a file named by NAME_FILE, or from a line NAME=VALUE\n"
    "of the file that CONFIG names:\n"
    "PORT 8080 (0: any that is free)    DATA_DIR ./data       PUBLIC_URL https://chat.example.org\n"
    "DATABASE_URL postgres://...        DATABASE_POOL 8       DATABASE_WAIT 30 (seconds)\n"
    "BACKUP_DIR (a backup every)        BACKUP_EVERY 24 (h)   BACKUP_KEEP 7\n"
    "TLS_CERT, TLS_KEY (PEM files)      TRUSTED_PROXIES 10.0.0.0/8,...\n"
    "ALLOWED_PEERS 10.0.5.7,...         CA_FILE (PEM)\n"
    "SMTP_URL smtp://user:password@mail.example.org:587     MAIL_FROM convene@example.org\n"
    "LOG_LEVEL debug|info|warn|error    METRICS_TOKEN         RATE_LIMITS on|off\n"
    "GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GOOGLE_CALLBACK_URL, GOOGLE_DOMAINS example.org,...|*\n"
    "OIDC_ISSUER https://..., OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME, OIDC_DOMAINS\n"
    "(more of them: OIDC_2_ISSUER ... OIDC_8_DOMAINS)             LOCAL_ACCOUNTS on|off\n"
    "SESSION_SECRET (else one is made in DATA_DIR)\n"
    "MEDIA_PORT 3478 (UDP; 0: any; off) PUBLIC_IP 198.51.100.7  TURN_RELAY_PORTS 49152-65535\n"
    "TURN_USER_KBIT 20000 (of one person, each second)\n"
    "TURN_URLS stun:...,turn:...        TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL\n"
    "TURN_API_KEY, TURN_API_HOST example.metered.live\n";

/* Every socket is a descriptor; secrets are in memory. */
static void prepare_process(void)
{
    struct rlimit files;

    (void)signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &files))
            log_warn("server.files", "why=%s", strerror(errno));
    }
#ifdef HARDENED
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

static int usage(const char *why)
{
    (void)fprintf(stderr, "convene: %s\n\n%s", why, help);
    return WRONG;
}

int command_serve(int argc, char **argv)
{
    struct config conf;
    struct buf why = {0};
    struct server *s;
    int rc;

    (void)argv;
    if (argc > 0)
        return usage("serve takes no arguments; its settings are in the environment.");
    rc = config_load(getenv, &conf, &why) ? WRONG : 0;
    if (rc == 0) {
        log_set_level(conf.log_level);
        log_to(STDOUT_FILENO);
        prepare_process();
        rc = server_new(&conf, &s, &why) ? FAILED : 0;
    }
    if (rc == 0) {
        server_run(s);
        (void)server_free(s);
    } else {
        (void)fprintf(stderr, "convene: %s\n", buf_cstr(&why));
    }
    config_done(&conf);
    buf_done(&why);
    return rc;
}

int command_dev_cert(int argc, char **argv)
{
    const char *folder = argc > 0 ? argv[0] : "./data/cert";
    struct loop *loop;
    struct wall now;
    int rc;

    if (argc > 1)
        return usage("dev-cert takes one folder at most.");
    loop = loop_new();
    now = loop_wall(loop);
    (void)loop_free(loop);
    rc = file_make_folder(folder, 0700);
    if (rc == 0)
        rc = devcert_make_here(folder, now);
    if (rc) {
        (void)fprintf(stderr, "convene: no certificates in %s: %s\n", folder, strerror(-rc));
        return FAILED;
    }
    printf(
        "Certificates are in %s.  Install ca.crt on the phone as a trusted authority, then start\n"
        "  TLS_CERT=%s/server.crt TLS_KEY=%s/server.key convene\n"
        "and open https:// with this machine's address.  Keep ca.key to yourself.\n",
        folder, folder, folder);
    return 0;
}

/* Ends with 1 in every case of failure: engines keep 2 for themselves. */
int command_healthcheck(int argc, char **argv)
{
    struct config conf;
    struct buf why = {0};
    int rc;

    (void)argv;
    if (argc > 0)
        return usage("healthcheck takes no arguments; it asks at PORT.");
    rc = config_load(getenv, &conf, &why);
    if (rc == 0)
        rc = healthcheck_ask(conf.port, HEALTH_PATIENCE, &why);
    if (rc)
        (void)fprintf(stderr, "convene: %s\n", buf_cstr(&why));
    config_done(&conf);
    buf_done(&why);
    return rc ? FAILED : 0;
}

int command_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("convene %s\n", CONVENE_VERSION);
    return 0;
}

int command_help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    (void)fputs(help, stdout);
    return 0;
}
