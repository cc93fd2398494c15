#include "media/estimate.h"

enum {
    LOSS_PACKETS = 20, /* fewer say nothing */
    LOSS_HOLD = 10,    /* percent: no more is tried */
    LOSS_DOWN = 18,    /* less is tried */
    PROBE_PACKETS = 5, /* fewer say nothing */
    PROBE_CAME = 70,   /* percent that must arrive */
    PROBE_FULL = 90,   /* percent of the target: below, the line was full */
};

#define LOSS_EVERY     (500 * MSEC)
#define LOWER_EVERY    (200 * MSEC)
#define DOUBLE_EVERY   (250 * MSEC)
#define PROBE_AFTER    (1500 * MSEC) /* since the line was full, or a probe did not come through */
#define PROBE_PATIENCE (2 * SEC)
#define PROBE_FIRST    (300 * MSEC)
#define PROBE_SETTLE   (200 * MSEC) /* for feedback, with the round trip */
#define RTT_UNKNOWN    (200 * MSEC)

/* Shares. */
#define BACK_OFF   0.85
#define A_SECOND   1.08
#define CAME_THERE 0.95

static uint32_t bounded(double rate)
{
    if (rate < ESTIMATE_MIN)
        return ESTIMATE_MIN;
    return rate > ESTIMATE_MAX ? ESTIMATE_MAX : (uint32_t)rate;
}

void estimate_init(struct estimate *e, usec_t now)
{
    *e = (struct estimate){
        .rate = ESTIMATE_FIRST, .first_bucket = -1, .loss_at = now, .patience = PROBE_FIRST};
    trend_init(&e->trend);
}

void estimate_sent(struct estimate *e, usec_t now)
{
    if (e->sent_at == 0)
        e->sent_at = now;
}

static void count_arrival(struct estimate *e, const struct twcc_result *r)
{
    const int64_t at = r->arrived_at / (int64_t)ESTIMATE_BUCKET;

    if (e->first_bucket < 0 || at > e->bucket_at + ESTIMATE_BUCKETS) {
        for (size_t i = 0; i < ESTIMATE_BUCKETS; i++)
            e->bucket[i] = 0;
        e->first_bucket = e->bucket_at = at;
    }
    while (e->bucket_at < at)
        e->bucket[++e->bucket_at % ESTIMATE_BUCKETS] = 0;
    if (at > e->bucket_at - ESTIMATE_BUCKETS && at >= 0)
        e->bucket[at % ESTIMATE_BUCKETS] += r->size;
}

static void count_probe(struct estimate_probe *p, const struct twcc_result *r)
{
    if (p->id == 0 || r->probe != p->id)
        return;
    p->sent += !r->mended;
    if (r->lost)
        return;
    if (p->arrived++ == 0) {
        p->first_at = p->last_at = r->arrived_at;
    } else {
        p->bytes += r->size;
    }
    if (r->arrived_at > p->last_at)
        p->last_at = r->arrived_at;
}

void estimate_heard(struct estimate *e, const struct twcc_result *r)
{
    count_probe(&e->probe, r);
    e->told += !r->mended;
    if (r->lost) {
        e->lost++;
        return;
    }
    if (r->mended && e->lost > 0)
        e->lost--;
    count_arrival(e, r);
    if (!r->mended)
        trend_seen(&e->trend, r->sent_at, r->arrived_at);
}

uint32_t estimate_arriving(const struct estimate *e)
{
    /* the newest is not whole, nor is the first of all */
    const int64_t have = e->bucket_at - e->first_bucket;
    const int64_t n = have < ESTIMATE_BUCKETS - 1 ? have : ESTIMATE_BUCKETS - 1;
    uint64_t bytes = 0;

    if (e->first_bucket < 0 || n < 1)
        return 0;
    for (int64_t i = 1; i <= n; i++)
        bytes += e->bucket[(e->bucket_at - i) % ESTIMATE_BUCKETS];
    return (uint32_t)(bytes * 8 * SEC / ((uint64_t)n * ESTIMATE_BUCKET));
}

static void lower(struct estimate *e, double to, usec_t now)
{
    e->full_once = true;
    e->lowered_at = now;
    if (to < e->rate)
        e->rate = bounded(to);
    e->probe.id = 0;
    e->probed_at = now;
}

/* The queue grows: less than arrives is to be sent, so that it empties. */
static void on_over(struct estimate *e, usec_t rtt, usec_t now)
{
    const uint32_t arriving = estimate_arriving(e);

    if (e->lowered_at != 0 && now < e->lowered_at + LOWER_EVERY + rtt)
        return;
    lower(e, BACK_OFF * (arriving > 0 ? arriving : e->rate), now);
}

