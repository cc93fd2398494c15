/*
 * letter - a mail as bytes: header fields (RFC 5322), names and a subject in UTF-8 as encoded words
 * (RFC 2047), plain text as quoted-printable (RFC 2045, 6.7).
 *
 * Nothing that is given can begin a line of its own in the head: an address is of a strict form,
 * control bytes in a name or a subject become blanks.
 *
 * Thread: any; pure but for the chance in Message-ID.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"

enum { LETTER_ADDRESS_MAX = 254 };

/* UTF-8, but for the addresses. */
struct letter {
    struct span from; /* an address */
    struct span from_name;
    struct span to; /* an address */
    struct span subject;
    struct span text; /* lines end with LF or CRLF */
    struct wall now;
};

/* Is it local@domain of plain ASCII, as every mail server takes it?  No quotes, no IP address. */
bool letter_address_ok(struct span s);
/* "ada@example.org" or "Ada L. <ada@example.org>"; spans into s.  -EBADMSG. */
int letter_mailbox(struct span s, struct span *ret_name, struct span *ret_address);
/* Appends the whole of it.  -EBADMSG: an address, or what is not UTF-8. */
int letter_write(struct buf *out, const struct letter *l);
