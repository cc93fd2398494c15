#include "wire/twcc.h"

#include <assert.h>
#include <errno.h>

enum symbol { NOT_RECEIVED, SMALL_DELTA, LARGE_DELTA, RESERVED };

enum {
    HEAD = 8,
    RUN_MAX = 0x1fff,
    ONE_BIT_SYMBOLS = 14,
    TWO_BIT_SYMBOLS = 7,
};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

/* Symbols of one chunk (3.1.3, 3.1.4); how many. */
static size_t read_chunk(uint16_t chunk, size_t left, uint8_t *ret)
{
    size_t n;

    if ((chunk & 0x8000) == 0) {
        n = chunk & RUN_MAX;
        n = n < left ? n : left;
        memset(ret, chunk >> 13 & 3, n);
        return n;
    }
    const bool two = (chunk & 0x4000) != 0;
    n = two ? TWO_BIT_SYMBOLS : ONE_BIT_SYMBOLS;
    n = n < left ? n : left;
    for (size_t i = 0; i < n; i++)
        ret[i] = (uint8_t)(two ? chunk >> (12 - 2 * i) & 3 : chunk >> (13 - i) & 1);
    return n;
}

/* Where the deltas begin; 0: there are not all chunks. */
static size_t read_symbols(const uint8_t *p, size_t len, size_t count, uint8_t *ret)
{
    size_t at = HEAD;

    for (size_t n = 0; n < count; at += 2) {
        if (at + 2 > len)
            return 0;
        const size_t got = read_chunk(get16(p + at), count - n, ret + n);
        if (got == 0)
            return 0;
        n += got;
    }
    return at;
}

int twcc_parse(struct span body, uint8_t *ret_number, struct twcc_arrival *ret, size_t max)
{
    const uint8_t *p = (const uint8_t *)body.p;
    uint8_t symbols[TWCC_PACKETS_MAX];

    if (body.len < HEAD)
        return -EBADMSG;
    const uint16_t base = get16(p);
    const size_t count = get16(p + 2);
    if (count == 0 || count > TWCC_PACKETS_MAX || count > max)
        return -EBADMSG;
    const int32_t reference = (int32_t)((uint32_t)p[4] << 24 | p[5] << 16 | p[6] << 8) >> 8;
    size_t at = read_symbols(p, body.len, count, symbols);
    if (at == 0)
        return -EBADMSG;
    int64_t now = (int64_t)reference * TWCC_REFERENCE_US;
    for (size_t i = 0; i < count; i++) {
        const size_t width = symbols[i] == SMALL_DELTA ? 1 : symbols[i] == LARGE_DELTA ? 2 : 0;
        if (symbols[i] == RESERVED || at + width > body.len)
            return -EBADMSG;
        if (width == 1) {
            now += (int64_t)p[at] * TWCC_TICK_US;
        } else if (width == 2) {
            now += (int64_t)(int16_t)get16(p + at) * TWCC_TICK_US;
        }
        ret[i] = (struct twcc_arrival){(uint16_t)(base + i), width > 0, now};
        at += width;
    }
    *ret_number = p[7];
    return (int)count;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Symbols and deltas of as many as can be told. */
static size_t measure(const struct twcc_arrival *in, size_t n, int64_t reference, uint8_t *symbols,
                      int16_t *deltas)
{
    int64_t now = reference * TWCC_REFERENCE_US / TWCC_TICK_US;

    for (size_t i = 0; i < n; i++) {
        symbols[i] = NOT_RECEIVED;
        if (!in[i].received)
            continue;
        const int64_t delta = floor_div(in[i].at, TWCC_TICK_US) - now;
        if (delta < INT16_MIN || delta > INT16_MAX)
            return i;
        symbols[i] = delta >= 0 && delta <= UINT8_MAX ? SMALL_DELTA : LARGE_DELTA;
        deltas[i] = (int16_t)delta;
        now += delta;
    }
    return n;
}

static size_t run_of(const uint8_t *symbols, size_t n)
{
    size_t i = 1;

    while (i < n && i < RUN_MAX && symbols[i] == symbols[0])
        i++;
    return i;
}

static uint16_t vector_of(const uint8_t *symbols, size_t n)
{
    uint16_t chunk = 0xc000;

    for (size_t i = 0; i < n; i++)
        chunk |= (uint16_t)(symbols[i] << (12 - 2 * i));
    return chunk;
}

static size_t write_chunks(uint8_t *out, const uint8_t *symbols, size_t n)
{
    size_t at = HEAD;

    for (size_t i = 0; i < n; at += 2) {
        const size_t run = run_of(symbols + i, n - i);
        size_t taken = run;

        if (run >= TWO_BIT_SYMBOLS || run == n - i) {
            put16(out + at, (uint16_t)(symbols[i] << 13 | run));
        } else {
            taken = n - i < TWO_BIT_SYMBOLS ? n - i : TWO_BIT_SYMBOLS;
            put16(out + at, vector_of(symbols + i, taken));
        }
        i += taken;
    }
    return at;
}

size_t twcc_write(uint8_t *out, uint8_t number, const struct twcc_arrival *in, size_t n,
                  size_t *ret_len)
{
    uint8_t symbols[TWCC_PACKETS_MAX];
    int16_t deltas[TWCC_PACKETS_MAX];
    size_t first = 0;

    assert(n > 0 && n <= TWCC_PACKETS_MAX);
    while (first < n && !in[first].received)
        first++;
    assert(first < n);
    const int64_t reference = floor_div(in[first].at, TWCC_REFERENCE_US);
    const size_t told = measure(in, n, reference, symbols, deltas);
    put16(out, in[0].seq);
    put16(out + 2, (uint16_t)told);
    out[4] = (uint8_t)(reference >> 16);
    out[5] = (uint8_t)(reference >> 8);
    out[6] = (uint8_t)reference;
    out[7] = number;
    size_t at = write_chunks(out, symbols, told);
    for (size_t i = 0; i < told; i++) {
        if (symbols[i] == SMALL_DELTA) {
            out[at++] = (uint8_t)deltas[i];
        } else if (symbols[i] == LARGE_DELTA) {
            put16(out + at, (uint16_t)deltas[i]);
            at += 2;
        }
    }
    while (at % 4 != 0)
        out[at++] = 0;
    *ret_len = at;
    return told;
}
