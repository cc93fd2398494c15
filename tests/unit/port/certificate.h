/*
 * certificate - a TLS context of the server from a certificate made for the test, and a client that
 * trusts its authority.
 */
#pragma once

#include "crypto/devcert.h"
#include "crypto/tls.h"
#include "support/test.h"

#include <openssl/ssl.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static char cert_folder[] = "/tmp/convene-cert-XXXXXX";

static inline const char *cert_file(const char *name)
{
    static char paths[4][256];
    static int at;
    char *path = paths[at++ % 4];

    (void)snprintf(path, sizeof(paths[0]), "%s/%s", cert_folder, name);
    return path;
}

static inline struct tls_context *cert_context(void)
{
    struct tls_context *c = NULL;

    CHECK(mkdtemp(cert_folder));
    CHECK_OK(devcert_make_here(cert_folder, (struct wall){(int64_t)time(NULL) * 1000}));
    CHECK_OK(tls_context_new(cert_file("server.crt"), cert_file("server.key"), &c));
    return c;
}

static inline void cert_remove(void)
{
    (void)unlink(cert_file("ca.crt"));
    (void)unlink(cert_file("ca.key"));
    (void)unlink(cert_file("server.crt"));
    (void)unlink(cert_file("server.key"));
    (void)rmdir(cert_folder);
}

/* A client on a blocking socket, its handshake not done yet. */
static inline SSL *cert_client(int fd, int max_version)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

    CHECK(ctx);
    CHECK_EQ(SSL_CTX_load_verify_locations(ctx, cert_file("ca.crt"), NULL), 1);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    (void)SSL_CTX_set_max_proto_version(ctx, max_version);
    SSL *ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    CHECK_EQ(SSL_set1_host(ssl, "localhost"), 1);
    CHECK_EQ(SSL_set_fd(ssl, fd), 1);
    return ssl;
}
