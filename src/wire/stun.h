/*
 * stun - messages of STUN (RFC 8489) and TURN (RFC 8656), in and out, and the framing of both over
 * streams.
 *
 * A message is looked at where it stands: reading checks the header and the attributes' lengths once
 * and keeps where each begins; nothing is copied.  Of attributes behind MESSAGE-INTEGRITY only
 * FINGERPRINT is seen (RFC 8489, 14.5).  Writing goes into room of the caller's; a message that does
 * not fit is told by stun_end().
 *
 * HMACs are others' work (crypto/hmac.h): stun_covered() says over what, stun_add_integrity() where.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "base/addr.h"

enum {
    STUN_HEADER = 20,
    STUN_TXID = 12, /* bytes of a transaction id */
    STUN_COOKIE = 0x2112a442,
    STUN_INTEGRITY = 20,     /* bytes of HMAC-SHA1 */
    STUN_ATTRIBUTES = 32,    /* of one message; more are refused */
    STUN_MESSAGE_MAX = 2048, /* of a request or an answer; data have their own bounds */
    STUN_USERNAME_MAX = 508, /* bytes (RFC 8489, 14.3) */
    STUN_REALM_MAX = 763,    /* bytes of REALM and of NONCE (14.9, 14.10) */
    CHANNEL_HEADER = 4,
    CHANNEL_FIRST = 0x4000,
    CHANNEL_LAST = 0x7fff, /* RFC 5766, 11: RFC 8656 has fewer, but clients of old are many */
};

enum stun_class { STUN_REQUEST, STUN_INDICATION, STUN_SUCCESS, STUN_FAILURE };

enum stun_method {
    STUN_BINDING = 0x001,
    TURN_ALLOCATE = 0x003,
    TURN_REFRESH = 0x004,
    TURN_SEND = 0x006,
    TURN_DATA = 0x007,
    TURN_CREATE_PERMISSION = 0x008,
    TURN_CHANNEL_BIND = 0x009,
};

/* Types below 0x8000 must be understood (RFC 8489, 14). */
enum stun_type {
    STUN_MAPPED_ADDRESS = 0x0001,
    STUN_USERNAME = 0x0006,
    STUN_MESSAGE_INTEGRITY = 0x0008,
    STUN_ERROR_CODE = 0x0009,
    STUN_UNKNOWN_ATTRIBUTES = 0x000a,
    TURN_CHANNEL_NUMBER = 0x000c,
    TURN_LIFETIME = 0x000d,
    TURN_XOR_PEER_ADDRESS = 0x0012,
    TURN_DATA_VALUE = 0x0013,
    STUN_REALM = 0x0014,
    STUN_NONCE = 0x0015,
    TURN_XOR_RELAYED_ADDRESS = 0x0016,
    TURN_REQUESTED_FAMILY = 0x0017,
    TURN_EVEN_PORT = 0x0018,
    TURN_REQUESTED_TRANSPORT = 0x0019,
    TURN_DONT_FRAGMENT = 0x001a,
    STUN_INTEGRITY_SHA256 = 0x001c,
    STUN_XOR_MAPPED_ADDRESS = 0x0020,
    TURN_RESERVATION_TOKEN = 0x0022,
    ICE_PRIORITY = 0x0024,
    ICE_USE_CANDIDATE = 0x0025,
    STUN_SOFTWARE = 0x8022,
    STUN_FINGERPRINT = 0x8028,
    ICE_CONTROLLED = 0x8029,
    ICE_CONTROLLING = 0x802a,
};

struct stun {
    const uint8_t *p; /* the whole message */
    size_t len;
    uint16_t method;
    uint8_t class; /* enum stun_class */
    uint8_t count; /* of attributes that are seen */
    struct {
        uint16_t type;
        uint16_t len; /* bytes of the value, without padding */
        uint16_t at;  /* where the value begins */
    } attributes[STUN_ATTRIBUTES];
};

