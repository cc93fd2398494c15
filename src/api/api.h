/*
 * api - the calls and the socket messages of the contract, from the request to the parts that do
 * the work.
 *
 * Each request goes the same way, and a handler sees it only at the end: route and method; may this
 * browser's page ask (auth/csrf.h); whose session; may they (auth/authorize.h: here for what
 * concerns the organisation or oneself, inside the domain's own transaction for a channel or call);
 * how often; path, query and body by the contract.
 *
 * Thread: the loop's.
 */
#pragma once

#include "auth/account.h"
#include "auth/records.h"
#include "bus/bus.h"
#include "http/request.h"
#include "hub/hub.h"

#include "oidc/oidc.h"

struct api;
struct calls;
struct chat;
struct ice;
struct mailer;
struct presence;
struct static_site;

/* What it works with; all outlive it. */
struct api_conf {
    struct loop *loop;
    struct store *store;
    struct bus *bus;
    struct sessions *sessions;
    struct accounts *accounts;
    const struct office *office;
    struct oidc *oidc;
    struct records_disk (*disk)(void *arg); /* what the disk holds, as it is now */
    void *disk_arg;
    struct chat *chat;
    struct calls *calls;
    struct presence *presence;
    const struct static_site *site; /* pages and files; NULL: none */
    const struct ice *ice;
    const char *metrics_token; /* NULL: /readyz and /metrics answer to this machine only */
    const char *version;
    const char *public_url; /* NULL: none is set */
    bool local_accounts;    /* address and password are a way in */
    struct mailer *mailer;  /* NULL: no mail is sent here; else there is a public_url */
    bool https;             /* people come by https, even where a proxy does not say so */
    bool limits;            /* hold back who asks too often */
};

struct api *api_new(const struct api_conf *conf);
struct api *api_free(struct api *a);

/* What the hub calls (see hub_conf), with the api as arg; then the hub itself. */
void api_hub_conf(struct api *a, struct hub_conf *conf);
void api_set_hub(struct api *a, struct hub *hub);

/* For http_conf, with the api as arg. */
void api_handle(struct request *r, void *api);
size_t api_limit(const struct request *r, void *api);
