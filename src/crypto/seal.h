/*
 * seal - keys that follow from one secret (HKDF-SHA256, RFC 5869), and text that only their holder can
 * read or make (AES-256-GCM, NIST SP 800-38D, with 96 bits of chance as nonce).
 *
 * Thread: any; pure but for the nonce.
 */
#pragma once

#include "base/buf.h"

enum { SEAL_KEY_SIZE = 32 };

/* The key for one purpose; info is what tells purposes apart. */
void seal_derive(struct span secret, struct span info, uint8_t ret[SEAL_KEY_SIZE]);

/* Appends nonce, ciphertext and tag as base64url.  bound: goes into the tag, is not in the text. */
void seal(const uint8_t key[SEAL_KEY_SIZE], struct span bound, struct span plain, struct buf *out);
/* Appends the plain text; -EBADMSG: not made with this key and bound, or changed; out is as it was. */
int seal_open(const uint8_t key[SEAL_KEY_SIZE], struct span bound, struct span sealed,
              struct buf *out);
