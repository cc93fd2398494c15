/*
 * trial - what is wrong with a provider as it is set up, in words for the operator: each of the checks
 * that `convene doctor` prints and the button of the admin page shows.
 *
 * The secret is tried with a code that was never given out: who knows the client says that the code is
 * wrong, who does not says that the client is.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "oidc/oidc.h"

enum { CHECKS_MAX = 8 };

enum check_result { CHECK_OK, CHECK_WARNING, CHECK_FAILED, CHECK_SKIPPED };
const char *check_result_name(enum check_result r);

struct check {
    const char *id; /* stable; static text */
    enum check_result result;
    struct buf text; /* what was found and what to do */
};

struct checks {
    struct check rows[CHECKS_MAX];
    size_t count;
};
/* text: of a format. */
void checks_add(struct checks *c, const char *id, enum check_result result, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
bool checks_failed(const struct checks *c);
void checks_done(struct checks *c);

/* checks is NULL when there is no such provider, or the server ends; valid during the call. */
typedef void trial_fn(const struct checks *checks, void *arg);
/* public_url: as it was set, or NULL. */
void oidc_try(struct oidc *o, struct span provider, const char *public_url, trial_fn *fn,
              void *arg);
