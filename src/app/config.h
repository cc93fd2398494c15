/*
 * config - what the operator has set: the environment, and below it a file of KEY=VALUE lines that
 * CONFIG names.  NAME_FILE instead of NAME reads the value from a file (secrets).
 *
 * Whatever is set must make sense: a value that does not, a file that cannot be read, a key of the
 * CONFIG file that is none of ours, is refused with a sentence that names the setting.
 *
 * Thread: made at start, then read only.
 */
#pragma once

#include "base/addr.h"
#include "base/buf.h"
#include "base/log.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CONFIG_FILE_MAX = 64 * 1024,
    CONFIG_PREFIXES_MAX = 64,
    CONFIG_TOKEN_MIN = 16,
    CONFIG_POOL_MAX = 64,
    CONFIG_WAIT_MAX = 3600,
    CONFIG_BACKUP_MAX = 1000,
    CONFIG_OIDC_MAX = 8,
    CONFIG_PUBLIC_IPS = 2,
};

/* One who knows who people are; texts are NULL where nothing was set. */
struct config_provider {
    char *issuer;
    char *client_id;
    char *client_secret;
    char *callback_url; /* of Google alone */
    char *name;         /* of the others */
    char *domains;      /* with commas between, or *: who may come in without an invitation */
};

/* Texts are NULL where nothing was set. */
struct config {
    uint16_t port;          /* PORT: 8080; 0 takes any that is free */
    char *data_dir;         /* DATA_DIR: ./data */
    char *database_url;     /* DATABASE_URL: PostgreSQL's; without it SQLite in DATA_DIR */
    unsigned database_pool; /* DATABASE_POOL: connections, 8 */
    unsigned database_wait; /* DATABASE_WAIT: seconds to wait for it at start, 30 */
    char *backup_dir;       /* BACKUP_DIR: a backup is made there every */
    unsigned backup_every;  /* BACKUP_EVERY hours: 24 */
    unsigned backup_keep;   /* BACKUP_KEEP: how many stay, 7 */
    char *public_url;       /* PUBLIC_URL: https://chat.example.org, no slash behind it */
    char *tls_cert;         /* TLS_CERT, TLS_KEY: files in PEM, both or none */
    char *tls_key;
    char *session_secret; /* SESSION_SECRET: 32 characters or more; else one is kept in DATA_DIR */
    char *metrics_token;  /* METRICS_TOKEN: for /readyz and /metrics from elsewhere */
    uint16_t media_port;  /* MEDIA_PORT: UDP, 3478; 0 takes any that is free */
    bool media_port_set;  /* it was named */
    bool media_off;       /* MEDIA_PORT=off; or none was named where there is */
    bool no_udp;          /* a platform that lets only HTTP in */
    struct addr public_ips[CONFIG_PUBLIC_IPS]; /* PUBLIC_IP: one of each family at most */
    size_t public_ip_count;
    uint16_t relay_first; /* TURN_RELAY_PORTS: 49152-65535 */
    uint16_t relay_last;
    unsigned turn_user_kbit; /* TURN_USER_KBIT: a second, of one person, 20000 */
    char *turn_urls;         /* TURN_URLS: stun:, turn:, turns:, with commas between */
    char *turn_secret;       /* TURN_SECRET: shared with the TURN server; or */
    char *turn_username;     /* TURN_USERNAME, TURN_CREDENTIAL: fixed */
    char *turn_credential;
    char *turn_api_key; /* TURN_API_KEY: of Metered.ca, asked at */
    char *turn_api_url; /* TURN_API_HOST: example.metered.live; here with https:// before it */
    struct addr_prefix trusted[CONFIG_PREFIXES_MAX]; /* TRUSTED_PROXIES: addresses, prefixes */
    size_t trusted_count;
    struct addr_prefix peers[CONFIG_PREFIXES_MAX]; /* ALLOWED_PEERS: own ones that may be asked */
    size_t peers_count;
    char *ca_file;                 /* CA_FILE: authorities besides the system's, in PEM */
    char *smtp_url;                /* SMTP_URL: smtp://user:password@host:587; both or none with */
    char *mail_from;               /* MAIL_FROM: Convene <convene@example.org> */
    struct config_provider google; /* GOOGLE_CLIENT_ID and so on */
    struct config_provider oidc[CONFIG_OIDC_MAX]; /* OIDC_ISSUER and so on, OIDC_2_ISSUER ... */
    bool local_accounts;      /* LOCAL_ACCOUNTS: on; off: people come in by providers alone */
    enum log_level log_level; /* LOG_LEVEL: info */
    bool limits;              /* RATE_LIMITS: on; off for measurements */
};

/* The value of an environment variable or NULL: getenv, or a test's own. */
typedef char *config_env_fn(const char *name);

/* Fills ret, to be ended with config_done() in any case.  -EBADMSG with a sentence in why. */
int config_load(config_env_fn *env, struct config *ret, struct buf *why);
void config_done(struct config *c);
/* Is there a setting of this name (or of this name with _FILE)? */
bool config_knows(struct span name);

/* Where everything is kept, as direct_open() takes it. */
void config_database(const struct config *c, struct buf *out);
/* The setting that says so. */
const char *config_database_name(const struct config *c);

/* Do people reach it by https, as PUBLIC_URL has it? */
bool config_https(const struct config *c);
