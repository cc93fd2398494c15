/*
 * The estimate against a line that is made up, in virtual time: a queue of so many bytes before a rate, a
 * delay, and loss by chance from a seed.
 */
#include "media/estimate.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

enum {
    FLYING_MAX = 1 << 16,
    PACKET = 1100,
    SOUND = 110,
};

#define STEP     (10 * MSEC)
#define FEEDBACK (60 * MSEC)
#define DELAY    (25 * MSEC) /* one way */

struct flying {
    uint16_t seq;
    usec_t arrives;
    bool lost;
};

struct line {
    struct estimate e;
    struct twcc_out *sent;
    struct flying *flying;
    size_t head, tail;
    usec_t now;
    usec_t free_at;   /* when the queue is empty */
    uint32_t rate;    /* bits a second */
    unsigned loss;    /* percent */
    usec_t queue_max; /* time it holds */
    usec_t worst;     /* longest wait in it */
    usec_t feedback_at;
    uint64_t bytes;
    usec_t probe_at;
    uint64_t probe_of;
    uint64_t owed; /* bits of media not sent yet */
    uint64_t seed;
    bool deaf; /* no feedback comes back */
    bool busy; /* the receiver: now and then it takes nothing for a while, and then all at once */
    usec_t stalls_from;
    usec_t stalls_until;
};

static struct line *line_new(uint32_t rate, unsigned loss)
{
    struct line *l = calloc(1, sizeof(*l));

    l->now = SEC;
    l->rate = rate;
    l->loss = loss;
    l->queue_max = 400 * MSEC;
    l->seed = 42;
    l->sent = twcc_out_new();
    l->flying = calloc(FLYING_MAX, sizeof(*l->flying));
    estimate_init(&l->e, l->now);
    return l;
}

static void line_free(struct line *l)
{
    twcc_out_free(l->sent);
    free(l->flying);
    free(l);
}

static unsigned chance(struct line *l)
{
    l->seed = l->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(l->seed >> 33) % 100;
}

static void send_one(struct line *l, size_t size, uint8_t probe)
{
    const usec_t start = l->free_at > l->now ? l->free_at : l->now;
    const usec_t waits = start - l->now;
    struct flying *f = &l->flying[l->tail++ % FLYING_MAX];

    *f = (struct flying){.seq = twcc_out_next(l->sent)};
    twcc_out_sent(l->sent, size, probe, l->now);
    estimate_sent(&l->e, l->now);
    l->bytes += size;
    f->lost = waits > l->queue_max || chance(l) < l->loss;
    if (waits <= l->queue_max)
        l->free_at = start + size * 8 * SEC / l->rate;
    f->arrives = l->free_at + DELAY;
    if (l->busy && f->arrives >= l->stalls_until) {
        l->stalls_from = f->arrives + (200 + chance(l) * 8) * MSEC;
        l->stalls_until = l->stalls_from + (50 + chance(l) * 3) * MSEC;
    }
    if (l->busy && f->arrives >= l->stalls_from)
        f->arrives = l->stalls_until;
    if (waits <= l->queue_max && waits > l->worst)
        l->worst = waits;
}

static void feed_back(struct line *l)
{
    struct twcc_result r;

    while (l->head < l->tail && l->flying[l->head % FLYING_MAX].arrives + DELAY <= l->now) {
        const struct flying *f = &l->flying[l->head++ % FLYING_MAX];
        if (!l->deaf && twcc_out_heard(l->sent, f->seq, !f->lost, (int64_t)f->arrives, l->now, &r))
            estimate_heard(&l->e, &r);
    }
    if (!l->deaf)
        estimate_settle(&l->e, 2 * DELAY, l->now);
}

static void probe(struct line *l, uint32_t want)
{
    if (l->probe_at == 0) {
        if (want <= l->e.rate || !estimate_probe(&l->e, want, 2 * DELAY, l->now))
            return;
        l->probe_at = l->now;
        l->probe_of = l->bytes;
    }
    if (l->e.probe.id == 0) {
        l->probe_at = 0;
        return;
    }
    const uint64_t due = l->e.probe.target / 8 * (l->now - l->probe_at) / SEC;
    while (l->bytes - l->probe_of < due)
        send_one(l, 300, l->e.probe.id);
    if (l->now >= l->probe_at + ESTIMATE_PROBE) {
        estimate_probed(&l->e, 2 * DELAY, l->now);
        l->probe_at = 0;
    }
}

/* Sends as much as the estimate allows, but no more than is wanted, for so long.  When the estimate first
 * reached `until`; NEVER: not. */
static usec_t run(struct line *l, uint32_t want, usec_t span, uint32_t until)
{
    const usec_t begun = l->now;
    const usec_t end = begun + span;
    usec_t reached = NEVER;

    for (; l->now < end; l->now += STEP) {
        const uint8_t id = l->probe_at != 0 ? l->e.probe.id : 0;
        const uint32_t all = want < l->e.rate ? want : l->e.rate;
        const uint32_t sound = SOUND * 8 * 50;
        const uint32_t rate = all > sound ? all - sound : 0;
        if (l->now % (20 * MSEC) == 0)
            send_one(l, SOUND, id);
        l->owed += rate * STEP / SEC;
        /* whole pictures, 30 a second */
        for (; l->now % (30 * MSEC) == 0 && l->owed >= PACKET * UINT64_C(8);
             l->owed -= PACKET * UINT64_C(8))
            send_one(l, PACKET, id);
        probe(l, want);
        estimate_tick(&l->e, l->now);
        if (l->now >= l->feedback_at + FEEDBACK) {
            l->feedback_at = l->now;
            feed_back(l);
        }
        if (reached == NEVER && l->e.rate >= until)
            reached = l->now - begun;
    }
    return reached;
}

