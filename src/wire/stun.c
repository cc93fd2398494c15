#include "wire/stun.h"

#include <errno.h>

enum {
    PADDING = 4,
    FAMILY_V4 = 1,
    FAMILY_V6 = 2,
    ADDRESS_V4 = 8, /* bytes of the value */
    ADDRESS_V6 = 20,
    FINGERPRINT_XOR = 0x5354554e,
    FINGERPRINT_SIZE = 8, /* with its header */
    MUST_KNOW = 0x8000,   /* types below it */
};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static size_t padded(size_t n)
{
    return (n + PADDING - 1) & ~(size_t)(PADDING - 1);
}

bool stun_is(const uint8_t *p, size_t n)
{
    return n >= 8 && (p[0] & 0xc0) == 0 && get32(p + 4) == STUN_COOKIE;
}

/* 14 bits of which C1 and C0 stand between those of the method (RFC 8489, 5). */
static void split_type(uint16_t type, struct stun *m)
{
    m->class = (uint8_t)((type >> 7 & 2) | (type >> 4 & 1));
    m->method = (uint16_t)((type & 0xf) | (type >> 1 & 0x70) | (type >> 2 & 0xf80));
}

static uint16_t join_type(enum stun_class class, uint16_t method)
{
    return (uint16_t)((method & 0xf) | (method & 0x70) << 1 | (method & 0xf80) << 2 |
                      (class & 1) << 4 | (class & 2) << 7);
}

/* What stands behind MESSAGE-INTEGRITY counts for nothing, but for the other checksums. */
static bool seen(const struct stun *m, uint16_t type)
{
    return type == STUN_FINGERPRINT || type == STUN_INTEGRITY_SHA256 ||
           !stun_has(m, STUN_MESSAGE_INTEGRITY);
}

static int read_attributes(struct stun *m)
{
    size_t at = STUN_HEADER;

    while (at < m->len) {
        if (m->len - at < 4)
            return -EBADMSG;
        const uint16_t type = get16(m->p + at);
        const size_t len = get16(m->p + at + 2);
        at += 4;
        if (padded(len) > m->len - at)
            return -EBADMSG;
        if (seen(m, type)) {
            if (m->count == STUN_ATTRIBUTES)
                return -EBADMSG;
            m->attributes[m->count].type = type;
            m->attributes[m->count].len = (uint16_t)len;
            m->attributes[m->count].at = (uint16_t)at;
            m->count++;
        }
        at += padded(len);
    }
    return 0;
}

/* It is the last attribute where there is one (RFC 8489, 14.7). */
static int check_fingerprint(const struct stun *m)
{
    struct span value;

    if (!stun_get(m, STUN_FINGERPRINT, &value))
        return 0;
    const size_t before = m->len - FINGERPRINT_SIZE;
    if (value.len != 4 || (const uint8_t *)value.p != m->p + before + 4)
        return -EBADMSG;
    const uint32_t crc = stun_crc32(span_of(m->p, before)) ^ FINGERPRINT_XOR;
    return get32((const uint8_t *)value.p) == crc ? 0 : -EBADMSG;
}

bool stun_is_check(const uint8_t *p, size_t n)
{
    if (n < STUN_HEADER || !stun_is(p, n) || p[0] != 0 || p[1] != STUN_BINDING)
        return false;
    for (size_t at = STUN_HEADER; at + 4 <= n;) {
        const size_t len = (size_t)p[at + 2] << 8 | p[at + 3];
        if (p[at] == 0 && p[at + 1] == STUN_USERNAME)
            return true;
        at += 4 + ((len + 3) & ~(size_t)3);
    }
    return false;
}

int stun_parse(struct span bytes, struct stun *ret)
{
    const uint8_t *p = (const uint8_t *)bytes.p;

    if (bytes.len < STUN_HEADER || bytes.len > STUN_HEADER + UINT16_MAX || !stun_is(p, bytes.len))
        return -EBADMSG;
    const size_t body = get16(p + 2);
    if (body % PADDING != 0 || body != bytes.len - STUN_HEADER)
        return -EBADMSG;
    ret->p = p;
    ret->len = bytes.len;
    ret->count = 0;
    split_type(get16(p), ret);
    const int rc = read_attributes(ret);
    return rc ? rc : check_fingerprint(ret);
}