/* But never below what comes through: that the line carries, however much more was sent. */
static void lower_by_loss(struct estimate *e, uint32_t percent, usec_t now)
{
    const double to = e->rate * (1 - 0.005 * percent);
    const double least = BACK_OFF * estimate_arriving(e);

    if (e->rate > least)
        lower(e, to > least ? to : least, now);
}

static void look_at_loss(struct estimate *e, usec_t now, uint32_t *ret_percent)
{
    *ret_percent = e->told < LOSS_PACKETS ? 0 : e->lost * 100 / e->told;
    if (now < e->loss_at + LOSS_EVERY || e->told < LOSS_PACKETS)
        return;
    if (*ret_percent >= LOSS_DOWN)
        lower_by_loss(e, *ret_percent, now);
    e->loss_at = now;
    e->lost = e->told = 0;
}

static void raise_slowly(struct estimate *e, usec_t now)
{
    const double seconds = (double)(now - e->settled_at) / SEC;
    const uint32_t arriving = estimate_arriving(e);

    /* what is not used is not known to be there */
    if (e->rate < arriving + arriving / 2)
        e->rate = bounded(e->rate * (1 + (A_SECOND - 1) * (seconds < 1 ? seconds : 1)));
}

/* Nobody knows yet what the line carries: what has come through may be doubled. */
static void raise_fast(struct estimate *e, usec_t now)
{
    if (now < e->settled_at + DOUBLE_EVERY)
        return;
    if (estimate_arriving(e) >= e->rate / 3)
        e->rate = bounded(2.0 * e->rate);
    e->settled_at = now;
}

static void judge_probe(struct estimate *e, usec_t now)
{
    const struct estimate_probe p = e->probe;
    const int64_t took = p.last_at - p.first_at;

    e->probe.id = 0;
    e->probed_at = now;
    e->patience = PROBE_PATIENCE;
    if (p.sent < PROBE_PACKETS || p.arrived * 100 < p.sent * PROBE_CAME || took <= 0)
        return;
    const double came = (double)p.bytes * 8 * SEC / (double)took;
    /* at the pace of what arrived the rest would have come as well: a line that loses is not full for that */
    const double pace = came * p.sent / p.arrived;
    const bool full = pace * 100 < (double)p.target * PROBE_FULL;
    const double is = full ? came * CAME_THERE : (pace < p.target ? pace : p.target);
    if (is > e->rate)
        e->rate = bounded(is);
    if (!full)
        e->patience = 0; /* there may be still more */
}

void estimate_settle(struct estimate *e, usec_t rtt, usec_t now)
{
    uint32_t percent;

    e->heard_at = now;
    e->sent_at = 0;
    if (e->settled_at == 0)
        e->settled_at = now;
    look_at_loss(e, now, &percent);
    if (e->trend.state == TREND_OVER) {
        on_over(e, rtt ? rtt : RTT_UNKNOWN, now);
        e->settled_at = now;
        return;
    }
    if (e->trend.state == TREND_UNDER || percent >= LOSS_HOLD) {
        e->settled_at = now;
        return;
    }
    if (!e->full_once) {
        raise_fast(e, now);
        return;
    }
    raise_slowly(e, now);
    e->settled_at = now;
}

void estimate_tick(struct estimate *e, usec_t now)
{
    if (e->probe.id != 0 && e->probe.over && now >= e->probe.until)
        judge_probe(e, now);
    /* nothing is heard of what is sent: the queue may be seconds long */
    if (e->sent_at != 0 && now >= e->sent_at + ESTIMATE_SILENCE &&
        (e->lowered_at == 0 || now >= e->lowered_at + ESTIMATE_SILENCE))
        lower(e, e->rate / 2.0, now);
}

bool estimate_probe(struct estimate *e, uint32_t want, usec_t rtt, usec_t now)
{
    const usec_t settle = PROBE_SETTLE + (rtt ? rtt : RTT_UNKNOWN);
    /* what came through says at once that more may */
    const usec_t wait = e->patience == 0 || e->patience > settle ? e->patience : settle;

    if (e->probe.id != 0 || e->heard_at == 0 ||
        (e->lowered_at != 0 && now < e->lowered_at + PROBE_AFTER) || now < e->probed_at + wait)
        return false;
    const double most = e->rate * 2.0;
    e->probes = e->probes == UINT8_MAX ? 1 : (uint8_t)(e->probes + 1);
    e->probe =
        (struct estimate_probe){.id = e->probes, .target = bounded(want < most ? want : most)};
    return true;
}

void estimate_probed(struct estimate *e, usec_t rtt, usec_t now)
{
    e->probe.over = true;
    e->probe.until = now + PROBE_SETTLE + (rtt ? rtt : RTT_UNKNOWN);
}
