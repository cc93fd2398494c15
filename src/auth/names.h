/*
 * names - the one form of what people type: addresses and names.
 *
 * Thread: any; pure.
 */
#pragma once

#include "base/arena.h"

#include <stdbool.h>

enum { NAME_MAX_CHARS = 80, EMAIL_MAX = 254, PASSWORD_MIN_CHARS = 12 };

/* As HTML's <input type=email> has it: ASCII, one @, a host of labels.  Whether mail arrives there
 * only mail can tell. */
bool names_is_email(struct span s);

/* Without blanks around it, in lower case.  -EBADMSG. */
int names_email(struct span s, struct arena *a, struct span *ret);

/*
 * Without blanks around it, 1 to 80 characters of which one is seen at least; none that is hidden or
 * turns the direction of text, no joiner behind a letter of ASCII, no heap of marks on one letter:
 * with those a name could look like another, or like none.  -EBADMSG.
 */
int names_name(struct span s, struct span *ret);
/* A sentence for whoever was refused. */
extern const char names_name_rule[];
