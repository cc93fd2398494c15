/*
 * arrive - a provider has said who somebody is: whom of ours is that, and may they come in?
 *
 * An identity is (iss, sub).  One that is known is its person, whatever address it has now.  One that is
 * not: is connected to the account that is signed in, when that was asked for; or becomes a new person by
 * the set-up link, an invitation, or the rule about domains.  Never is somebody found by an address: who
 * had it at the provider would take an account over.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/entry.h"
#include "auth/office.h"

#include "oidc/flow.h"
#include "oidc/provider.h"

/* Why nobody came in, by the names that the page knows. */
enum problem {
    PROBLEM_NONE,
    PROBLEM_DENIED,
    PROBLEM_FLOW_LOST,
    PROBLEM_PROVIDER_DOWN,
    PROBLEM_PROVIDER_WRONG,
    PROBLEM_NOT_INVITED,
    PROBLEM_DOMAIN,
    PROBLEM_EMAIL_TAKEN,
    PROBLEM_EMAIL_UNVERIFIED,
    PROBLEM_DEACTIVATED,
    PROBLEM_CONNECTED_ELSEWHERE,
    PROBLEM_TOO_OFTEN,
    PROBLEM_TOO_MANY,
    PROBLEM_SET_UP,
    PROBLEM_UNAVAILABLE, /* ours, for the moment */
    PROBLEM_MAX_,
};
const char *problem_name(enum problem p);

struct arrived {
    enum problem problem;
    const struct person *me; /* without problem */
    bool is_new;
};
typedef void arrived_fn(const struct arrived *e, void *arg);

struct arrive_ask {
    const struct provider_conf *provider;
    const struct who *who;
    const struct flow *flow;
    const struct actor *actor; /* to whose person it is connected, where the flow says so */
    const struct addr *from;
};
/* All is copied, but for the provider. */
void arrive(const struct office *o, const struct accounts_conf *accounts,
            const struct arrive_ask *ask, arrived_fn *fn, void *arg);
