/*
 * chunked - a request body in chunks (RFC 9112, 7.1), as it comes, strictly.
 *
 * No chunk extensions, no trailer fields, at most eight digits of size: nobody who talks to us
 * sends them, and they are what parsers disagree about.
 *
 * Pure; the data are spans into the bytes fed.
 *
 *     struct chunked c;
 *     chunked_init(&c, limit);
 *     while ((rc = chunked_next(&c, &in, &data)) == CHUNKED_DATA)
 *         buf_add_span(&body, data);
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/span.h"

enum { CHUNKED_MORE = 0, CHUNKED_DATA = 1, CHUNKED_END = 2 };

struct chunked {
    uint64_t room; /* bytes of body that may still come */
    uint64_t left; /* bytes of this chunk that are still to come */
    uint8_t digits;
    uint8_t state;
};

/* limit: bytes of body. */
void chunked_init(struct chunked *c, uint64_t limit);

/*
 * Takes bytes off *in.  CHUNKED_DATA with a part of the body; CHUNKED_MORE when *in is used up;
 * CHUNKED_END behind the body, with what follows left in *in, and again whenever asked later;
 * -EBADMSG; -E2BIG as soon as a chunk is announced that goes above the limit.  An error stays.
 */
int chunked_next(struct chunked *c, struct span *in, struct span *ret_data);
