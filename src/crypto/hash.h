/*
 * hash - SHA-256, and what older protocols ask for: SHA-1 (RFC 6455, TURN), MD5 (the keys of TURN's
 * long-term credentials, RFC 8489, 9.2.2).
 *
 * The algorithms are looked up once and each thread keeps one context, since a session is checked by
 * a hash on every request.
 *
 * Thread: any.
 */
#pragma once

#include "base/span.h"

enum { SHA256_SIZE = 32, SHA1_SIZE = 20, MD5_SIZE = 16 };

void hash_sha256(struct span s, uint8_t ret[SHA256_SIZE]);
/* Of a whole file; -EBADMSG: it is none (a folder, a pipe); -errno. */
int hash_sha256_file(const char *path, uint8_t ret[SHA256_SIZE]);
void hash_sha1(struct span s, uint8_t ret[SHA1_SIZE]);
void hash_md5(struct span s, uint8_t ret[MD5_SIZE]);
