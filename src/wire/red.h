/*
 * red - redundant audio (RFC 2198): a payload of several blocks, the newest last.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "base/span.h"

enum { RED_BLOCKS_MAX = 8 }; /* that are read */

/*
 * The block of the packet's own time, the primary one.  -EBADMSG: shorter than its headers say, too many blocks, or a
 * block that is not of this payload type.
 */
int red_primary(struct span payload, uint8_t payload_type, struct span *ret);
