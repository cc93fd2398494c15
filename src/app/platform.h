/*
 * platform - what a hosting platform tells every program by variables of its own, so that PORT and
 * DATABASE_URL are enough there: the name under which it shows us to the world, and from where its
 * proxies come.  PUBLIC_URL and TRUSTED_PROXIES, where they are set, go before.  None of them lets UDP in.
 *
 * Thread: any; values.
 */
#pragma once

#include "app/config.h"

/* The settings that the platform's own variables stand for.  True, and url is filled (behind what it
 * holds), where there is such a platform; *ret_proxies: in the form of TRUSTED_PROXIES, or NULL where
 * they are not known. */
bool platform_tells(config_env_fn *env, struct buf *url, const char **ret_proxies);
