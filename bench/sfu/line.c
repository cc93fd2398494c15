#include "line.h"

#include "crypto/hash.h"
#include "crypto/hmac.h"

#include <openssl/rand.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_GRO
#define UDP_GRO 104 /* linux/udp.h; C libraries were slow to take it over */
#endif

enum {
    ROOM = 1 << 16,   /* of what UDP_GRO puts together */
    BUFFER = 8 << 20, /* bytes that wait at a socket */
    DTLS_FIRST = 20,  /* RFC 7983 */
    DTLS_LAST = 63,
    PRIORITY = 126 << 24 | 0xffff << 8 | 255, /* RFC 8445, 5.1.2.1 */
};

static const double check_again = 0.05; /* seconds, until the first is answered */
static const double consent_every = 5;

_Noreturn void die(const char *what)
{
    (void)fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

double line_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

SSL_CTX *line_context(const char *certificate, const char *key, const char *profiles)
{
    SSL_CTX *c = SSL_CTX_new(DTLS_client_method());

    if (SSL_CTX_use_certificate_file(c, certificate, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_set_tlsext_use_srtp(c, profiles) != 0)
        die("certificate");
    SSL_CTX_set_verify(c, SSL_VERIFY_NONE, NULL);
    return c;
}

static void open_socket(struct line *l)
{
    const int buffer = BUFFER;
    const int yes = 1;

    l->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* beyond the system's limit where we may */
    if (setsockopt(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) < 0)
        (void)setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
    (void)setsockopt(l->fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes));
    if (l->conf.gro && setsockopt(l->fd, IPPROTO_UDP, UDP_GRO, &yes, sizeof(yes)) < 0)
        die("UDP_GRO");
    if (l->fd < 0 || connect(l->fd, (struct sockaddr *)&l->conf.server, sizeof(l->conf.server)) < 0)
        die("connect");
}

void line_open(struct line *l, const struct line_conf *conf, SSL_CTX *context)
{
    *l = (struct line){.conf = *conf};
    open_socket(l);
    BIO *datagrams = BIO_new_dgram(l->fd, BIO_NOCLOSE);
    BIO_ADDR *nowhere = BIO_ADDR_new(); /* it only wants to hear that there is a peer */
    (void)BIO_ctrl_set_connected(datagrams, nowhere);
    BIO_ADDR_free(nowhere);
    l->ssl = SSL_new(context);
    SSL_set_bio(l->ssl, datagrams, datagrams);
    SSL_set_options(l->ssl, SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(l->ssl, 1200);
    SSL_set_connect_state(l->ssl);
}

void line_close(struct line *l)
{
    if (l->state == LINE_READY)
        (void)SSL_shutdown(l->ssl);
    SSL_free(l->ssl);
    l->in = srtp_free(l->in);
    l->out = srtp_free(l->out);
    (void)close(l->fd);
}

static void sign_and_send(struct line *l, struct stun_out *o, const char *pwd)
{
    struct span covered;
    uint8_t *mac = stun_add_integrity(o, &covered);

    hmac_sha1(span_str(pwd), covered, mac);
    stun_add_fingerprint(o);
    const struct span m = stun_end(o);
    (void)send(l->fd, m.p, m.len, 0);
}

static void check(struct line *l)
{
    uint8_t room[ROOM];
    char name[600];
    struct stun_out o;
    uint8_t tie_breaker[8];

    (void)RAND_bytes(l->txid, sizeof(l->txid));
    (void)RAND_bytes(tie_breaker, sizeof(tie_breaker));
    (void)snprintf(name, sizeof(name), "%s:%s", l->conf.theirs.ufrag, l->conf.own.ufrag);
    stun_begin(&o, room, sizeof(room), STUN_REQUEST, STUN_BINDING, l->txid);
    stun_add(&o, STUN_USERNAME, span_str(name));
    stun_add_u32(&o, ICE_PRIORITY, PRIORITY);
    stun_add(&o, l->conf.controlled ? ICE_CONTROLLED : ICE_CONTROLLING,
             span_of(tie_breaker, sizeof(tie_breaker)));
    if (!l->conf.controlled)
        stun_add(&o, ICE_USE_CANDIDATE, SPAN_NONE);
    sign_and_send(l, &o, l->conf.theirs.pwd);
}

static void answer(struct line *l, const struct stun *m)
{
    uint8_t room[ROOM];
    struct stun_out o;
    struct addr from;

    if (addr_from_sockaddr((const struct sockaddr *)&l->conf.server, &from) != 0)
        return;
    stun_begin(&o, room, sizeof(room), STUN_SUCCESS, STUN_BINDING, stun_txid(m));
    stun_add_xor_address(&o, STUN_XOR_MAPPED_ADDRESS, &from);
    sign_and_send(l, &o, l->conf.own.pwd);
}

static struct srtp_keys keys_at(const uint8_t *material, size_t salt, enum srtp_profile profile,
                                int side)
{
    struct srtp_keys k = {.profile = profile};

    memcpy(k.key, material + (size_t)side * SRTP_KEY, SRTP_KEY);
    memcpy(k.salt, material + (size_t)2 * SRTP_KEY + (size_t)side * salt, salt);
    return k;
}

/* RFC 5764, 4.2: the client's key, the server's, and the salts in the same order. */
static void take_keys(struct line *l)
{
    static const char label[] = "EXTRACTOR-dtls_srtp";
    const SRTP_PROTECTION_PROFILE *chosen = SSL_get_selected_srtp_profile(l->ssl);
    uint8_t material[2 * (SRTP_KEY + SRTP_SALT)];

    if (!chosen)
        die("no profile of SRTP was agreed on");
    const enum srtp_profile profile = (enum srtp_profile)chosen->id;
    const size_t salt = profile == SRTP_GCM ? 12 : SRTP_SALT;
    if (SSL_export_keying_material(l->ssl, material, 2 * (SRTP_KEY + salt), label,
                                   sizeof(label) - 1, NULL, 0, 0) != 1)
        die("keys");
    const struct srtp_keys out = keys_at(material, salt, profile, 0);
    const struct srtp_keys in = keys_at(material, salt, profile, 1);
    l->out = srtp_new(&out);
    l->in = srtp_new(&in);
    l->state = LINE_READY;
}

static void shake(struct line *l)
{
    const int rc = SSL_do_handshake(l->ssl);

    if (rc == 1)
        take_keys(l);
    else if (SSL_get_error(l->ssl, rc) != SSL_ERROR_WANT_READ)
        die("DTLS");
}

void line_stun(struct line *l, const uint8_t *p, size_t n)
{
    struct stun m;

    if (stun_parse(span_of(p, n), &m) != 0 || m.method != STUN_BINDING)
        return;
    if (m.class == STUN_REQUEST)
        answer(l, &m);
    if (m.class == STUN_FAILURE)
        die("the server refuses a check");
    if (m.class == STUN_SUCCESS && l->state == LINE_CHECKING &&
        memcmp(stun_txid(&m), l->txid, STUN_TXID) == 0) {
        l->state = LINE_SHAKING;
        shake(l); /* which may find all the server's answers there already */
    }
}

void line_receive(struct line *l)
{
    uint8_t p[ROOM];
    ssize_t n;

    while (l->state != LINE_READY && (n = recv(l->fd, p, sizeof(p), MSG_PEEK)) > 0) {
        if (l->state == LINE_SHAKING && p[0] >= DTLS_FIRST && p[0] <= DTLS_LAST) {
            shake(l); /* reads it by itself */
            continue;
        }
        (void)recv(l->fd, p, sizeof(p), 0);
        if (p[0] < DTLS_FIRST)
            line_stun(l, p, (size_t)n);
    }
}

void line_tick(struct line *l, double now)
{
    if (l->state == LINE_SHAKING)
        (void)DTLSv1_handle_timeout(l->ssl);
    if (now < l->due)
        return;
    check(l);
    l->due = now + (l->state == LINE_CHECKING ? check_again : consent_every);
}
