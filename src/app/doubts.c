#include "app/doubts.h"

#include "base/mem.h"
#include "base/peer.h"

/* Behind a proxy that is not known all people have its address, and so share one limit. */
static void doubt_proxy(const struct config *c, doubt_fn *fn, void *arg)
{
    const bool https = config_https(c);

    if (https && !c->tls_cert && c->trusted_count == 0) {
        fn("server.proxy",
           "PUBLIC_URL is https without a TLS_CERT here, and no proxy is trusted: everybody seems "
           "to come from one address and shares its limits",
           "set TRUSTED_PROXIES to the address of the proxy that speaks TLS", arg);
    }
    if (c->public_url && !https && c->tls_cert) {
        fn("server.url", "PUBLIC_URL is http, but TLS_CERT is set and plain HTTP is turned away",
           "write PUBLIC_URL with https", arg);
    }
}

static void doubt_turn(const struct config *c, doubt_fn *fn, void *arg)
{
    if (!c->turn_urls && (c->turn_secret || c->turn_username)) {
        fn("server.turn", "TURN_URLS is not set, so its secret or credential is not used",
           "set TURN_URLS, as in turn:turn.example.org:3478", arg);
    }
    if (c->turn_secret && c->turn_username) {
        fn("server.turn", "with TURN_SECRET, TURN_USERNAME and TURN_CREDENTIAL are not used",
           "keep one of the two ways", arg);
    }
}

/* Where nothing but HTTP comes in, the relay has to be elsewhere. */
static void doubt_relays(const struct config *c, doubt_fn *fn, void *arg)
{
    const bool turn = c->turn_api_key || (c->turn_urls && strstr(c->turn_urls, "turn"));

    if (!c->no_udp && c->media_off && !turn) {
        fn("media.off",
           "MEDIA_PORT is off and no other TURN server is named: calls between people behind NATs "
           "and firewalls will hardly connect",
           "leave MEDIA_PORT away, or set TURN_URLS and TURN_SECRET", arg);
    }
    if (c->no_udp && c->media_off && !turn) {
        fn("media.platform",
           "this platform lets no UDP in, so there is no relay here: calls between people behind "
           "strict NATs and firewalls will not connect",
           "set TURN_API_KEY and TURN_API_HOST, or TURN_URLS and TURN_SECRET", arg);
    }
}

/* A container's own disk goes with it; a database outside stays. */
static void doubt_secret(const struct config *c, doubt_fn *fn, void *arg)
{
    if (c->database_url && !c->session_secret) {
        fn("server.secret",
           "SESSION_SECRET is not set: the one in DATA_DIR/session.secret is used, without which "
           "second factors in the database cannot be read",
           "set SESSION_SECRET, the same on every node, or keep DATA_DIR", arg);
    }
}

/* Where all people are inside the operator lists the network in ALLOWED_PEERS. */
static void doubt_address(const struct config *c, doubt_fn *fn, void *arg)
{
    for (size_t i = 0; i < c->public_ip_count; i++) {
        if (!peer_allowed(&c->public_ips[i], c->peers, c->peers_count)) {
            fn("media.address",
               "PUBLIC_IP is an address inside a network: people outside of it cannot reach it",
               "set it to the address by which the Internet reaches this server; or, where all "
               "people are inside, list it in ALLOWED_PEERS",
               arg);
        }
    }
}

/* What is opened to relays is open to all who are signed in. */
static bool opens_much(const struct addr_prefix *p)
{
    enum { WIDE_V4 = 8, WIDE_V6 = 32, ALL_V4 = 32 };
    static const struct addr here = {.ip = {127, 0, 0, 1}, .family = 4};

    if (p->addr.family != 4)
        return p->bits < WIDE_V6;
    return p->bits < WIDE_V4 || (p->bits < ALL_V4 && addr_in(&here, p));
}

static void doubt_peers(const struct config *c, doubt_fn *fn, void *arg)
{
    for (size_t i = 0; i < c->peers_count; i++) {
        if (!opens_much(&c->peers[i]))
            continue;
        fn("media.peers",
           "ALLOWED_PEERS opens this machine itself or very much to everybody who is signed in",
           "list only single addresses, and the networks that people of calls are in, as "
           "192.168.1.0/24",
           arg);
        return;
    }
}

void config_doubt_names(const char *const *environment, doubt_fn *fn, void *arg)
{
    /* Only what hardly anybody else sets: platforms have GOOGLE_ variables of their own. */
    static const char *const ours[] = {"OIDC_",           "GOOGLE_CLIENT_", "GOOGLE_DOMAIN",
                                       "GOOGLE_CALLBACK", "TURN_",          "SMTP_"};

    for (; *environment; environment++) {
        struct span rest = span_str(*environment);
        struct span name;
        struct buf why = {0};

        if (!span_split(&rest, '=', &name) || config_knows(name))
            continue;
        for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
            if (!span_starts(name, ours[i]))
                continue;
            buf_printf(&why, "%.*s is set, but Convene has no such setting", SPAN_ARG(name));
            fn("server.setting", buf_cstr(&why), "look for the name in README.md", arg);
        }
        buf_done(&why);
    }
}

void config_doubts(const struct config *c, doubt_fn *fn, void *arg)
{
    doubt_proxy(c, fn, arg);
    doubt_turn(c, fn, arg);
    doubt_secret(c, fn, arg);
    doubt_address(c, fn, arg);
    doubt_relays(c, fn, arg);
    doubt_peers(c, fn, arg);
}
