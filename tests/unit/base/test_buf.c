#include "base/arena.h"
#include "base/buf.h"
#include "support/test.h"

TEST(numbers_are_written_to_their_ends)
{
    struct buf b = {0};

    buf_add_u64(&b, UINT64_MAX);
    buf_add_char(&b, ' ');
    buf_add_i64(&b, INT64_MIN);
    buf_add_char(&b, ' ');
    buf_add_u64(&b, 0);
    CHECK_STR(buf_cstr(&b), "18446744073709551615 -9223372036854775808 0");
    buf_done(&b);
}

TEST(printf_grows_the_room_it_needs)
{
    struct buf b = {0};

    for (int i = 0; i < 100; i++)
        buf_printf(&b, "%0100d", i);
    CHECK_EQ(b.len, 10000);
    CHECK(span_is(span_sub(buf_span(&b), 9998, 2), "99"));
    buf_done(&b);
    CHECK(b.p == NULL);
}

TEST(dropping_moves_the_rest_down)
{
    struct buf b = {0};

    buf_add_str(&b, "hello world");
    buf_drop(&b, 6);
    CHECK_STR(buf_cstr(&b), "world");
    buf_drop(&b, 5);
    CHECK_EQ(b.len, 0);
    buf_add_span(&b, SPAN_NONE);
    CHECK_STR(buf_cstr(&b), "");
    buf_done(&b);
}

TEST(an_arena_gives_zeroed_memory_of_any_size)
{
    AUTO(arena) struct arena *a = arena_new();

    for (size_t size = 0; size < 70000; size = size * 3 + 1) {
        char *p = arena_alloc(a, size);

        CHECK_EQ((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            CHECK_EQ(p[i], 0);
        memset(p, 0xff, size);
    }
}

TEST(an_arena_copies_text_with_a_nul_behind_it)
{
    AUTO(arena) struct arena *a = arena_new();
    const struct span s = arena_span(a, span_of("abc", 2));

    CHECK_EQ(s.len, 2);
    CHECK_STR(s.p, "ab");
    CHECK(arena_span(a, SPAN_NONE).p == NULL);
    CHECK(arena_span(a, span_str("")).p != NULL);
    CHECK(arena_free(NULL) == NULL);
}
