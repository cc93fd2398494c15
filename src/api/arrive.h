/*
 * arrive - the answer that every way in ends in: Me with the session's cookie, or why not.  Private to
 * api/; in session.c.
 *
 * Thread: the loop's.
 */
#pragma once

#include "api/exchange.h"
#include "auth/account.h"

/* What an errno means differs by the way in; a table ends with rc 0.  The rest is refusal.h's. */
struct meaning {
    int rc;
    enum code code;
    const char *field;
    const char *text;
};

void answer_arrival(struct exchange *x, const struct arrival *e, const struct meaning *meanings);
struct origin_of exchange_origin(const struct exchange *x);
