#include "api/limit.h"
#include "support/test.h"

static const struct addr peer = {.ip = {192, 0, 2, 1}, .family = 4};
static const struct addr other = {.ip = {192, 0, 2, 2}, .family = 4};

TEST(a_large_body_counts_for_several)
{
    struct limits *l = limits_new(true);
    const struct actor ann = {.user = id_new((struct wall){1})};
    unsigned sent = 0;

    while (limits_take(l, LIMIT_SEND, &ann, &peer, 40000, SEC) == 0)
        sent++;
    CHECK_EQ(sent, 6); /* of 60 tokens 10 each */
    limits_free(l);
}

TEST(one_who_sends_too_often_waits_and_nobody_else)
{
    const struct actor ann = {.user = {"01890a5d-ac96-774b-bcce-b302099a8057"}};
    const struct actor bob = {.user = {"01890a5d-ac96-774b-bcce-b302099a8058"}};
    struct limits *l = limits_new(true);
    usec_t wait = 0;

    for (int i = 0; i < 1000 && wait == 0; i++)
        wait = limits_take(l, LIMIT_SEND, &ann, &peer, 0, SEC);
    CHECK(wait > 0);
    CHECK_EQ(limits_take(l, LIMIT_SEND, &bob, &peer, 0, SEC), 0);
    CHECK_EQ(limits_take(l, LIMIT_SEND, &ann, &peer, 0, SEC + wait), 0);
    (void)limits_free(l);
}

TEST(chats_are_made_in_handfuls_not_by_the_thousand)
{
    const struct actor ann = {.user = {"01890a5d-ac96-774b-bcce-b302099a8057"}};
    struct limits *l = limits_new(true);
    unsigned made = 0;

    for (usec_t now = 0; now < 3600 * SEC; now += SEC)
        made += limits_take(l, LIMIT_GATHER, &ann, &peer, 0, SEC + now) == 0;
    CHECK_EQ(made, 30 + 120 - 1);
    (void)limits_free(l);
}

TEST(getting_in_is_counted_by_address)
{
    const struct actor ann = {.user = {"01890a5d-ac96-774b-bcce-b302099a8057"}};
    const struct actor nobody = {0};
    struct limits *l = limits_new(true);
    struct limits *off = limits_new(false);

    for (int i = 0; i < 1000; i++) {
        (void)limits_take(l, LIMIT_SIGN_IN, &nobody, &peer, 0, SEC);
        CHECK_EQ(limits_take(off, LIMIT_SIGN_IN, &nobody, &peer, 0, SEC), 0);
        CHECK_EQ(limits_take(l, LIMIT_READ, &ann, &peer, 0, SEC), 0);
    }
    CHECK(limits_take(l, LIMIT_SIGN_IN, &ann, &peer, 0, SEC) > 0);
    CHECK_EQ(limits_take(l, LIMIT_SIGN_IN, &nobody, &other, 0, SEC), 0);
    (void)limits_free(l);
    (void)limits_free(off);
}
