#include "crypto/dtls.h"

#include "base/mem.h"
#include "crypto/equal.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/time.h>

enum {
    FINGERPRINT_TEXT = DTLS_SHA256 * 3,
    CERT_DAYS = 365,
    DAY = 24 * 60 * 60,
    FIRST_TIMEOUT_US = 50 * 1000, /* MEDIA: OpenSSL's second costs whole seconds on loss */
    LAST_TIMEOUT_US = 2 * 1000 * 1000,
    KEYS_LEN = 2 * (SRTP_KEY + SRTP_SALT),
};

struct dtls_identity {
    SSL_CTX *context;
    BIO_METHOD *method;
    char fingerprint[FINGERPRINT_TEXT];
};

struct dtls {
    SSL *ssl;
    uint8_t peer[DTLS_SHA256];
    dtls_send_fn *send;
    void *arg;
    const uint8_t *in; /* the datagram that is read now */
    size_t in_len;
    bool done;
    bool failed;
};

static void must(bool ok)
{
    assert(ok);
    (void)ok;
}

/* A BIO that is the datagram at hand, and sends at once. */

static int bio_write(BIO *b, const char *p, int n)
{
    struct dtls *d = BIO_get_data(b);

    d->send((const uint8_t *)p, (size_t)n, d->arg);
    return n;
}

static int bio_read(BIO *b, char *p, int n)
{
    struct dtls *d = BIO_get_data(b);
    const size_t len = d->in_len < (size_t)n ? d->in_len : (size_t)n;

    BIO_clear_retry_flags(b);
    if (!d->in) {
        BIO_set_retry_read(b);
        return -1;
    }
    memcpy(p, d->in, len);
    d->in = NULL;
    return (int)len;
}

static long bio_control(BIO *b, int command, long number, void *p)
{
    (void)b;
    (void)number;
    (void)p;
    switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU: return DTLS_MTU;
    default: return 0;
    }
}

static BIO_METHOD *method_new(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram");

    must(m && BIO_meth_set_write(m, bio_write) && BIO_meth_set_read(m, bio_read) &&
         BIO_meth_set_ctrl(m, bio_control));
    return m;
}

/* Whose it is says its hash, which is compared when it is known: not who signed it. */
static int accept_any(int ok, X509_STORE_CTX *store)
{
    (void)ok;
    (void)store;
    return 1;
}

static X509 *certificate_new(EVP_PKEY *key)
{
    X509 *cert = X509_new();

    must(cert && X509_set_version(cert, X509_VERSION_3) &&
         ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) &&
         X509_gmtime_adj(X509_getm_notBefore(cert), -DAY) &&
         X509_gmtime_adj(X509_getm_notAfter(cert), (long)CERT_DAYS * DAY) &&
         X509_set_pubkey(cert, key) &&
         X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                                    (const unsigned char *)"convene", -1, -1, 0) &&
         X509_set_issuer_name(cert, X509_get_subject_name(cert)) &&
         X509_sign(cert, key, EVP_sha256()) > 0);
    return cert;
}

static void write_fingerprint(const X509 *cert, char out[FINGERPRINT_TEXT])
{
    static const char hex[] = "0123456789ABCDEF";
    uint8_t hash[DTLS_SHA256];

    must(X509_digest(cert, EVP_sha256(), hash, NULL));
    for (size_t i = 0; i < sizeof(hash); i++) {
        out[i * 3] = hex[hash[i] >> 4];
        out[i * 3 + 1] = hex[hash[i] & 15];
        out[i * 3 + 2] = i + 1 < sizeof(hash) ? ':' : '\0';
    }
}

