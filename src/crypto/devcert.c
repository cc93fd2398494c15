#include "crypto/devcert.h"

#include "base/addr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/rand.h"
#include "os/file.h"
#include "os/tcp.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <unistd.h>

enum {
    CA_DAYS = 3650,
    SERVER_DAYS = 397, /* what browsers take at most */
    SERIAL_BYTES = 16,
    ADDRESSES_MAX = 32,
    MACHINE_MAX = 255,
    PEM_MAX = 64 * 1024
};

/* A certificate and its key, as they are used to sign. */
struct pair {
    X509 *cert;
    EVP_PKEY *key;
};

static void pair_done(struct pair *p)
{
    X509_free(p->cert);
    EVP_PKEY_free(p->key);
    *p = (struct pair){0};
}

static int add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;

    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    if (!ext)
        return -EINVAL;
    const int ok = X509_add_ext(cert, ext, -1);
    X509_EXTENSION_free(ext);
    return ok ? 0 : -ENOMEM;
}

static int set_serial(X509 *cert)
{
    uint8_t bytes[SERIAL_BYTES];

    rand_bytes(bytes, sizeof(bytes));
    bytes[0] &= 0x7f; /* positive (RFC 5280, 4.1.2.2) */
    BIGNUM *n = BN_bin2bn(bytes, sizeof(bytes), NULL);
    const bool ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert));
    BN_free(n);
    return ok ? 0 : -ENOMEM;
}

static int set_name(X509 *cert, const char *name)
{
    X509_NAME *subject = X509_get_subject_name(cert);
    const bool ok =
        X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const uint8_t *)DEVCERT_ISSUER, -1,
                                   -1, 0) &&
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const uint8_t *)name, -1, -1, 0);
    return ok ? 0 : -EINVAL;
}

/* A certificate with a new key and everything but extensions and signature. */
static int begin(struct pair *p, const char *name, int days, struct wall now)
{
    /* an hour back, for a phone whose clock is behind */
    time_t from = (time_t)(now.ms / 1000) - 3600;

    p->key = EVP_EC_gen("P-256");
    p->cert = X509_new();
    if (!p->key || !p->cert)
        return -ENOMEM;
    const bool ok = X509_set_version(p->cert, X509_VERSION_3) &&
                    ASN1_TIME_set(X509_getm_notBefore(p->cert), from) &&
                    X509_time_adj_ex(X509_getm_notAfter(p->cert), days, 0, &from) &&
                    X509_set_pubkey(p->cert, p->key);
    int rc = ok ? set_serial(p->cert) : -ENOMEM;
    return rc ? rc : set_name(p->cert, name);
}

static int sign(struct pair *p, const struct pair *issuer)
{
    return X509_sign(p->cert, issuer->key, EVP_sha256()) ? 0 : -EIO;
}

static int make_authority(struct pair *p, struct wall now)
{
    int rc = begin(p, "Convene local authority", CA_DAYS, now);

    rc = rc ? rc : (X509_set_issuer_name(p->cert, X509_get_subject_name(p->cert)) ? 0 : -ENOMEM);
    rc = rc ? rc
            : add_extension(p->cert, p->cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    rc = rc ? rc : add_extension(p->cert, p->cert, NID_key_usage, "critical,keyCertSign,cRLSign");
    rc = rc ? rc : add_extension(p->cert, p->cert, NID_subject_key_identifier, "hash");
    return rc ? rc : sign(p, p);
}

static int make_server(struct pair *p, const struct pair *ca, const char *names, struct wall now)
{
    int rc = begin(p, "localhost", SERVER_DAYS, now);

    rc = rc ? rc : (X509_set_issuer_name(p->cert, X509_get_subject_name(ca->cert)) ? 0 : -ENOMEM);
    rc = rc ? rc : add_extension(p->cert, ca->cert, NID_basic_constraints, "critical,CA:FALSE");
    rc = rc ? rc : add_extension(p->cert, ca->cert, NID_key_usage, "critical,digitalSignature");
    rc = rc ? rc : add_extension(p->cert, ca->cert, NID_ext_key_usage, "serverAuth");
    rc = rc ? rc : add_extension(p->cert, ca->cert, NID_subject_alt_name, names);
    rc = rc ? rc : add_extension(p->cert, ca->cert, NID_authority_key_identifier, "keyid:always");
    return rc ? rc : sign(p, ca);
}

static int write_pem(const char *folder, const char *file, BIO *pem, mode_t mode)
{
    struct buf path = {0};
    char *p;
    const long n = BIO_get_mem_data(pem, &p);

    buf_printf(&path, "%s/%s", folder, file);
    const int rc = n > 0 ? file_write(buf_cstr(&path), span_of(p, (size_t)n), mode) : -EIO;
    buf_done(&path);
    return rc;
}

static int write_cert(const char *folder, const char *file, X509 *cert)
{
    BIO *pem = BIO_new(BIO_s_mem());
    const bool ok = pem && PEM_write_bio_X509(pem, cert);
    const int rc = ok ? write_pem(folder, file, pem, 0644) : -ENOMEM;

    BIO_free(pem);
    return rc;
}

static int write_key(const char *folder, const char *file, EVP_PKEY *key)
{
    BIO *pem = BIO_new(BIO_s_secmem());
    const bool ok = pem && PEM_write_bio_PKCS8PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL);
    const int rc = ok ? write_pem(folder, file, pem, 0600) : -ENOMEM;

    BIO_free(pem);
    return rc;
}

