/*
 * inside - what the files of oidc/ share.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "oidc/oidc.h"

struct oidc {
    struct oidc_conf conf;
    struct provider *providers[PROVIDERS_MAX];
};

struct provider *oidc_provider(const struct oidc *o, struct span id);