TEST(wide_line_is_found_wide_at_once)
{
    struct line *l = line_new(20 * 1000 * 1000, 0);

    CHECK(run(l, 4 * 1000 * 1000, 10 * SEC, 4 * 1000 * 1000) < 2 * SEC);
    CHECK(!l->e.full_once);
    line_free(l);
}

TEST(narrow_line_is_filled_and_not_flooded)
{
    struct line *l = line_new(300 * 1000, 0);

    run(l, 2500 * 1000, 10 * SEC, 0);
    l->worst = 0;
    run(l, 2500 * 1000, 20 * SEC, 0);
    CHECK(l->e.rate > 150 * 1000);
    CHECK(l->e.rate < 330 * 1000);
    CHECK(l->worst < 350 * MSEC);
    line_free(l);
}

TEST(line_that_recovers_is_used_within_five_seconds)
{
    for (unsigned loss = 0; loss <= 5; loss += 5) {
        struct line *l = line_new(300 * 1000, loss);

        run(l, 2500 * 1000, 20 * SEC, 0);
        CHECK(l->e.rate < 400 * 1000);
        l->rate = 3000 * 1000;
        CHECK(run(l, 2500 * 1000, 10 * SEC, 2000 * 1000) < 5 * SEC);
        line_free(l);
    }
}

/* Each probe that comes through but for what the line loses at random is followed by the next at once. */
TEST(line_that_loses_is_found_wide_again_as_fast)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct line *l = line_new(300 * 1000, 5);

        l->seed = seed;
        run(l, 2500 * 1000, 20 * SEC, 0);
        l->rate = 3000 * 1000;
        CHECK(run(l, 2500 * 1000, 10 * SEC, 2000 * 1000) < 5 * SEC);
        line_free(l);
    }
}

/* Twice as much is sent as comes through, whatever is asked for: half of it is lost, and the rest is what there is. */
TEST(loss_never_lowers_it_below_what_comes_through)
{
    struct estimate e;
    usec_t now = SEC;

    estimate_init(&e, now);
    e.full_once = true;
    e.rate = 250 * 1000;
    for (int i = 0; i < 500; i++) {
        const struct twcc_result r = {.size = 675,
                                      .sent_at = (int64_t)now,
                                      .lost = i % 2 == 0,
                                      .arrived_at = (int64_t)(now + DELAY)};
        estimate_heard(&e, &r);
        if (i % 5 == 4)
            estimate_settle(&e, DELAY, now + 2 * DELAY);
        now += 10 * MSEC;
    }
    CHECK(e.rate > 200 * 1000);
}

TEST(line_that_narrows_is_followed_within_two_seconds)
{
    struct line *l = line_new(3000 * 1000, 0);

    run(l, 2500 * 1000, 10 * SEC, 0);
    l->rate = 300 * 1000;
    run(l, 2500 * 1000, 2 * SEC, 0);
    CHECK(l->e.rate < 400 * 1000);
    line_free(l);
}

TEST(loss_of_chance_does_not_starve)
{
    struct line *l = line_new(10 * 1000 * 1000, 5);

    run(l, 2500 * 1000, 30 * SEC, 0);
    CHECK(l->e.rate > 2000 * 1000);
    line_free(l);
}

TEST(heavy_loss_is_yielded_to)
{
    struct line *l = line_new(10 * 1000 * 1000, 40);

    run(l, 2500 * 1000, 30 * SEC, 0);
    CHECK(l->e.rate < 1000 * 1000);
    line_free(l);
}

TEST(silence_is_taken_for_a_full_line)
{
    struct line *l = line_new(3000 * 1000, 0);

    run(l, 2500 * 1000, 5 * SEC, 0);
    const uint32_t before = l->e.rate;
    l->deaf = true;
    run(l, 2500 * 1000, 7 * SEC, 0);
    CHECK(l->e.rate <= before / 4);
    l->deaf = false;
    CHECK(run(l, 2500 * 1000, 10 * SEC, 2000 * 1000) < 5 * SEC);
    line_free(l);
}

/* What is held up comes all the same: no line is full. */
TEST(a_busy_receiver_is_not_starved)
{
    struct line *l = line_new(20 * 1000 * 1000, 0);
    usec_t starved = 0;

    l->busy = true;
    run(l, 450 * 1000, 5 * SEC, 0);
    for (int i = 0; i < 600; i++) {
        run(l, 450 * 1000, 100 * MSEC, 0);
        starved += l->e.rate < 200 * 1000 ? 100 * MSEC : 0;
    }
    CHECK(starved < 6 * SEC);
    line_free(l);
}
