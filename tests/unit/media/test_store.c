#include "media/store.h"
#include "support/test.h"

enum { BYTES = 1000, NUMBERS = 16 };

static void put(struct store *s, uint64_t seq, size_t len)
{
    uint8_t bytes[BYTES + 1];
    const struct packet p = {.seq = seq, .payload = bytes, .len = (uint16_t)len, .layer = 1};

    memset(bytes, (int)(seq & 0xff), sizeof(bytes));
    store_put(s, &p);
}

/* There, and with the bytes that it came with? */
static bool there(const struct store *s, uint64_t seq, size_t len)
{
    struct packet p;

    if (!store_get(s, seq, &p))
        return false;
    CHECK(p.seq == seq && p.len == len && p.layer == 1);
    for (size_t i = 0; i < len; i++)
        CHECK(p.payload[i] == (seq & 0xff));
    return true;
}

TEST(what_is_put_in_is_found_by_its_number)
{
    struct store *s = store_new(BYTES, NUMBERS);

    CHECK(!there(s, 0, 0) && !there(s, 5, 100));
    put(s, 5, 100);
    put(s, 7, 1);
    CHECK(there(s, 5, 100) && there(s, 7, 1) && !there(s, 6, 100));
    CHECK(!there(s, 5 + NUMBERS, 100));
    CHECK(store_free(s) == NULL && store_free(NULL) == NULL);
}

TEST(numbers_push_out_the_oldest)
{
    struct store *s = store_new(BYTES, NUMBERS);

    for (uint64_t seq = 1; seq <= NUMBERS + 1; seq++)
        put(s, seq, 10);
    CHECK(!there(s, 1, 10) && there(s, 2, 10) && there(s, NUMBERS + 1, 10));
    put(s, 1, 10); /* too late: its place is a newer one's */
    CHECK(!there(s, 1, 10) && there(s, NUMBERS + 1, 10));
    store_free(s);
}

TEST(bytes_push_out_the_oldest)
{
    struct store *s = store_new(BYTES, NUMBERS);

    put(s, 1, 400);
    put(s, 2, 400);
    CHECK(there(s, 1, 400) && there(s, 2, 400));
    put(s, 3, 400); /* does not fit behind them, so begins anew */
    CHECK(!there(s, 1, 400) && there(s, 2, 400) && there(s, 3, 400));
    put(s, 4, BYTES);
    CHECK(!there(s, 2, 400) && !there(s, 3, 400) && there(s, 4, BYTES));
    put(s, 5, BYTES + 1); /* more than there is room for */
    CHECK(!there(s, 5, BYTES + 1) && there(s, 4, BYTES));
    store_free(s);
}

TEST(what_comes_late_is_kept_too)
{
    struct store *s = store_new(BYTES, NUMBERS);

    put(s, 10, 50);
    put(s, 12, 50);
    put(s, 11, 60);
    CHECK(there(s, 10, 50) && there(s, 11, 60) && there(s, 12, 50));
    store_free(s);
}

TEST(a_store_that_was_cleared_is_empty_and_takes_lower_numbers)
{
    struct store *s = store_new(BYTES, NUMBERS);

    put(s, 1000, 50);
    store_clear(s);
    CHECK(!there(s, 1000, 50));
    put(s, 1000 - NUMBERS, 50);
    CHECK(there(s, 1000 - NUMBERS, 50));
    store_free(s);
}

/* What is found is whole, always; and what was put in last is found. */
TEST(nothing_that_is_found_was_written_over)
{
    struct store *s = store_new(BYTES, NUMBERS);
    uint64_t seed = 3;
    uint16_t len[200] = {0};

    for (uint64_t seq = 100; seq < 100000; seq++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        const size_t n = (seed >> 33) % 300 + 1;
        size_t bytes = 0;
        len[seq % 200] = (uint16_t)n;
        put(s, seq, n);
        for (uint64_t k = seq; k > seq - NUMBERS && k >= 100; k--) {
            const bool found = there(s, k, len[k % 200]);
            bytes += len[k % 200];
            /* at most one gap at the ring's end, which is shorter than what did not fit */
            if (bytes + 300 <= BYTES)
                CHECK(found);
            if (bytes > BYTES)
                CHECK(!found);
        }
        CHECK(!there(s, seq - NUMBERS, len[(seq - NUMBERS) % 200]));
    }
    store_free(s);
}
