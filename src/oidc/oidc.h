/*
 * oidc - signing in by somebody who knows who one is: the door to this folder.
 *
 * A sign-in goes away and comes back.  oidc_start() answers where the browser must go and what it must
 * keep (flow.h); oidc_return() takes what it has brought back, redeems the code (redeem.h), finds or makes
 * the person (arrive.h) and opens a session.  Whatever goes wrong has one of a few names, and nothing is
 * made then.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "oidc/arrive.h"

struct oidc;

/* All outlive it. */
struct oidc_conf {
    const struct office *office;
    const struct accounts *accounts;
    struct fetcher *fetcher;
    const struct provider_conf *providers;
    size_t count; /* at most PROVIDERS_MAX */
};

struct oidc *oidc_new(const struct oidc_conf *conf);
/* After the fetcher and the store have ended. */
struct oidc *oidc_free(struct oidc *o);

size_t oidc_count(const struct oidc *o);
const struct provider_conf *oidc_at(const struct oidc *o, size_t i);
/* NULL when there is none. */
const struct provider_conf *oidc_find(const struct oidc *o, struct span id);
const struct provider_conf *oidc_of_issuer(const struct oidc *o, struct span issuer);
/* Where the provider sends people back to; base: what links to us begin with. */
void oidc_callback(const struct provider_conf *p, struct span base, struct buf *out);

/* Begin. */

struct oidc_ask {
    struct span provider;
    struct span base; /* what links to us begin with */
    struct span return_to;
    struct span invite;
    struct span setup;
    struct span team;
    struct id connect; /* the session to whose person it is connected, or none */
};

/*
 * rc 0: url, and the cookie to set.  -ENOENT: no such provider; -EBADMSG with field and why; -EHOSTDOWN:
 * it does not answer; -EPROTO: what it says cannot be believed; -ECANCELED.
 */
struct oidc_asked {
    int rc;
    const char *field;
    const char *why; /* a sentence */
    struct span url;
    struct span cookie;
    struct span cookie_name; /* its last part, FLOW_NAME_LEN bytes */
};
typedef void oidc_asked_fn(const struct oidc_asked *e, void *arg);
void oidc_start(struct oidc *o, const struct oidc_ask *ask, oidc_asked_fn *fn, void *arg);

/* Come back. */

struct oidc_back {
    struct span provider;
    struct span code;
    struct span state;
    struct span iss;    /* SPAN_NONE: not given */
    struct span error;  /* SPAN_NONE: none */
    struct span cookie; /* of the flow; SPAN_NONE: none */
    struct actor actor; /* who is signed in here, or nobody */
    struct addr from;
    struct span user_agent;
};

struct oidc_backed {
    enum problem problem;
    struct span return_to; /* a path of ours; without problem */
    struct span token;     /* of the new session; none when an account was connected */
};
typedef void oidc_backed_fn(const struct oidc_backed *e, void *arg);
void oidc_return(struct oidc *o, const struct oidc_back *back, oidc_backed_fn *fn, void *arg);
