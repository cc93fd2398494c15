#include "support/test.h"
#include "wire/range.h"

#include <errno.h>

static void expect(const char *field, uint64_t size, int rc, uint64_t from, uint64_t len)
{
    struct range r = {0, 0};
    const int got = range_parse(span_str(field), size, &r);

    if (got != rc || r.from != from || r.len != len)
        test_fail(__FILE__, __LINE__, "%s of %llu: %d", field, (unsigned long long)size, got);
}

TEST(one_range_is_cut_to_the_size)
{
    expect("bytes=0-499", 10000, 1, 0, 500); /* RFC 9110, 14.1.2 */
    expect("bytes=500-999", 10000, 1, 500, 500);
    expect("bytes=-500", 10000, 1, 9500, 500);
    expect("bytes=9500-", 10000, 1, 9500, 500);
    expect("Bytes= 0-0 ", 10000, 1, 0, 1);
    expect("bytes=9999-20000", 10000, 1, 9999, 1);
    expect("bytes=0-18446744073709551615", 10000, 1, 0, 10000);
    expect("bytes=-20000", 10000, 1, 0, 10000);
}

TEST(a_range_beyond_the_end_cannot_be_met)
{
    expect("bytes=10000-", 10000, -ERANGE, 0, 0);
    expect("bytes=10000-10001", 10000, -ERANGE, 0, 0);
    expect("bytes=-0", 10000, -ERANGE, 0, 0);
    expect("bytes=0-", 0, -ERANGE, 0, 0);
    expect("bytes=-5", 0, -ERANGE, 0, 0);
}

TEST(anything_else_is_ignored)
{
    static const char *const odd[] = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5",
        "bytes=2-1",
        "bytes=0-1,3-4",
        "bytes=a-b",
        "bytes=0--1",
        "lines=0-1",
        "bytes 0-1",
        "bytes=0-1 2",
        "bytes=+0-1",
        "bytes=0 - 1",
        "bytes=0x0-1",
        "bytes=,",
        "bytes=0-1,",
        "bytes=99999999999999999999-",
    };

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        expect(odd[i], 10000, 0, 0, 0);
}
