/* Our side of DTLS against OpenSSL's client, over a pair of sockets that keep datagrams apart. */
#include "crypto/dtls.h"
#include "support/test.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TURNS = 50, ROOM = 4096 };

static const char *const gcm = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";
static const char *const cm = "SRTP_AES128_CM_SHA1_80";

struct bench {
    SSL_CTX *context;
    SSL *client;
    uint8_t hash[DTLS_SHA256]; /* of the client's certificate */
    int sockets[2];            /* the client's, ours */
    struct dtls_identity *identity;
    struct dtls *dtls;
    int lose; /* so many of our next datagrams are lost */
};

static X509 *self_signed(EVP_PKEY *key)
{
    X509 *x = X509_new();

    CHECK(X509_set_version(x, 2) && X509_set_pubkey(x, key));
    CHECK(ASN1_INTEGER_set(X509_get_serialNumber(x), 1));
    CHECK(X509_gmtime_adj(X509_getm_notBefore(x), -60));
    CHECK(X509_gmtime_adj(X509_getm_notAfter(x), 60));
    CHECK(X509_sign(x, key, EVP_sha256()) > 0);
    return x;
}

static void send_datagram(const uint8_t *bytes, size_t n, void *arg)
{
    struct bench *b = arg;

    CHECK(n <= DTLS_MTU);
    if (b->lose > 0) {
        b->lose--;
        return;
    }
    CHECK_EQ(send(b->sockets[1], bytes, n, 0), n);
}

static void open_client(struct bench *b, const char *profiles)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = self_signed(key);

    b->context = SSL_CTX_new(DTLS_client_method());
    CHECK(SSL_CTX_use_certificate(b->context, certificate) == 1);
    CHECK(SSL_CTX_use_PrivateKey(b->context, key) == 1);
    if (profiles)
        CHECK_EQ(SSL_CTX_set_tlsext_use_srtp(b->context, profiles), 0);
    CHECK(X509_digest(certificate, EVP_sha256(), b->hash, NULL));
    X509_free(certificate);
    EVP_PKEY_free(key);
    b->client = SSL_new(b->context);
    BIO *datagrams = BIO_new_dgram(b->sockets[0], BIO_NOCLOSE);
    BIO_ADDR *nowhere = BIO_ADDR_new(); /* it only wants to hear that there is a peer */
    (void)BIO_ctrl_set_connected(datagrams, nowhere);
    BIO_ADDR_free(nowhere);
    SSL_set_bio(b->client, datagrams, datagrams);
    SSL_set_options(b->client, SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(b->client, DTLS_MTU);
    SSL_set_connect_state(b->client);
}

static struct bench bench_new(const char *profiles)
{
    struct bench b = {.identity = dtls_identity_new()};

    CHECK_OK(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, b.sockets));
    open_client(&b, profiles);
    return b;
}

static void bench_end(struct bench *b)
{
    b->dtls = dtls_free(b->dtls);
    b->identity = dtls_identity_free(b->identity);
    SSL_free(b->client);
    SSL_CTX_free(b->context);
    (void)close(b->sockets[0]);
    (void)close(b->sockets[1]);
}

/* What has come for us; the last word that is not "go on". */
static int hear(struct bench *b)
{
    uint8_t bytes[ROOM];
    ssize_t n;
    int rc = 0;

    while ((n = recv(b->sockets[1], bytes, sizeof(bytes), 0)) > 0) {
        const int said = dtls_input(b->dtls, bytes, (size_t)n);
        rc = said != 0 ? said : rc;
    }
    return rc;
}

static int shake_hands(struct bench *b)
{
    int rc = 0;

    for (int i = 0; i < TURNS && rc == 0; i++) {
        (void)SSL_do_handshake(b->client);
        rc = hear(b);
    }
    if (rc == 1)
        CHECK_EQ(SSL_do_handshake(b->client), 1);
    return rc;
}

