#include "crypto/tls.h"

#include "base/mem.h"
#include "crypto/devcert.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECURITY_LEVEL = 2 }; /* 112 bits: what Debian sets, whatever else the machine says */

/* RFC 9325, 4.2: forward secrecy and AEAD; 1.3's own suites are all AEAD. */
static const char tls12_ciphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

/* RFC 7301, 3.1: one length-prefixed name. */
static const uint8_t alpn[] = "\x08http/1.1";

struct tls {
    SSL *ssl;
    int want; /* SSL_ERROR_WANT_… of the last call that could not go on */
};

static int choose_alpn(SSL *ssl, const uint8_t **out, uint8_t *out_len, const uint8_t *in,
                       unsigned in_len, void *arg)
{
    uint8_t *chosen = NULL;

    (void)ssl;
    (void)arg;
    if (SSL_select_next_proto(&chosen, out_len, alpn, sizeof(alpn) - 1, in, in_len) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL; /* RFC 7301, 3.2: no_application_protocol */
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* OpenSSL's own would ask at the terminal.
 * NOLINTNEXTLINE(readability-non-const-parameter): the type is OpenSSL's */
static int no_passphrase(char *buf, int size, int writing, void *arg)
{
    (void)buf;
    (void)size;
    (void)writing;
    (void)arg;
    return -1;
}

static int reason_of_failure(void)
{
    switch (ERR_GET_REASON(ERR_peek_last_error())) {
    case X509_R_KEY_VALUES_MISMATCH:
    case X509_R_KEY_TYPE_MISMATCH: return -EKEYREJECTED;
    case SSL_R_EE_KEY_TOO_SMALL:
    case SSL_R_CA_KEY_TOO_SMALL:
    case SSL_R_CA_MD_TOO_WEAK: return -EDOM;
    default: return -EBADMSG;
    }
}

/* Before it is opened: opening a pipe would wait until somebody writes to it. */
static int may_read(const char *file)
{
    struct stat st;

    if (access(file, R_OK) != 0 || stat(file, &st) != 0)
        return -errno;
    return S_ISREG(st.st_mode) ? 0 : -ENOTSUP;
}

static int load(SSL_CTX *ctx, const char *cert_file, const char *key_file)
{
    int rc = may_read(cert_file);

    if (rc == 0)
        rc = may_read(key_file);
    if (rc)
        return rc;
    SSL_CTX_set_security_level(ctx, SECURITY_LEVEL);
    SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
    if (SSL_CTX_use_certificate_chain_file(ctx, cert_file) != 1 ||
        SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM) != 1)
        return reason_of_failure();
    return SSL_CTX_check_private_key(ctx) == 1 ? 0 : -EKEYREJECTED;
}

static void configure(SSL_CTX *ctx)
{
    (void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    (void)SSL_CTX_set_cipher_list(ctx, tls12_ciphers);
    (void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                       SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                       SSL_OP_IGNORE_UNEXPECTED_EOF);
    (void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF); /* tickets only */
    (void)SSL_CTX_set_num_tickets(ctx, 1);
    SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, NULL);
}

int tls_context_new(const char *cert_file, const char *key_file, struct tls_context **ret)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    if (!ctx)
        abort(); /* no memory */
    ERR_clear_error();
    const int rc = load(ctx, cert_file, key_file);
    ERR_clear_error();
    if (rc) {
        SSL_CTX_free(ctx);
        return rc;
    }
    configure(ctx);
    *ret = (struct tls_context *)ctx;
    return 0;
}

int tls_context_days(const struct tls_context *c)
{
    const X509 *cert = SSL_CTX_get0_certificate((const SSL_CTX *)c);
    int days = 0;
    int seconds = 0;

    if (ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(cert)) != 1)
        abort(); /* it was parsed before */
    return days == 0 && seconds < 0 ? -1 : days;
}

bool tls_context_local(const struct tls_context *c)
{
    const X509 *cert = SSL_CTX_get0_certificate((const SSL_CTX *)c);
    const X509_NAME *issuer = X509_get_issuer_name(cert);
    char organisation[sizeof(DEVCERT_ISSUER) + 1] = "";

    (void)X509_NAME_get_text_by_NID((X509_NAME *)issuer, NID_organizationName, organisation,
                                    sizeof(organisation));
    return strcmp(organisation, DEVCERT_ISSUER) == 0 ||
           X509_NAME_cmp(issuer, X509_get_subject_name(cert)) == 0;
}

