/*
 * devcert - a certificate for a server at home or on a desk, which a phone in the same network can
 * trust: a certification authority of one's own, and a server's certificate from it for localhost,
 * the machine's name and its addresses.
 *
 * The folder holds ca.crt (to be installed on the phone), ca.key, server.crt, server.key.  An
 * authority that is there already is used again, so that trust in it lasts; the server's certificate
 * is made anew each time, since addresses change.
 *
 * Thread: any; blocks.
 */
#pragma once

#include "base/clock.h"
#include "base/span.h"

/* The organisation that these certificates are from. */
#define DEVCERT_ISSUER "Convene (local)"

/* names: host names and IP addresses besides localhost, 127.0.0.1 and ::1.  -EBADMSG: the folder's
 * authority cannot be read; or what writing brought. */
int devcert_make(const char *folder, const struct span *names, size_t count, struct wall now);
/* The same for this machine's name and addresses. */
int devcert_make_here(const char *folder, struct wall now);
