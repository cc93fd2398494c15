#include "media/trend.h"

#include <math.h>

#define SMOOTHING 0.9
#define GAIN      4.0
#define GROUPS    60 /* the slope counts more the longer it has been looked at, up to this */

/* Of the threshold, in ms. */
#define THRESHOLD_FIRST 12.5
#define THRESHOLD_MIN   6.0
#define THRESHOLD_MAX   600.0
#define THRESHOLD_UP    0.0087
#define THRESHOLD_DOWN  0.039
#define OUTLIER         15.0 /* so far above it, it is not adapted */
#define ADAPT_MS_MAX    100.0

#define LATE_MS   20.0  /* more than it took at best: only then a queue can be what delays */
#define FORGET_MS 0.005 /* of the best, each ms: clocks drift, and routes change */
#define OVER_MS   10.0  /* above the threshold for so long is over */
#define BURST_MS  100

static const int64_t group_us = (int64_t)TREND_GROUP_MS * 1000;

void trend_init(struct trend *t)
{
    *t = (struct trend){.threshold = THRESHOLD_FIRST, .over_for = -1};
}

static double fit(const struct trend *t)
{
    double x = 0;
    double y = 0;
    double up = 0;
    double down = 0;

    for (size_t i = 0; i < TREND_WINDOW; i++) {
        x += t->x[i] / TREND_WINDOW;
        y += t->y[i] / TREND_WINDOW;
    }
    for (size_t i = 0; i < TREND_WINDOW; i++) {
        up += (t->x[i] - x) * (t->y[i] - y);
        down += (t->x[i] - x) * (t->x[i] - x);
    }
    return down > 0 ? up / down : t->slope;
}

static void adapt(struct trend *t, double height, int64_t arrived)
{
    const double ms = fmin((double)(arrived - t->judged_at) / 1000, ADAPT_MS_MAX);
    const double off = fabs(height) - t->threshold;

    t->judged_at = arrived;
    if (off > OUTLIER || ms <= 0)
        return;
    t->threshold += (off < 0 ? THRESHOLD_DOWN : THRESHOLD_UP) * off * ms;
    t->threshold = fmin(fmax(t->threshold, THRESHOLD_MIN), THRESHOLD_MAX);
}

static void judge(struct trend *t, double slope, double gap_ms, int64_t arrived)
{
    const double height = fmin((double)t->count, GROUPS) * slope * GAIN;

    if (height > t->threshold && t->sum - t->best > LATE_MS) {
        t->over_for = t->over_for < 0 ? gap_ms / 2 : t->over_for + gap_ms;
        if (t->over_for > OVER_MS && slope >= t->slope)
            t->state = TREND_OVER;
    } else {
        t->over_for = -1;
        t->state = height < -t->threshold ? TREND_UNDER : TREND_NORMAL;
    }
    adapt(t, height, arrived);
    t->slope = slope;
}

/* A group is whole: how much later it came than the one before. */
static void group_done(struct trend *t)
{
    const struct trend_group *a = &t->before;
    const struct trend_group *b = &t->now;

    if (a->any) {
        const double sent_ms = (double)(b->last_sent - a->last_sent) / 1000;
        const double came_ms = (double)(b->last_arrived - a->last_arrived) / 1000;
        if (t->count == 0)
            t->began = b->last_arrived;
        t->sum += came_ms - sent_ms;
        t->best = fmin(t->sum, t->best + FORGET_MS * fmax(came_ms, 0));
        t->smooth = SMOOTHING * t->smooth + (1 - SMOOTHING) * t->sum;
        t->x[t->count % TREND_WINDOW] = (double)(b->last_arrived - t->began) / 1000;
        t->y[t->count % TREND_WINDOW] = t->smooth;
        t->count++;
        if (t->count >= TREND_WINDOW)
            judge(t, fit(t), sent_ms, b->last_arrived);
    }
    t->before = t->now;
}

/* Sent together, or come together though they were not: what stood in a queue leaves it at once. */
static bool same_group(const struct trend_group *g, usec_t sent, int64_t arrived)
{
    if (sent - g->first_sent <= (usec_t)group_us)
        return true;
    const int64_t later = arrived - g->last_arrived;
    return later <= group_us && later < (int64_t)(sent - g->last_sent) &&
           arrived - g->first_arrived < (int64_t)BURST_MS * 1000;
}

void trend_seen(struct trend *t, usec_t sent, int64_t arrived)
{
    struct trend_group *g = &t->now;

    if (g->any && sent < g->first_sent)
        return; /* late: of a group that is done */
    if (g->any && !same_group(g, sent, arrived)) {
        group_done(t);
        g->any = false;
    }
    if (!g->any)
        *g = (struct trend_group){sent, sent, arrived, arrived, true};
    if (sent > g->last_sent)
        g->last_sent = sent;
    if (arrived > g->last_arrived)
        g->last_arrived = arrived;
}