bool stun_next(const struct stun *m, uint16_t type, size_t *at, struct span *ret)
{
    while (*at < m->count) {
        const size_t i = (*at)++;
        if (m->attributes[i].type == type) {
            *ret = span_of(m->p + m->attributes[i].at, m->attributes[i].len);
            return true;
        }
    }
    return false;
}

bool stun_get(const struct stun *m, uint16_t type, struct span *ret)
{
    size_t at = 0;

    return stun_next(m, type, &at, ret);
}

bool stun_has(const struct stun *m, uint16_t type)
{
    struct span value;

    return stun_get(m, type, &value);
}

bool stun_get_u32(const struct stun *m, uint16_t type, uint32_t *ret)
{
    struct span value;

    if (!stun_get(m, type, &value) || value.len != 4)
        return false;
    *ret = get32((const uint8_t *)value.p);
    return true;
}

static bool among(uint16_t type, const uint16_t *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (known[i] == type)
            return true;
    }
    return false;
}

size_t stun_unknown(const struct stun *m, const uint16_t *known, size_t n, uint16_t *ret,
                    size_t max)
{
    size_t found = 0;

    for (size_t i = 0; i < m->count && found < max; i++) {
        const uint16_t type = m->attributes[i].type;
        if (type < MUST_KNOW && !among(type, known, n) && !among(type, ret, found))
            ret[found++] = type;
    }
    return found;
}

/* The address is covered with the cookie and, for IPv6, the transaction id (RFC 8489, 14.2). */
static void cover(uint8_t *ip, size_t n, const uint8_t *cookie_and_txid)
{
    for (size_t i = 0; i < n; i++)
        ip[i] ^= cookie_and_txid[i];
}

int stun_xor_address(const struct stun *m, struct span value, struct addr *ret)
{
    const uint8_t *p = (const uint8_t *)value.p;
    uint8_t ip[16] = {0};

    if (value.len < 4)
        return -EBADMSG;
    const size_t n = value.len - 4;
    if (!(p[1] == FAMILY_V4 && value.len == ADDRESS_V4) &&
        !(p[1] == FAMILY_V6 && value.len == ADDRESS_V6))
        return -EBADMSG;
    memcpy(ip, p + 4, n);
    cover(ip, n, m->p + 4);
    addr_from_bytes(ip, n, (uint16_t)(get16(p + 2) ^ STUN_COOKIE >> 16), ret);
    return 0;
}

bool stun_covered(const struct stun *m, uint8_t ret_header[STUN_HEADER], struct span *ret_rest)
{
    struct span value;

    if (!stun_get(m, STUN_MESSAGE_INTEGRITY, &value) || value.len != STUN_INTEGRITY)
        return false;
    const size_t at = (size_t)((const uint8_t *)value.p - m->p);
    const size_t len = at + STUN_INTEGRITY - STUN_HEADER;
    memcpy(ret_header, m->p, STUN_HEADER);
    ret_header[2] = (uint8_t)(len >> 8);
    ret_header[3] = (uint8_t)len;
    *ret_rest = span_of(m->p + STUN_HEADER, at - 4 - STUN_HEADER);
    return true;
}

static void put16(uint8_t *p, size_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v & 0xffff);
}

void stun_begin(struct stun_out *o, void *room, size_t cap, enum stun_class class, uint16_t method,
                const uint8_t txid[STUN_TXID])
{
    *o = (struct stun_out){.p = room, .cap = cap, .len = STUN_HEADER, .full = cap < STUN_HEADER};
    if (o->full)
        return;
    put16(o->p, join_type(class, method));
    put16(o->p + 2, 0);
    put32(o->p + 4, STUN_COOKIE);
    memcpy(o->p + 8, txid, STUN_TXID);
}

static void set_length(struct stun_out *o, size_t more)
{
    put16(o->p + 2, o->len + more - STUN_HEADER);
}

/* Room for a value of n bytes behind its header, the padding zeroed; NULL when it does not fit. */
static uint8_t *attribute(struct stun_out *o, uint16_t type, size_t n)
{
    if (o->full || n > UINT16_MAX || 4 + padded(n) > o->cap - o->len) {
        o->full = true;
        return NULL;
    }
    uint8_t *p = o->p + o->len;
    put16(p, type);
    put16(p + 2, n);
    memset(p + 4 + n, 0, padded(n) - n);
    o->len += 4 + padded(n);
    return p + 4;
}

