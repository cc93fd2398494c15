/*
 * speech - who has the word: how likely it is that somebody speaks, over an instant, a tenth of a second and a second, of
 * the levels that come with the packets (RFC 6464).
 *
 * After Volfin and Cohen, "Dominant speaker identification for multipoint videoconferencing" (2012), with the constants
 * that video bridges use: a cough is loud for an instant only, and a murmur that lasts is never loud; the word goes over
 * when somebody has been more active on all three scales.
 *
 * Pure; told the time.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SPEECH_INSTANTS = 5, /* that make a tenth of a second */
    SPEECH_TENTHS = 10,  /* that make a second */
    SPEECH_RING = SPEECH_INSTANTS * SPEECH_TENTHS,
};

#define SPEECH_FRAME (20 * MSEC) /* what one level stands for */
#define SPEECH_IDLE  (40 * MSEC) /* then nothing is said */

struct speech {
    uint8_t levels[SPEECH_RING]; /* 0 silent to 127; of the last frames, the newest at `at` */
    uint8_t at;
    uint8_t
        floor; /* the least level of late that was none at all: below a little more nothing is said */
    uint8_t least;    /* since floor_at */
    usec_t floor_at;  /* 0: none yet */
    usec_t heard_at;  /* 0: never */
    double scores[3]; /* ln of the likelihoods: instant, tenth, second; by speech_judge() */
};

/* A packet came.  level: 127 - dBov. */
void speech_hear(struct speech *s, uint8_t level, usec_t now);
/* Before it is compared: frames that did not come are silence. */
void speech_judge(struct speech *s, usec_t now);
/* Nobody's, judged. */
extern const struct speech speech_silent;

/* By how much a is more likely to have the word than b, which has it, both judged; 0 or less: it has not. */
double speech_beats(const struct speech *a, const struct speech *b);
