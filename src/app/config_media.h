/*
 * config_media - the settings of calls' own port and relays, as config.h has them.
 *
 * Thread: made at start.
 */
#pragma once

#include "app/config.h"

int take_media_port(struct config *c, struct span value, struct buf *why);
int take_public_ip(struct config *c, struct span value, struct buf *why);
int take_relay_ports(struct config *c, struct span value, struct buf *why);
int take_turn_user_kbit(struct config *c, struct span value, struct buf *why);
