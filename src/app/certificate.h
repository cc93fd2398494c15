/*
 * certificate - TLS_CERT and TLS_KEY: read at start, and anew when told to (SIGHUP), when the files
 * have changed, and once a day, so that the keys of session tickets do not grow old.
 *
 * The files are looked at each CERTIFICATE_EVERY.  A change counts once they have stood still from one
 * look to the next, since certificate and key are written one after the other.  What cannot be used
 * leaves the one before in place, and the log says why, once.  The log also says when the certificate
 * runs out in less than CERTIFICATE_SOON days.
 *
 * Thread: the main loop's; files are read in its pool.
 */
#pragma once

#include "os/loop.h"

struct buf;
struct certificate;
struct tls_context;

enum { CERTIFICATE_SOON = 8 /* days */ };

#define CERTIFICATE_EVERY (60 * SEC)

/* Both files as they are now; -errno with a sentence in why. */
int certificate_load(const char *cert_file, const char *key_file, struct tls_context **ret,
                     struct buf *why);
/* -errno with a sentence in why.  The names stay the caller's, beyond the loop's end. */
int certificate_open(const char *cert_file, const char *key_file, struct certificate **ret,
                     struct buf *why);
struct certificate *certificate_free(struct certificate *c);

/* There is another one: the one before is freed after this. */
typedef void certificate_fn(struct tls_context *tls, void *arg);
/* Begins to look; every is 0 for CERTIFICATE_EVERY. */
void certificate_watch(struct certificate *c, struct loop *loop, usec_t every, certificate_fn *fn,
                       void *arg);
/* Reads the files anew whatever they look like. */
void certificate_renew(struct certificate *c);

/* Valid until fn is called. */
struct tls_context *certificate_tls(const struct certificate *c);
