/*
 * limit - how often one may call: a token bucket for each class of the contract, by person, or by
 * site (addr_site()) where nobody is signed in or the call is about getting in.
 *
 * Reading is not limited here.  Guessing at passwords and links is held back more closely in auth/.
 *
 * Thread: the loop's.
 */
#pragma once

#include "api/contract.h"
#include "base/addr.h"

struct limits;

/* on false: nothing is ever refused (measurements). */
struct limits *limits_new(bool on);
struct limits *limits_free(struct limits *l);

/*
 * 0, or how long to wait.  bytes: of the request's body, which counts for more than one where it is
 * large: what somebody sends is written to everybody who is there.
 */
usec_t limits_take(struct limits *l, enum limit_class class, const struct actor *actor,
                   const struct addr *peer, size_t bytes, usec_t now);
