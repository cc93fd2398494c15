/*
 * provider - one who knows who somebody is: how it was set up, its configuration (OpenID Connect
 * Discovery 1.0) and its keys.
 *
 * The configuration must name the very issuer that it was asked of (Discovery, 4.3), and every address
 * in it is https, unless the operator has set an issuer of http (a provider on the same machine).
 *
 * Thread: the loop's.
 */
#pragma once

#include "oidc/claims.h"
#include "oidc/document.h"

enum { PROVIDER_URL_MAX = 2000, PROVIDERS_MAX = 9 };

#define GOOGLE_ISSUER "https://accounts.google.com"

/* All text is the caller's and outlives the provider. */
struct provider_conf {
    const char *id;   /* in addresses: "google", "oidc2" */
    const char *name; /* for people */
    const char *issuer;
    const char *client_id;
    const char *client_secret;
    const char *callback_url; /* or NULL: ours */
    struct domains domains;
    bool google;
};

struct provider;

struct provider *provider_new(const struct provider_conf *conf, struct loop *l, struct fetcher *f);
/* After the fetcher has ended. */
struct provider *provider_free(struct provider *p);
const struct provider_conf *provider_conf(const struct provider *p);

/* As it has told last; text lives until it is asked again, and has a NUL behind it. */
struct endpoints {
    struct buf authorization;
    struct buf token;
    struct buf userinfo; /* or empty */
    bool secret_in_form; /* client_secret_post, since it takes no basic authentication */
    bool tells_issuer;   /* its answers bear iss (RFC 9207) */
};
const struct endpoints *provider_endpoints(const struct provider *p);

/* Makes sure that the configuration is known. */
void provider_know(struct provider *p, document_fn *fn, void *arg);
/* After that: that the keys are known; and, anew: for a token of a key that is not among them. */
void provider_keys(struct provider *p, document_fn *fn, void *arg);
void provider_keys_anew(struct provider *p, document_fn *fn, void *arg);
/* The set, valid until it is asked for again. */
struct span provider_key_set(const struct provider *p);

/* May it name an address like this one?  For the token, pictures, and the tests. */
bool provider_may_name(const struct provider *p, struct span url);
/* Is this address at the issuer's own scheme, host and port? */
bool provider_is_at(const struct provider *p, struct span url);
/* How many of its keys could have signed a token; of what provider_keys() brought. */
size_t provider_signing_keys(const struct provider *p);
bool provider_is_http(const struct provider *p);
/* The clock of whoever has answered last, seconds since 1970; 0: it did not tell. */
int64_t provider_date(const struct provider *p);
/* For a trial: what is known counts no more. */
void provider_forget(struct provider *p);
