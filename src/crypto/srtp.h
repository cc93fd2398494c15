/*
 * srtp - SRTP and SRTCP (RFC 3711), with AES-128-GCM (RFC 7714) or AES-128-CM and HMAC-SHA1-80, in one
 * direction of one transport.
 *
 * OpenSSL's contexts are made once; a packet changes only what is different about it.  Sending takes the
 * plaintext from wherever it is and writes beside the header it is given, so that one payload may be encrypted
 * for many.  Which number of which SSRC was sent is the caller's: the same index must never be protected
 * twice with different contents (RFC 7714, 8.1).
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/span.h"

/* By their numbers of RFC 5764, 4.1.2 and RFC 7714, 14.2. */
enum srtp_profile { SRTP_CM = 1, SRTP_GCM = 7 };

enum {
    SRTP_KEY = 16,
    SRTP_SALT = 14,          /* GCM has 12 of them */
    SRTP_OVERHEAD_MAX = 16,  /* bytes that protecting adds */
    SRTCP_OVERHEAD_MAX = 20, /* with the index */
    SRTP_WINDOW = 1024,      /* packets: how far behind the highest one may come */
    SRTP_SSRCS = 64,         /* that one direction knows */
};

struct srtp_keys {
    enum srtp_profile profile;
    uint8_t key[SRTP_KEY];
    uint8_t salt[SRTP_SALT];
};

struct srtp;

struct srtp *srtp_new(const struct srtp_keys *k);
struct srtp *srtp_free(struct srtp *s);

/*
 * The header stands in out[0..head); payload goes behind it, encrypted, from elsewhere.  index: 2^16 * ROC + SEQ,
 * SEQ being that of the header.  Bytes of the packet; out has room for head + payload.len + SRTP_OVERHEAD_MAX.
 */
int srtp_protect(struct srtp *s, uint64_t index, uint8_t *out, size_t head, struct span payload);

/*
 * Decrypts where it stands; *ret_len: bytes of the RTP packet.  -EBADMSG: not a packet, or not authentic;
 * -EALREADY: came before, or is too old to tell; -ENOSPC: there are too many SSRCs.
 */
int srtp_unprotect(struct srtp *s, uint8_t *p, size_t len, size_t *ret_len);

/* p has room for cap bytes.  -ENOSPC: too little of it. */
int srtcp_protect(struct srtp *s, uint8_t *p, size_t len, size_t cap, size_t *ret_len);
/* As srtp_unprotect(). */
int srtcp_unprotect(struct srtp *s, uint8_t *p, size_t len, size_t *ret_len);
