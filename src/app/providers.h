/*
 * providers - those of the settings who know who people are, as oidc/ takes them.
 *
 * Thread: made at start, then read only.
 */
#pragma once

#include "app/config.h"

#include "oidc/provider.h"

struct providers;

/* Do the settings of each make sense?  -EBADMSG with a sentence that names the setting. */
int config_check_providers(const struct config *c, struct buf *why);

/* Of settings that do; c outlives it. */
struct providers *providers_new(const struct config *c);
struct providers *providers_free(struct providers *p);
const struct provider_conf *providers_list(const struct providers *p);
size_t providers_count(const struct providers *p);