bool tls_context_is_for(const struct tls_context *c, const char *host)
{
    X509 *cert = SSL_CTX_get0_certificate((const SSL_CTX *)c);

    return X509_check_host(cert, host, 0, 0, NULL) == 1 || X509_check_ip_asc(cert, host, 0) == 1;
}

struct tls_context *tls_context_free(struct tls_context *c)
{
    SSL_CTX_free((SSL_CTX *)c);
    return NULL;
}

struct tls *tls_new(struct tls_context *c, int fd)
{
    struct tls *t = mem_new(struct tls);

    t->ssl = SSL_new((SSL_CTX *)c);
    if (!t->ssl || SSL_set_fd(t->ssl, fd) != 1)
        abort(); /* no memory */
    SSL_set_accept_state(t->ssl);
    return t;
}

int tls_context_new_client(const char *ca_file, struct tls_context **ret)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

    if (!ctx)
        abort(); /* no memory */
    (void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    (void)SSL_CTX_set_cipher_list(ctx, tls12_ciphers);
    (void)SSL_CTX_set_default_verify_paths(ctx);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    ERR_clear_error();
    if (ca_file && SSL_CTX_load_verify_file(ctx, ca_file) != 1) {
        ERR_clear_error();
        SSL_CTX_free(ctx);
        return -EBADMSG;
    }
    *ret = (struct tls_context *)ctx;
    return 0;
}

struct tls *tls_new_client(struct tls_context *c, int fd, const char *name)
{
    struct tls *t = mem_new(struct tls);

    t->ssl = SSL_new((SSL_CTX *)c);
    if (!t->ssl || SSL_set_fd(t->ssl, fd) != 1)
        abort(); /* no memory */
    /* an address is no server_name (RFC 6066, 3) */
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(t->ssl), name) != 1 &&
        (SSL_set1_host(t->ssl, name) != 1 || SSL_set_tlsext_host_name(t->ssl, name) != 1))
        abort(); /* no memory */
    ERR_clear_error();
    SSL_set_connect_state(t->ssl);
    return t;
}

const char *tls_distrust(const struct tls *t)
{
    const long result = SSL_get_verify_result(t->ssl);

    return result == X509_V_OK ? "" : X509_verify_cert_error_string(result);
}

struct tls *tls_free(struct tls *t)
{
    if (!t)
        return NULL;
    SSL_free(t->ssl);
    return mem_free(t);
}

/* What a call of OpenSSL's came to: n > 0, or our meaning of its error. */
static int outcome(struct tls *t, int n)
{
    if (n > 0)
        return n;
    const int err = errno;
    t->want = SSL_get_error(t->ssl, n);
    switch (t->want) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return -EAGAIN;
    case SSL_ERROR_ZERO_RETURN: return 0;
    case SSL_ERROR_SYSCALL: return err ? -err : -ECONNRESET;
    default: return -EPROTO;
    }
}

static int most(size_t n)
{
    return n > INT_MAX ? INT_MAX : (int)n;
}

/* OpenSSL judges a call by the thread's error queue, so it must be empty before. */
static void fresh(void)
{
    ERR_clear_error();
    errno = 0;
}

int tls_handshake(struct tls *t)
{
    fresh();
    const int rc = outcome(t, SSL_do_handshake(t->ssl));
    if (rc > 0)
        return 0;
    return rc == -EAGAIN ? rc : -EPROTO;
}

bool tls_wants_write(const struct tls *t)
{
    return t->want == SSL_ERROR_WANT_WRITE;
}

ssize_t tls_read(struct tls *t, void *p, size_t n)
{
    fresh();
    return outcome(t, SSL_read(t->ssl, p, most(n)));
}

ssize_t tls_peek(struct tls *t, void *p, size_t n)
{
    fresh();
    return outcome(t, SSL_peek(t->ssl, p, most(n)));
}

bool tls_pending(const struct tls *t)
{
    return SSL_pending(t->ssl) > 0;
}

ssize_t tls_write(struct tls *t, const void *p, size_t n)
{
    if (n == 0)
        return 0;
    fresh();
    const int rc = outcome(t, SSL_write(t->ssl, p, most(n)));
    return rc == 0 ? -ECONNRESET : rc;
}

void tls_shutdown(struct tls *t)
{
    fresh();
    (void)SSL_shutdown(t->ssl);
}
