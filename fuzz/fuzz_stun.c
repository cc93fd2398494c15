/*
 * Messages of STUN: what is read lies within the bytes, and what was written is read again as it was.
 */
#include "wire/stun.h"

#include "fuzz.h"

static void read_all(const struct stun *m)
{
    struct addr a;
    uint32_t number;
    uint16_t types[4];

    for (size_t i = 0; i < m->count; i++) {
        struct span value;
        MUST(stun_get(m, m->attributes[i].type, &value));
        MUST((const uint8_t *)value.p >= m->p &&
             (const uint8_t *)value.p + value.len <= m->p + m->len);
        (void)stun_xor_address(m, value, &a);
        (void)stun_get_u32(m, m->attributes[i].type, &number);
    }
    MUST(stun_unknown(m, NULL, 0, types, 4) <= 4);
}

static void check_covered(const struct stun *m)
{
    uint8_t header[STUN_HEADER];
    struct span rest;

    if (stun_covered(m, header, &rest))
        MUST((const uint8_t *)rest.p == m->p + STUN_HEADER && rest.len + STUN_HEADER < m->len);
}

/* The same attributes, as far as they fit. */
static void write_again(const struct stun *m)
{
    uint8_t room[1024];
    struct stun_out o;
    struct stun back;
    size_t n = 0;

    stun_begin(&o, room, sizeof(room), m->class, m->method, stun_txid(m));
    for (; n < m->count; n++) {
        if (m->attributes[n].type == STUN_FINGERPRINT)
            continue;
        const struct stun_out before = o;
        stun_add(&o, m->attributes[n].type,
                 span_of(m->p + m->attributes[n].at, m->attributes[n].len));
        if (o.full) {
            o = before;
            break;
        }
    }
    if (o.cap - o.len >= 8 && n < STUN_ATTRIBUTES) /* one more is too many to be read */
        stun_add_fingerprint(&o);
    const struct span message = stun_end(&o);
    MUST(message.p && stun_parse(message, &back) == 0);
    MUST(back.method == m->method && back.class == m->class);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span in = span_of(data, size);
    struct stun m;
    struct span value;
    uint16_t number;

    if (stun_parse(in, &m) == 0) {
        read_all(&m);
        check_covered(&m);
        write_again(&m);
    }
    if (channel_parse(in, &number, &value) == 0)
        MUST(value.len + CHANNEL_HEADER <= in.len);
    if (size >= 4) {
        const size_t frame = stun_frame(data);
        MUST(frame == 0 || (frame >= 4 && frame <= STUN_HEADER + 65536));
    }
    return 0;
}
