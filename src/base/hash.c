/*
 * span_hash: SipHash-1-3 (Aumasson and Bernstein, 2012; one round a word, three at the end).  Keys
 * of maps come from peers, who must not be able to choose keys that all fall into one chain; so
 * the hash itself has a key, drawn before main() and constant from then on, hence free of locks.
 */
#include "base/rand.h"
#include "base/span.h"

static uint64_t key[2];

__attribute__((constructor)) static void draw_key(void)
{
    rand_bytes(key, sizeof(key));
}

static inline uint64_t rotl(uint64_t x, unsigned n)
{
    return (x << n) | (x >> (64 - n));
}

struct sip {
    uint64_t v0, v1, v2, v3;
};

static inline void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotl(s->v1, 13) ^ s->v0;
    s->v3 = rotl(s->v3, 16) ^ s->v2;
    s->v0 = rotl(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotl(s->v1, 17) ^ s->v2;
    s->v3 = rotl(s->v3, 21) ^ s->v0;
    s->v2 = rotl(s->v2, 32);
}

static inline void sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

uint64_t span_hash(struct span s)
{
    struct sip h = {
        key[0] ^ 0x736f6d6570736575U, /* the words of "somepseudorandomlygeneratedbytes" */
        key[1] ^ 0x646f72616e646f6dU,
        key[0] ^ 0x6c7967656e657261U,
        key[1] ^ 0x7465646279746573U,
    };
    uint64_t word = 0;
    size_t at = 0;

    for (; s.len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, s.p + at, sizeof(word));
        sip_word(&h, word);
    }
    word = 0;
    if (at < s.len)
        memcpy(&word, s.p + at, s.len - at);
    sip_word(&h, word | (uint64_t)s.len << 56);
    h.v2 ^= 0xff;
    sip_round(&h);
    sip_round(&h);
    sip_round(&h);
    return h.v0 ^ h.v1 ^ h.v2 ^ h.v3;
}
