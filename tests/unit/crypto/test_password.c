#include "crypto/password.h"
#include "support/test.h"

#include <errno.h>

struct talk {
    struct loop *loop;
    struct passwords *p;
    char encoded[PASSWORD_ENCODED_MAX + 1];
    int rcs[PASSWORD_QUEUE + 8];
    size_t n;
    size_t want;
};

static void on_hashed(int rc, struct span encoded, void *arg)
{
    struct talk *t = arg;

    CHECK_OK(rc);
    CHECK(encoded.len <= PASSWORD_ENCODED_MAX);
    memcpy(t->encoded, encoded.p, encoded.len);
    loop_stop(t->loop);
}

static void on_checked(int rc, void *arg)
{
    struct talk *t = arg;

    t->rcs[t->n++] = rc;
    if (t->n == t->want)
        loop_stop(t->loop);
}

static void begin(struct talk *t)
{
    *t = (struct talk){.loop = loop_new()};
    t->p = passwords_new(t->loop);
}

static void end(struct talk *t)
{
    passwords_free(t->p);
    loop_free(t->loop);
}

TEST(a_password_is_known_again_and_another_is_not)
{
    struct talk t;

    begin(&t);
    CHECK_OK(password_hash(t.p, span_str("correct horse"), on_hashed, &t));
    loop_run(t.loop);
    CHECK(span_starts(span_str(t.encoded), "$argon2id$v=19$m=19456,t=2,p=1$"));
    t.want = 1;
    CHECK_OK(password_check(t.p, PASSWORD_STRANGER, span_str("correct horse"), span_str(t.encoded),
                            on_checked, &t));
    loop_run(t.loop);
    t.want = 2;
    CHECK_OK(password_check(t.p, PASSWORD_STRANGER, span_str("Correct horse"), span_str(t.encoded),
                            on_checked, &t));
    loop_run(t.loop);
    CHECK_EQ(t.rcs[0], 0);
    CHECK_EQ(t.rcs[1], -EACCES);
    end(&t);
}

TEST(an_unknown_account_costs_the_same_work_and_is_refused)
{
    struct talk t;

    begin(&t);
    t.want = 1;
    const usec_t before = loop_now(t.loop);
    CHECK_OK(
        password_check(t.p, PASSWORD_STRANGER, span_str("whatever"), SPAN_NONE, on_checked, &t));
    loop_run(t.loop);
    CHECK_EQ(t.rcs[0], -EACCES);
    CHECK(loop_now(t.loop) - before > 2 * MSEC); /* Argon2 ran */
    end(&t);
}

TEST(a_flood_is_turned_away)
{
    struct talk t;
    size_t taken = 0;

    begin(&t);
    while (password_check(t.p, PASSWORD_STRANGER, span_str("x"), SPAN_NONE, on_checked, &t) == 0)
        taken++;
    CHECK_EQ(taken, PASSWORD_AT_ONCE + PASSWORD_QUEUE);
    CHECK_EQ(password_check(t.p, PASSWORD_STRANGER, span_str("x"), SPAN_NONE, on_checked, &t),
             -EAGAIN);
    end(&t);
}

TEST(whoever_is_expected_is_served_before_a_flood_of_strangers)
{
    struct talk t;

    begin(&t);
    t.want = 1;
    CHECK_OK(password_hash(t.p, span_str("correct horse"), on_hashed, &t));
    loop_run(t.loop);
    while (password_check(t.p, PASSWORD_STRANGER, span_str("x"), SPAN_NONE, on_checked, &t) == 0)
        ;
    t.want = PASSWORD_AT_ONCE + 2; /* those at work already, and maybe one that began with them */
    CHECK_OK(password_check(t.p, PASSWORD_EXPECTED, span_str("correct horse"), span_str(t.encoded),
                            on_checked, &t));
    loop_run(t.loop);
    size_t right = 0;
    for (size_t i = 0; i < t.n; i++)
        right += t.rcs[i] == 0;
    CHECK_EQ(right, 1);
    end(&t);
}

TEST(an_endless_password_is_refused)
{
    static char endless[PASSWORD_MAX + 1];
    struct talk t;

    begin(&t);
    CHECK_EQ(password_check(t.p, PASSWORD_STRANGER, span_of(endless, sizeof(endless)), SPAN_NONE,
                            on_checked, &t),
             -EMSGSIZE);
    end(&t);
}