/* Both sides have the same keys, each the other's way round. */
static void same_keys(struct bench *b, enum srtp_profile profile)
{
    static const char label[] = "EXTRACTOR-dtls_srtp";
    const size_t salt = profile == SRTP_GCM ? 12 : 14;
    uint8_t theirs[2 * (SRTP_KEY + SRTP_SALT)];
    struct srtp_keys in;
    struct srtp_keys out;

    CHECK_OK(dtls_keys(b->dtls, &in, &out));
    CHECK(in.profile == profile && out.profile == profile);
    CHECK_EQ(SSL_export_keying_material(b->client, theirs, 2 * (SRTP_KEY + salt), label,
                                        sizeof(label) - 1, NULL, 0, 0),
             1);
    CHECK(memcmp(in.key, theirs, SRTP_KEY) == 0);
    CHECK(memcmp(out.key, theirs + SRTP_KEY, SRTP_KEY) == 0);
    CHECK(memcmp(in.salt, theirs + (size_t)2 * SRTP_KEY, salt) == 0);
    CHECK(memcmp(out.salt, theirs + (size_t)2 * SRTP_KEY + salt, salt) == 0);
}

TEST(keys_are_agreed_on)
{
    static const struct {
        const char *offered;
        enum srtp_profile got;
    } cases[] = {{gcm, SRTP_GCM}, {cm, SRTP_CM}};

    for (size_t i = 0; i < 2; i++) {
        struct bench b = bench_new(cases[i].offered);
        b.dtls = dtls_new(b.identity, b.hash, send_datagram, &b);
        CHECK_EQ(shake_hands(&b), 1);
        same_keys(&b, cases[i].got);
        CHECK(dtls_deadline(b.dtls, 0) == NEVER && !dtls_closed(b.dtls));
        (void)SSL_shutdown(b.client);
        (void)hear(&b);
        CHECK(dtls_closed(b.dtls));
        bench_end(&b);
    }
}

TEST(another_certificate_is_refused)
{
    struct bench b = bench_new(gcm);

    b.hash[31] ^= 1;
    b.dtls = dtls_new(b.identity, b.hash, send_datagram, &b);
    CHECK_EQ(shake_hands(&b), -EPROTO);
    bench_end(&b);
}

TEST(without_srtp_there_are_no_keys)
{
    struct bench b = bench_new(NULL);
    struct srtp_keys in;
    struct srtp_keys out;

    b.dtls = dtls_new(b.identity, b.hash, send_datagram, &b);
    if (shake_hands(&b) == 1)
        CHECK_EQ(dtls_keys(b.dtls, &in, &out), -EPROTO);
    bench_end(&b);
}

TEST(what_was_lost_is_sent_again_soon)
{
    struct bench b = bench_new(gcm);

    b.dtls = dtls_new(b.identity, b.hash, send_datagram, &b);
    b.lose = 100;
    (void)SSL_do_handshake(b.client);
    CHECK_OK(hear(&b));
    const usec_t due = dtls_deadline(b.dtls, SEC);
    CHECK(due <= SEC + 60 * MSEC); /* not OpenSSL's second */
    b.lose = 0;
    (void)usleep(60 * 1000);
    dtls_tick(b.dtls);
    CHECK_EQ(shake_hands(&b), 1);
    same_keys(&b, SRTP_GCM);
    bench_end(&b);
}

TEST(noise_does_no_harm)
{
    struct bench b = bench_new(gcm);
    uint8_t noise[600];

    b.dtls = dtls_new(b.identity, b.hash, send_datagram, &b);
    for (size_t i = 0; i < 2000; i++) {
        const size_t n = i % sizeof(noise);
        for (size_t k = 0; k < n; k++)
            noise[k] = (uint8_t)(i * 31 + k * k);
        noise[0] = (uint8_t)(20 + i % 44);
        (void)dtls_input(b.dtls, noise, n);
    }
    bench_end(&b);
    b = bench_new(gcm);
    b.dtls = dtls_new(b.identity, b.hash, send_datagram, &b);
    CHECK_EQ(shake_hands(&b), 1);
    bench_end(&b);
}
