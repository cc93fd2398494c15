#include "media/twcc_out.h"

#include "base/mem.h"

enum fate { NOTHING, SENT, LOST, ARRIVED };

/* Small, since there are many: times are kept modulo 2^32 us, far longer than any feedback takes. */
struct sent {
    uint32_t at;
    uint16_t size;
    uint8_t probe;
    uint8_t fate;
};

struct twcc_out {
    uint64_t next;   /* the first is 1, so that the window behind it is never negative */
    int64_t arrival; /* the last, unwrapped */
    bool heard;
    struct sent sent[TWCC_OUT_WINDOW];
};

struct twcc_out *twcc_out_new(void)
{
    struct twcc_out *t = mem_new(struct twcc_out);

    t->next = 1;
    return t;
}

struct twcc_out *twcc_out_free(struct twcc_out *t)
{
    return mem_free(t);
}

uint16_t twcc_out_next(const struct twcc_out *t)
{
    return (uint16_t)t->next;
}

void twcc_out_sent(struct twcc_out *t, size_t size, uint8_t probe, usec_t now)
{
    t->sent[t->next++ % TWCC_OUT_WINDOW] =
        (struct sent){(uint32_t)now, (uint16_t)size, probe, SENT};
}

/* The reference time has 24 bits of 64 ms: the difference to the last one is the shorter way round. */
static int64_t unwrap(struct twcc_out *t, int64_t at)
{
    const int64_t round = (int64_t)TWCC_OUT_TICK_US << TWCC_OUT_CLOCK_BITS;

    if (!t->heard) {
        t->heard = true;
        t->arrival = at;
        return at;
    }
    int64_t ahead = (at - t->arrival) % round;
    if (ahead > round / 2) {
        ahead -= round;
    } else if (ahead < -round / 2) {
        ahead += round;
    }
    t->arrival += ahead;
    return t->arrival;
}

bool twcc_out_heard(struct twcc_out *t, uint16_t seq, bool received, int64_t at, usec_t now,
                    struct twcc_result *ret)
{
    const uint64_t last = t->next - 1;
    const uint16_t behind = (uint16_t)((uint16_t)last - seq);

    if (behind >= TWCC_OUT_WINDOW || behind >= last)
        return false;
    struct sent *s = &t->sent[(last - behind) % TWCC_OUT_WINDOW];
    if (s->fate == ARRIVED || (s->fate == LOST && !received))
        return false;
    *ret = (struct twcc_result){.sent_at = now - (uint32_t)((uint32_t)now - s->at),
                                .arrived_at = received ? unwrap(t, at) : 0,
                                .size = s->size,
                                .probe = s->probe,
                                .lost = !received,
                                .mended = received && s->fate == LOST};
    s->fate = received ? ARRIVED : LOST;
    return true;
}
