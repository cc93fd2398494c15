#include "media/twcc_in.h"

#include "wire/rtp.h"

static usec_t *place(struct twcc_in *t, uint64_t seq)
{
    return &t->at[seq % TWCC_IN_WINDOW];
}

/* Nothing between is known, and what is too old makes room. */
static void advance(struct twcc_in *t, uint64_t seq)
{
    if (seq - t->highest >= TWCC_IN_WINDOW) {
        memset(t->at, 0, sizeof(t->at));
        t->next = seq;
        t->waiting = 0;
    } else {
        for (uint64_t s = t->highest + 1; s <= seq; s++)
            *place(t, s) = 0;
    }
    t->highest = seq;
    if (t->highest - t->next >= TWCC_IN_WINDOW)
        t->next = t->highest - TWCC_IN_WINDOW + 1;
}

void twcc_in_seen(struct twcc_in *t, uint16_t seq16, usec_t at, usec_t now)
{
    const uint64_t seq = rtp_extend(t->highest, seq16);

    if (t->next == 0) {
        t->next = t->highest = seq;
        t->told_at = now;
    } else if (seq > t->highest) {
        advance(t, seq);
    } else if (t->highest - seq >= TWCC_IN_WINDOW || *place(t, seq) != 0) {
        return;
    }
    *place(t, seq) = at;
    t->waiting++;
    /* one that comes late is told of once more with its neighbours */
    if (seq < t->next)
        t->next = seq;
}

bool twcc_in_due(const struct twcc_in *t, bool frame_end, usec_t now)
{
    if (t->waiting == 0)
        return false;
    return t->waiting >= TWCC_IN_MANY || now >= t->told_at + TWCC_IN_LATE ||
           (frame_end && now >= t->told_at + TWCC_IN_SOON);
}

/* Of a loss as long as a feedback nothing is told, so that what came behind it is. */
static void skip_loss(struct twcc_in *t)
{
    uint64_t first = t->next;

    while (first <= t->highest && *place(t, first) == 0)
        first++;
    if (first - t->next >= TWCC_IN_TOLD)
        t->next = first;
}

size_t twcc_in_write(struct twcc_in *t, uint8_t *out, usec_t now)
{
    struct twcc_arrival in[TWCC_IN_TOLD];
    size_t received = 0;
    size_t n = 0;
    size_t len;

    t->waiting = 0;
    t->told_at = now;
    skip_loss(t);
    for (uint64_t s = t->next; s <= t->highest && n < TWCC_IN_TOLD; s++, n++) {
        const usec_t at = *place(t, s);
        in[n] = (struct twcc_arrival){(uint16_t)s, at != 0, (int64_t)at};
        received += at != 0;
    }
    if (received == 0) {
        t->next = t->highest + 1;
        return 0;
    }
    const size_t told = twcc_write(out, t->number++, in, n, &len);
    t->next += told;
    return len;
}
