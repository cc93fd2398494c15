/*
 * range - one range of bytes of a Range field (RFC 9110, 14.2).
 *
 * Pure.
 *
 * Thread: any; values.
 */
#pragma once

#include "base/span.h"

struct range {
    uint64_t from;
    uint64_t len; /* > 0 */
};

/*
 * Which bytes of size the field asks for.  1 with the range; 0 when the field is to be ignored and
 * everything sent: malformed, another unit, or several ranges; -ERANGE when it is beyond the end
 * (416, with "bytes * / size").
 */
int range_parse(struct span field, uint64_t size, struct range *ret);