/* Do the first bytes say STUN rather than what else may come (zero bits, cookie)?  n >= 8. */
bool stun_is(const uint8_t *p, size_t n);

/* Is it a connectivity check of ICE: a Binding request with a USERNAME (RFC 8445, 7.2.2)?  Only the
 * attributes up to that one are looked at. */
bool stun_is_check(const uint8_t *p, size_t n);

/*
 * -EBADMSG: not a message, or its length is not that of the bytes, or it has too many attributes, or
 * its FINGERPRINT is not its own.  The bytes must outlive *ret.
 */
int stun_parse(struct span bytes, struct stun *ret);

static inline const uint8_t *stun_txid(const struct stun *m)
{
    return m->p + 8;
}

bool stun_has(const struct stun *m, uint16_t type);
/* The first attribute of the type (RFC 8489, 14: later ones of a kind are not looked at). */
bool stun_get(const struct stun *m, uint16_t type, struct span *ret);
/* The next one from *at on, which begins at 0: for XOR-PEER-ADDRESS, of which there may be many. */
bool stun_next(const struct stun *m, uint16_t type, size_t *at, struct span *ret);
/* False too when its value has not this size. */
bool stun_get_u32(const struct stun *m, uint16_t type, uint32_t *ret);

/* Types below 0x8000 that are not among the n known ones; how many, at most max. */
size_t stun_unknown(const struct stun *m, const uint16_t *known, size_t n, uint16_t *ret,
                    size_t max);

/* The value of an XOR-…-ADDRESS; an IPv4-mapped one comes out as IPv4.  -EBADMSG. */
int stun_xor_address(const struct stun *m, struct span value, struct addr *ret);

/*
 * What MESSAGE-INTEGRITY is made over (RFC 8489, 14.5): the header with the length up to and with that
 * attribute, then the rest before it.  False where the message has none.
 */
bool stun_covered(const struct stun *m, uint8_t ret_header[STUN_HEADER], struct span *ret_rest);

/* A message being written. */
struct stun_out {
    uint8_t *p;
    size_t cap;
    size_t len;
    bool full;
};

void stun_begin(struct stun_out *o, void *room, size_t cap, enum stun_class class, uint16_t method,
                const uint8_t txid[STUN_TXID]);
void stun_add(struct stun_out *o, uint16_t type, struct span value);
void stun_add_u32(struct stun_out *o, uint16_t type, uint32_t value);
void stun_add_xor_address(struct stun_out *o, uint16_t type, const struct addr *a);
/* 300 <= code <= 699. */
void stun_add_error(struct stun_out *o, unsigned code, const char *reason);
void stun_add_types(struct stun_out *o, const uint16_t *types, size_t n);
/* Room for the HMAC of all before it, header with the length in it; NULL when full. */
uint8_t *stun_add_integrity(struct stun_out *o, struct span *ret_covered);
void stun_add_fingerprint(struct stun_out *o);
/* The header of DATA as the last attribute, whose n bytes and padding are to stand behind what is written;
 * the message's length says so.  Bytes written. */
size_t stun_end_before_data(struct stun_out *o, size_t n);
/* The message; SPAN_NONE when it did not fit. */
struct span stun_end(struct stun_out *o);

/* Data of a channel (RFC 8656, 12.4).  -EBADMSG: the number is none, or there are fewer bytes. */
int channel_parse(struct span bytes, uint16_t *ret_number, struct span *ret_data);
void channel_header(uint8_t out[CHANNEL_HEADER], uint16_t number, uint16_t len);

/*
 * How long the next message or channel data in a stream is, padding with it (RFC 8656, 12.5), from its
 * first 4 bytes; 0: neither.
 */
size_t stun_frame(const uint8_t first[4]);

/* CRC-32 of ISO 3309, as FINGERPRINT has it (RFC 8489, 14.7). */
uint32_t stun_crc32(struct span s);
