/*
 * negotiate - what of a page's offer is taken, and the answer to it (RFC 8829; slots: media/plane.h).
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "media/peer.h"
#include "wire/sdp.h"

/* -EBADMSG with a sentence: the offer has not the m-lines that a page has. */
int negotiate_terms(const struct sdp *offer, struct terms *ret, const char **ret_why);
void negotiate_answer(const struct sdp *offer, const struct peer *p, const struct sdp_answer *a,
                      struct buf *out);
