/*
 * tls - TLS 1.2 and 1.3 with AEAD ciphers only (RFC 8446, RFC 9325), over a non-blocking socket that
 * somebody else watches: the server's half, whose ALPN answers http/1.1, and the client's for what is
 * asked without HTTP (src/fetch has its own).
 *
 * No early data, no renegotiation, no compression; buffers are released between records.
 *
 * Thread: a context any, after it is made; a tls its owner's.
 */
#pragma once

#include "base/span.h"

#include <sys/types.h>

struct tls_context;
struct tls;

/* PEM files, the certificate with its chain.  -ENOENT or -EACCES: cannot be read; -ENOTSUP: no regular
 * file; -EBADMSG: not PEM, or the key needs a passphrase; -EKEYREJECTED: the key is not that of the certificate; -EDOM: a
 * key or signature that browsers hold too weak (RSA below 2048 bits, SHA-1).  Blocks. */
int tls_context_new(const char *cert_file, const char *key_file, struct tls_context **ret);
/* Nobody but this operator vouches for it: it is self-signed, or of devcert.h. */
bool tls_context_local(const struct tls_context *c);
/* Whole days until the certificate expires; below 0: it has expired. */
int tls_context_days(const struct tls_context *c);
/* Does it name this host, or this address? */
bool tls_context_is_for(const struct tls_context *c, const char *host);
/* Connections that were made of it live on. */
struct tls_context *tls_context_free(struct tls_context *c);

/* For clients: believes the system's authorities and those of ca_file (PEM), which may be NULL.
 * -EBADMSG: that cannot be read. */
int tls_context_new_client(const char *ca_file, struct tls_context **ret);

/* The socket stays the caller's. */
struct tls *tls_new(struct tls_context *c, int fd);
/* Of a client; the certificate must be for this name or IP address. */
struct tls *tls_new_client(struct tls_context *c, int fd, const char *name);
struct tls *tls_free(struct tls *t);

/* 0 once done; -EAGAIN; -EPROTO. */
int tls_handshake(struct tls *t);
/* A client's, after -EPROTO: what is wrong with the certificate; "" when it is not that. */
const char *tls_distrust(const struct tls *t);
/* After -EAGAIN: does it wait until the socket can be written (else read)? */
bool tls_wants_write(const struct tls *t);

/* Bytes, 0 at the peer's end, -EAGAIN, -EPROTO, -ECONNRESET. */
ssize_t tls_read(struct tls *t, void *p, size_t n);
ssize_t tls_peek(struct tls *t, void *p, size_t n);
/* Decrypted bytes wait inside, of which the socket will not tell. */
bool tls_pending(const struct tls *t);
/* Bytes taken, -EAGAIN, -EPROTO.  After -EAGAIN the next call must bring the same bytes. */
ssize_t tls_write(struct tls *t, const void *p, size_t n);
/* Says that no more will come (close_notify). */
void tls_shutdown(struct tls *t);