static BIO *open_pem(const char *folder, const char *file, struct buf *hold)
{
    struct buf path = {0};

    buf_printf(&path, "%s/%s", folder, file);
    const int rc = file_read(buf_cstr(&path), PEM_MAX, hold);
    buf_done(&path);
    return rc == 0 && hold->len > 0 ? BIO_new_mem_buf(hold->p, (int)hold->len) : NULL;
}

/* 0; -ENOENT: there is none yet; -EBADMSG. */
static int read_authority(const char *folder, struct pair *ret)
{
    struct buf cert_text = {0};
    struct buf key_text = {0};
    BIO *cert = open_pem(folder, "ca.crt", &cert_text);
    BIO *key = open_pem(folder, "ca.key", &key_text);
    int rc = -ENOENT;

    if (cert && key) {
        ret->cert = PEM_read_bio_X509(cert, NULL, NULL, NULL);
        ret->key = PEM_read_bio_PrivateKey(key, NULL, NULL, NULL);
        rc = ret->cert && ret->key && X509_check_private_key(ret->cert, ret->key) ? 0 : -EBADMSG;
    }
    BIO_free(cert);
    BIO_free(key);
    buf_done(&cert_text);
    buf_done(&key_text);
    return rc;
}

static int need_authority(const char *folder, struct wall now, struct pair *ret)
{
    int rc = read_authority(folder, ret);

    if (rc != -ENOENT)
        return rc;
    rc = make_authority(ret, now);
    rc = rc ? rc : write_key(folder, "ca.key", ret->key);
    return rc ? rc : write_cert(folder, "ca.crt", ret->cert);
}

/* OpenSSL's text form of the alternative names; a name that could say more than itself is -EINVAL. */
static int name_list(const struct span *names, size_t count, struct buf *out)
{
    buf_add_str(out, "DNS:localhost,IP:127.0.0.1,IP:::1");
    for (size_t i = 0; i < count; i++) {
        struct addr a;
        for (size_t k = 0; k < names[i].len; k++) {
            const char c = names[i].p[k];
            if (c == ',' || c <= ' ' || c > '~')
                return -EINVAL;
        }
        buf_add_str(out, addr_parse_ip(names[i], &a) == 0 ? ",IP:" : ",DNS:");
        buf_add_span(out, names[i]);
    }
    return 0;
}

int devcert_make(const char *folder, const struct span *names, size_t count, struct wall now)
{
    struct pair ca = {0};
    struct pair server = {0};
    struct buf list = {0};
    int rc = name_list(names, count, &list);

    rc = rc ? rc : file_make_folder(folder, 0700);
    rc = rc ? rc : need_authority(folder, now, &ca);
    rc = rc ? rc : make_server(&server, &ca, buf_cstr(&list), now);
    rc = rc ? rc : write_key(folder, "server.key", server.key);
    rc = rc ? rc : write_cert(folder, "server.crt", server.cert);
    pair_done(&ca);
    pair_done(&server);
    buf_done(&list);
    ERR_clear_error();
    return rc;
}

int devcert_make_here(const char *folder, struct wall now)
{
    struct addr own[ADDRESSES_MAX];
    struct span names[ADDRESSES_MAX + 2];
    struct buf texts[ADDRESSES_MAX + 2] = {0};
    char machine[MACHINE_MAX + 1] = "";
    const size_t addresses = tcp_own_addresses(own, ADDRESSES_MAX);
    size_t n = 0;

    if (gethostname(machine, MACHINE_MAX) == 0 && machine[0]) {
        buf_add_str(&texts[n++], machine);
        buf_printf(&texts[n++], "%s.local", machine);
    }
    for (size_t i = 0; i < addresses; i++)
        addr_write_ip(&texts[n++], &own[i]);
    for (size_t i = 0; i < n; i++)
        names[i] = buf_span(&texts[i]);
    const int rc = devcert_make(folder, names, n, now);
    for (size_t i = 0; i < n; i++)
        buf_done(&texts[i]);
    return rc;
}
