/*
 * ice - the servers that a browser is told to find its way with: STUN and TURN from configuration.
 *
 * With a shared secret each person gets a name and password of their own that lapse
 * (draft-uberti-behave-turn-rest, as coturn's use-auth-secret reads it): the name is the expiry and
 * the person, the password its HMAC-SHA1.
 *
 * Thread: any; values.
 */
#pragma once

#include "base/clock.h"
#include "base/json.h"

enum { ICE_CREDENTIAL_HOURS = 12 };

/* Any text may be NULL. */
struct ice_conf {
    const char *urls; /* with commas between */
    const char *secret;
    const char *username;
    const char *credential;
};

/* Writes the member ice_servers. */
void ice_write(const struct ice_conf *conf, const struct id *user, struct wall now,
               struct json_out *o);
