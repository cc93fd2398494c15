/*
 * utf8 - is it UTF-8 (RFC 3629: no surrogates, nothing overlong, <= U+10FFFF), whole or in pieces.
 */
#pragma once

#include "base/span.h"

/* Start with {0}; fed in pieces. */
struct utf8 {
    uint32_t state;
    uint32_t code;
};

/* False as soon as the bytes so far cannot be the beginning of valid text. */
bool utf8_feed(struct utf8 *u, struct span s);
/* True when no character is left half-fed. */
bool utf8_whole(const struct utf8 *u);
bool utf8_valid(struct span s);
/* Code points in valid text. */
size_t utf8_count(struct span s);
/* Takes the first character off valid text that is not empty. */
uint32_t utf8_next(struct span *s);
