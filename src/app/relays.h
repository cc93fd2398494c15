/*
 * relays - the settings about STUN and TURN servers of others: TURN_URLS with its credentials, and the
 * API of TURN_API_HOST.
 *
 * Thread: any; pure.
 */
#pragma once

#include "app/config.h"

/* Part of config_load(): -EBADMSG with a sentence in why, and TURN_API_HOST becomes a URL. */
int config_check_relays(struct config *c, struct buf *why);
