/*
 * text - encodings of bytes as ASCII: hex and base64url without padding (RFC 4648, 5), and
 * base64 with padding (RFC 4648, 4) for Sec-WebSocket-Accept.
 */
#pragma once

#include "base/buf.h"

void text_hex(struct buf *out, struct span bytes);
void text_base64url(struct buf *out, struct span bytes);
void text_base64(struct buf *out, struct span bytes);
/* Strict: no padding, no excess bits.  Appends the bytes; -EBADMSG. */
int text_from_base64url(struct span s, struct buf *out);
