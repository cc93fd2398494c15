/*
 * hmac - HMAC (RFC 2104) over SHA-256, and over SHA-1 as coturn's credentials want it.
 *
 * Thread: any.
 */
#pragma once

#include "crypto/hash.h"

void hmac_sha256(struct span key, struct span s, uint8_t ret[SHA256_SIZE]);
void hmac_sha1(struct span key, struct span s, uint8_t ret[SHA1_SIZE]);
