/*
 * peer - may this server talk to an address that somebody else has named?  One answer for all that
 * reaches out at another's word: requests of ours (src/fetch), and what a TURN client asks to relay to.
 *
 * Denied are all special-purpose ranges of IANA's registries (RFC 6890 and since), which is where the
 * operator's own network, this machine and the machine's cloud are: of IPv4 by a table, of IPv6 all
 * but 2000::/3 and a table within that.  An IPv4 address within an IPv6 one is judged as the IPv4 address that it
 * is: mapped (::ffff:0:0/96), compatible (::/96), translated (::ffff:0:0:0/96), NAT64 (64:ff9b::/96),
 * 6to4 (2002::/16), Teredo (2001::/32, server and client), ISATAP (interface ids of 5efe).  The NAT64 of
 * a site's own (64:ff9b:1::/48) puts it in one of several places, so it is denied as a whole.
 *
 * The operator opens ranges on purpose by a list of prefixes.  What hands out the machine's
 * credentials in clouds (169.254.169.254 and its like) is not opened by any list.
 *
 * Not here: the addresses of this very machine when they are public, and ports.
 *
 * Thread: any; pure.
 */
#pragma once

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>

enum { PEER_WITHIN_MAX = 8 };

/*
 * The IPv4 addresses that an IPv6 one may lead to, by all the spellings above and in all the places of a site's own
 * NAT64; their ports are its port.  How many.
 */
size_t peer_within(const struct addr *a, struct addr ret[PEER_WITHIN_MAX]);

/* allowed: n prefixes that the operator has opened; an IPv6 prefix opens no IPv4 address within it. */
bool peer_allowed(const struct addr *a, const struct addr_prefix *allowed, size_t n);