void stun_add(struct stun_out *o, uint16_t type, struct span value)
{
    uint8_t *p = attribute(o, type, value.len);

    if (p && value.len > 0)
        memcpy(p, value.p, value.len);
}

void stun_add_u32(struct stun_out *o, uint16_t type, uint32_t value)
{
    uint8_t *p = attribute(o, type, 4);

    if (p)
        put32(p, value);
}

void stun_add_xor_address(struct stun_out *o, uint16_t type, const struct addr *a)
{
    const bool v6 = a->family == 6;
    const size_t n = v6 ? ADDRESS_V6 : ADDRESS_V4;
    uint8_t *p = attribute(o, type, n);

    if (!p)
        return;
    p[0] = 0;
    p[1] = v6 ? FAMILY_V6 : FAMILY_V4;
    put16(p + 2, a->port ^ STUN_COOKIE >> 16);
    memcpy(p + 4, a->ip, n - 4);
    cover(p + 4, n - 4, o->p + 4);
}

void stun_add_error(struct stun_out *o, unsigned code, const char *reason)
{
    const struct span text = span_str(reason);
    uint8_t *p = attribute(o, STUN_ERROR_CODE, 4 + text.len);

    if (!p)
        return;
    put16(p, 0);
    p[2] = (uint8_t)(code / 100);
    p[3] = (uint8_t)(code % 100);
    if (text.len > 0)
        memcpy(p + 4, text.p, text.len);
}

void stun_add_types(struct stun_out *o, const uint16_t *types, size_t n)
{
    uint8_t *p = attribute(o, STUN_UNKNOWN_ATTRIBUTES, 2 * n);

    for (size_t i = 0; p && i < n; i++)
        put16(p + 2 * i, types[i]);
}

uint8_t *stun_add_integrity(struct stun_out *o, struct span *ret_covered)
{
    const size_t before = o->len;
    uint8_t *p = attribute(o, STUN_MESSAGE_INTEGRITY, STUN_INTEGRITY);

    if (!p)
        return NULL;
    set_length(o, 0);
    *ret_covered = span_of(o->p, before);
    return p;
}

void stun_add_fingerprint(struct stun_out *o)
{
    const size_t before = o->len;
    uint8_t *p = attribute(o, STUN_FINGERPRINT, 4);

    if (!p)
        return;
    set_length(o, 0);
    put32(p, stun_crc32(span_of(o->p, before)) ^ FINGERPRINT_XOR);
}

size_t stun_end_before_data(struct stun_out *o, size_t n)
{
    const size_t whole = padded(n);

    if (o->full || o->cap - o->len < 4 || whole > UINT16_MAX - o->len) {
        o->full = true;
        return 0;
    }
    put16(o->p + o->len, TURN_DATA_VALUE);
    put16(o->p + o->len + 2, n);
    o->len += 4;
    set_length(o, whole);
    return o->len;
}

struct span stun_end(struct stun_out *o)
{
    if (o->full)
        return SPAN_NONE;
    set_length(o, 0);
    return span_of(o->p, o->len);
}

int channel_parse(struct span bytes, uint16_t *ret_number, struct span *ret_data)
{
    const uint8_t *p = (const uint8_t *)bytes.p;

    if (bytes.len < CHANNEL_HEADER)
        return -EBADMSG;
    const uint16_t number = get16(p);
    const size_t len = get16(p + 2);
    if (number < CHANNEL_FIRST || number > CHANNEL_LAST || len > bytes.len - CHANNEL_HEADER)
        return -EBADMSG;
    *ret_number = number;
    *ret_data = span_of(p + CHANNEL_HEADER, len);
    return 0;
}

void channel_header(uint8_t out[CHANNEL_HEADER], uint16_t number, uint16_t len)
{
    put16(out, number);
    put16(out + 2, len);
}

size_t stun_frame(const uint8_t first[4])
{
    const size_t len = get16(first + 2);

    if ((first[0] & 0xc0) == 0)
        return len % PADDING == 0 ? STUN_HEADER + len : 0;
    if (first[0] >= CHANNEL_FIRST >> 8 && first[0] <= CHANNEL_LAST >> 8)
        return CHANNEL_HEADER + padded(len);
    return 0;
}

uint32_t stun_crc32(struct span s)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < s.len; i++) {
        crc ^= (uint8_t)s.p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0); /* the polynomial, its bits reversed */
    }
    return ~crc;
}
