/*
 * names - the one form of what people type: addresses and names.
 *
 * Thread: any; pure.
 */
#pragma once

#include "base/arena.h"

enum { NAME_MAX_CHARS = 80, EMAIL_MAX = 254, PASSWORD_MIN_CHARS = 12 };

/* Without blanks around it, ASCII in lower case; exactly one @ with something on both sides, no
 * blank or control character.  -EBADMSG. */
int names_email(struct span s, struct arena *a, struct span *ret);

/* Without blanks around it, 1 to 80 characters; no control characters and none that turn the
 * direction of text around (U+202A-202E, U+2066-2069), with which a name could look like another.
 * -EBADMSG. */
int names_name(struct span s, struct span *ret);