static SSL_CTX *context_new(X509 *cert, EVP_PKEY *key)
{
    SSL_CTX *c = SSL_CTX_new(DTLS_server_method());

    must(c && SSL_CTX_set_min_proto_version(c, DTLS1_2_VERSION) &&
         SSL_CTX_set_max_proto_version(c, DTLS1_2_VERSION) && SSL_CTX_use_certificate(c, cert) &&
         SSL_CTX_use_PrivateKey(c, key) &&
         SSL_CTX_set_cipher_list(c, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
                                    "ECDHE-ECDSA-AES256-GCM-SHA384") &&
         SSL_CTX_set1_groups_list(c, "X25519:P-256") &&
         SSL_CTX_set_tlsext_use_srtp(c, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") == 0);
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU);
    return c;
}

struct dtls_identity *dtls_identity_new(void)
{
    struct dtls_identity *i = mem_new(struct dtls_identity);
    EVP_PKEY *key = EVP_EC_gen("P-256");

    must(key != NULL);
    X509 *cert = certificate_new(key);
    write_fingerprint(cert, i->fingerprint);
    i->context = context_new(cert, key);
    i->method = method_new();
    X509_free(cert);
    EVP_PKEY_free(key);
    return i;
}

struct dtls_identity *dtls_identity_free(struct dtls_identity *i)
{
    if (!i)
        return NULL;
    SSL_CTX_free(i->context);
    BIO_meth_free(i->method);
    return mem_free(i);
}

const char *dtls_identity_fingerprint(const struct dtls_identity *i)
{
    return i->fingerprint;
}

static unsigned next_timeout(SSL *ssl, unsigned before_us)
{
    (void)ssl;
    if (before_us == 0)
        return FIRST_TIMEOUT_US;
    return before_us * 2 < LAST_TIMEOUT_US ? before_us * 2 : LAST_TIMEOUT_US;
}

struct dtls *dtls_new(struct dtls_identity *identity, const uint8_t peer[DTLS_SHA256],
                      dtls_send_fn *send, void *arg)
{
    struct dtls *d = mem_new(struct dtls);
    BIO *bio = BIO_new(identity->method);

    d->send = send;
    d->arg = arg;
    memcpy(d->peer, peer, DTLS_SHA256);
    d->ssl = SSL_new(identity->context);
    must(d->ssl && bio);
    BIO_set_data(bio, d);
    BIO_set_init(bio, 1);
    SSL_set_bio(d->ssl, bio, bio);
    must(SSL_set_mtu(d->ssl, DTLS_MTU) > 0);
    DTLS_set_timer_cb(d->ssl, next_timeout);
    SSL_set_accept_state(d->ssl);
    return d;
}

struct dtls *dtls_free(struct dtls *d)
{
    if (!d)
        return NULL;
    SSL_free(d->ssl);
    return mem_free(d);
}

static bool is_expected(const struct dtls *d)
{
    uint8_t hash[DTLS_SHA256];
    X509 *cert = SSL_get1_peer_certificate(d->ssl);
    const bool is = cert && X509_digest(cert, EVP_sha256(), hash, NULL) &&
                    equal_secret(span_of(hash, sizeof(hash)), span_of(d->peer, sizeof(d->peer)));

    X509_free(cert);
    return is;
}

static int fail(struct dtls *d)
{
    d->failed = true;
    return -EPROTO;
}

static int handshake(struct dtls *d)
{
    ERR_clear_error();
    const int rc = SSL_do_handshake(d->ssl);

    if (rc == 1) {
        if (!is_expected(d) || !SSL_get_selected_srtp_profile(d->ssl))
            return fail(d);
        d->done = true;
        return 1;
    }
    const int why = SSL_get_error(d->ssl, rc);
    ERR_clear_error();
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : fail(d);
}

/* A goodbye, or the peer's last flight once more, which OpenSSL answers. */
static void read_on(struct dtls *d)
{
    char thrown[256];

    ERR_clear_error();
    (void)SSL_read(d->ssl, thrown, sizeof(thrown));
    ERR_clear_error();
}

int dtls_input(struct dtls *d, const uint8_t *p, size_t n)
{
    int rc = 0;

    if (d->failed)
        return -EPROTO;
    d->in = p;
    d->in_len = n;
    if (d->done) {
        read_on(d);
    } else {
        rc = handshake(d);
    }
    d->in = NULL;
    return rc;
}

usec_t dtls_deadline(const struct dtls *d, usec_t now)
{
    struct timeval left;

    if (d->done || d->failed || !DTLSv1_get_timeout(d->ssl, &left))
        return NEVER;
    return now + (usec_t)left.tv_sec * SEC + (usec_t)left.tv_usec;
}

void dtls_tick(struct dtls *d)
{
    if (d->done || d->failed)
        return;
    ERR_clear_error();
    if (DTLSv1_handle_timeout(d->ssl) < 0)
        (void)fail(d);
    ERR_clear_error();
}

bool dtls_closed(const struct dtls *d)
{
    return (SSL_get_shutdown(d->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

static void take_keys(const uint8_t **key, const uint8_t **salt, size_t salt_len,
                      enum srtp_profile profile, struct srtp_keys *ret)
{
    *ret = (struct srtp_keys){.profile = profile};
    memcpy(ret->key, *key, SRTP_KEY);
    memcpy(ret->salt, *salt, salt_len);
    *key += SRTP_KEY;
    *salt += salt_len;
}

int dtls_keys(struct dtls *d, struct srtp_keys *ret_in, struct srtp_keys *ret_out)
{
    static const char label[] = "EXTRACTOR-dtls_srtp";
    enum { GCM_SALT = 12 };
    const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(d->ssl);
    uint8_t keys[KEYS_LEN];

    if (!d->done || !profile)
        return -EPROTO;
    const bool gcm = profile->id == SRTP_GCM;
    const size_t salt_len = gcm ? GCM_SALT : SRTP_SALT;
    /* both keys, then both salts, the client's first (RFC 5764, 4.2) */
    if (SSL_export_keying_material(d->ssl, keys, 2 * (SRTP_KEY + salt_len), label,
                                   sizeof(label) - 1, NULL, 0, 0) != 1)
        return -EPROTO;
    const uint8_t *key = keys;
    const uint8_t *salt = keys + (size_t)2 * SRTP_KEY;
    take_keys(&key, &salt, salt_len, gcm ? SRTP_GCM : SRTP_CM, ret_in);
    take_keys(&key, &salt, salt_len, gcm ? SRTP_GCM : SRTP_CM, ret_out);
    equal_wipe(keys, sizeof(keys));
    return 0;
}
