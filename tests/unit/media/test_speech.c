#include "media/speech.h"
#include "support/test.h"

enum { LOUD = 95, QUIET = 70, HUM = 40 };

/* So many frames of a level. */
static void say(struct speech *s, uint8_t level, int frames, usec_t *now)
{
    for (int i = 0; i < frames; i++) {
        *now += SPEECH_FRAME;
        speech_hear(s, level, *now);
    }
}

static double beats(struct speech *a, struct speech *b, usec_t now)
{
    speech_judge(a, now);
    speech_judge(b, now);
    return speech_beats(a, b);
}

TEST(who_speaks_for_a_second_beats_who_is_silent)
{
    struct speech a = {0};
    struct speech b = {0};
    usec_t now = SEC;

    say(&a, HUM, 50, &now);
    CHECK(beats(&a, &b, now) <= 0);
    say(&a, LOUD, 50, &now);
    CHECK(beats(&a, &b, now) > 0);
    CHECK(beats(&b, &a, now) <= 0);
}

TEST(a_cough_does_not)
{
    struct speech a = {0};
    struct speech b = {0};
    usec_t now = SEC;
    usec_t same = now;

    say(&b, HUM, 50, &same);
    say(&b, LOUD, 50, &same);
    say(&a, HUM, 97, &now);
    say(&a, 120, 3, &now);
    CHECK(beats(&a, &b, now) <= 0);
}

TEST(one_of_two_who_both_speak_keeps_the_word)
{
    struct speech a = {0};
    struct speech b = {0};
    usec_t now = SEC;
    usec_t same = now;

    say(&a, LOUD, 100, &now);
    say(&b, LOUD + 10, 100, &same);
    CHECK(beats(&a, &b, now) <= 0 && beats(&b, &a, now) <= 0);
}

TEST(the_word_goes_over_when_one_stops)
{
    struct speech a = {0};
    struct speech b = {0};
    usec_t now = SEC;
    usec_t same = now;

    say(&a, HUM, 50, &now);
    say(&b, HUM, 50, &same);
    say(&a, LOUD, 50, &now);
    same = now;
    say(&a, HUM, 60, &now);
    say(&b, LOUD, 60, &same);
    CHECK(beats(&b, &a, now) > 0);
}

TEST(a_room_that_hums_is_silent)
{
    struct speech a = {0};
    struct speech b = {0};
    usec_t now = SEC;

    say(&a, 85, 1000, &now); /* loud, but never less */
    CHECK(beats(&a, &b, now) <= 0);
}

TEST(who_sends_nothing_says_nothing)
{
    struct speech a = {0};
    struct speech b = {0};
    usec_t now = SEC;

    say(&a, HUM, 10, &now);
    say(&a, LOUD, 100, &now);
    CHECK(beats(&a, &b, now) > 0);
    CHECK(beats(&a, &b, now + 3 * SEC) <= 0);
}
