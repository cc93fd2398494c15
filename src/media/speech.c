#include "media/speech.h"

#include <math.h>

enum {
    SUBUNITS = 13, /* of an instant: each is 10 levels */
    SUBUNIT = 10,
    ABOVE_FLOOR = 10,
    INSTANT_ACTIVE = 7, /* more of 13 is active */
    TENTH_ACTIVE = 4,   /* more of 5 is active */
};

#define FLOOR_EVERY (15 * SEC)

/* Of the speech hypothesis against silence: the exponents of its prior on each scale. */
static const double lambdas[3] = {0.78, 24, 47};
/* ln of the ratios from which on the word goes over. */
static const double ratios[3] = {3, 2, 0};

#define SCORE_MIN 1e-10
#define LN_MIN    (-23.025850929940457)

const struct speech speech_silent = {.scores = {LN_MIN, LN_MIN, LN_MIN}};

static void push(struct speech *s, uint8_t level)
{
    s->at = (uint8_t)((s->at + 1) % SPEECH_RING);
    s->levels[s->at] = level;
}

/* The noise of a room is what is never undercut. */
static void learn_floor(struct speech *s, uint8_t level, usec_t now)
{
    if (level == 0)
        return;
    if (s->floor_at == 0) {
        s->floor = s->least = level;
        s->floor_at = now;
    }
    if (level < s->least)
        s->least = level;
    if (level < s->floor)
        s->floor = level;
    if (now < s->floor_at + FLOOR_EVERY)
        return;
    s->floor = s->least;
    s->least = level;
    s->floor_at = now;
}

void speech_hear(struct speech *s, uint8_t level, usec_t now)
{
    learn_floor(s, level, now);
    push(s, level);
    s->heard_at = now;
}

static void fall_silent(struct speech *s, usec_t now)
{
    if (s->heard_at == 0 || now < s->heard_at + SPEECH_IDLE)
        return;
    const usec_t missing = (now - s->heard_at) / SPEECH_FRAME;
    for (usec_t i = 0; i < missing && i < SPEECH_RING; i++)
        push(s, 0);
    s->heard_at = now;
}

/* i: 0 the newest. */
static unsigned instant(const struct speech *s, unsigned i)
{
    const uint8_t level = s->levels[(s->at + SPEECH_RING - i) % SPEECH_RING];

    return level < s->floor + ABOVE_FLOOR ? 0 : level / SUBUNIT;
}

static unsigned tenth(const struct speech *s, unsigned i)
{
    unsigned n = 0;

    for (unsigned k = 0; k < SPEECH_INSTANTS; k++)
        n += instant(s, i * SPEECH_INSTANTS + k) > INSTANT_ACTIVE;
    return n;
}

static unsigned second(const struct speech *s)
{
    unsigned n = 0;

    for (unsigned i = 0; i < SPEECH_TENTHS; i++)
        n += tenth(s, i) > TENTH_ACTIVE;
    return n;
}

/* v of n were active: a coin against an exponential prior. */
static double score(unsigned v, unsigned n, double lambda)
{
    double ways = 1;

    for (unsigned i = 1; i <= v; i++)
        ways = ways * (n - v + i) / i;
    const double ln = log(ways) + n * log(0.5) - log(lambda) + lambda * v;

    return log(fmax(ln, SCORE_MIN));
}

void speech_judge(struct speech *s, usec_t now)
{
    fall_silent(s, now);
    s->scores[0] = score(instant(s, 0), SUBUNITS, lambdas[0]);
    s->scores[1] = score(tenth(s, 0), SPEECH_INSTANTS, lambdas[1]);
    s->scores[2] = score(second(s), SPEECH_TENTHS, lambdas[2]);
}

double speech_beats(const struct speech *a, const struct speech *b)
{
    for (int i = 0; i < 3; i++) {
        if (a->scores[i] - b->scores[i] <= ratios[i])
            return 0;
    }
    return a->scores[1] - b->scores[1];
}
