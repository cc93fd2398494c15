#include "base/bucket.h"
#include "support/test.h"

static const struct bucket_conf conf = {.burst = 3, .refill = 10 * SEC};

TEST(a_bucket_gives_its_burst_and_then_one_a_refill)
{
    struct bucket b = {0};
    const usec_t now = 1000 * SEC;

    for (int i = 0; i < 3; i++)
        CHECK_EQ(bucket_take(&b, &conf, now), 0);
    CHECK_EQ(bucket_take(&b, &conf, now), 10 * SEC);
    CHECK_EQ(bucket_take(&b, &conf, now + 4 * SEC), 6 * SEC);
    CHECK_EQ(bucket_take(&b, &conf, now + 10 * SEC), 0);
    CHECK_EQ(bucket_take(&b, &conf, now + 10 * SEC), 10 * SEC);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(bucket_take(&b, &conf, now + 1000 * SEC), 0);
    CHECK(bucket_take(&b, &conf, now + 1000 * SEC) > 0);
}

TEST(keys_have_buckets_of_their_own)
{
    struct buckets *t = buckets_new(&conf, 10);

    for (int i = 0; i < 3; i++)
        CHECK_EQ(buckets_take(t, span_str("a"), SEC), 0);
    CHECK(buckets_take(t, span_str("a"), SEC) > 0);
    CHECK_EQ(buckets_take(t, span_str("b"), SEC), 0);
    buckets_give(t, span_str("a"));
    buckets_give(t, span_str("nobody"));
    CHECK_EQ(buckets_take(t, span_str("a"), SEC), 0);
    CHECK(buckets_take(t, span_str("a"), SEC) > 0);
    CHECK(buckets_free(t) == NULL);
    CHECK(buckets_free(NULL) == NULL);
}

TEST(a_full_table_keeps_those_who_have_taken_most)
{
    struct buckets *t = buckets_new(&conf, 50);

    for (int i = 0; i < 4; i++)
        buckets_take(t, span_str("greedy"), SEC);
    for (uint32_t i = 0; i < 10000; i++)
        CHECK_EQ(buckets_take(t, span_of(&i, sizeof(i)), SEC + i), 0);
    CHECK(buckets_take(t, span_str("greedy"), SEC + 10000) > 0);
    buckets_free(t);
}

TEST(a_bucket_that_is_full_again_is_forgotten_without_harm)
{
    struct buckets *t = buckets_new(&conf, 4);

    for (usec_t round = 1; round < 1000; round++) {
        for (uint32_t i = 0; i < 3; i++)
            CHECK_EQ(buckets_take(t, span_of(&i, sizeof(i)), round * 100 * SEC), 0);
    }
    buckets_free(t);
}
