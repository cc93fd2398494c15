#include "base/map.h"
#include "base/rand.h"
#include "support/test.h"

#include <stdbool.h>

enum { ITEMS = 2000, STEPS = 100000 };

struct item {
    uint32_t key;
    bool in;
};

static struct span key_of(const struct item *it)
{
    return span_of(&it->key, sizeof(it->key));
}

TEST(an_empty_map_holds_nothing)
{
    AUTO(map) struct map *m = map_new();
    size_t at = 0;

    CHECK(map_get(m, span_str("a")) == NULL);
    CHECK(map_del(m, span_str("a")) == NULL);
    CHECK(map_next(m, &at) == NULL);
    CHECK(map_free(NULL) == NULL);
}

TEST(a_second_put_takes_the_place_of_the_first)
{
    AUTO(map) struct map *m = map_new();
    char one[] = "k";
    char two[] = "k";

    CHECK(map_put(m, span_str(one), one) == NULL);
    CHECK(map_put(m, span_str(two), two) == one);
    one[0] = 'x'; /* the key is the second one's now */
    CHECK(map_get(m, span_str("k")) == two);
    CHECK_EQ(map_count(m), 1);
}

TEST(random_puts_and_deletes_agree_with_a_plain_table)
{
    AUTO(map) struct map *m = map_new();
    static struct item items[ITEMS];
    size_t count = 0;

    rand_seed(7);
    for (uint32_t i = 0; i < ITEMS; i++)
        items[i].key = i;
    for (int i = 0; i < STEPS; i++) {
        struct item *it = &items[rand_below(ITEMS)];

        CHECK(map_get(m, key_of(it)) == (it->in ? it : NULL));
        if (it->in)
            CHECK(map_del(m, key_of(it)) == it);
        else
            CHECK(map_put(m, key_of(it), it) == NULL);
        it->in = !it->in;
        count += it->in ? 1 : (size_t)-1;
        CHECK_EQ(map_count(m), count);
    }
}

TEST(a_walk_sees_each_entry_once_and_may_delete_it)
{
    AUTO(map) struct map *m = map_new();
    static struct item items[ITEMS];
    size_t at = 0;
    size_t seen = 0;

    for (uint32_t i = 0; i < ITEMS; i++) {
        items[i].key = i;
        map_put(m, key_of(&items[i]), &items[i]);
    }
    for (struct item *it; (it = map_next(m, &at));) {
        CHECK(!it->in);
        it->in = true;
        seen++;
        if (it->key % 2)
            CHECK(map_del(m, key_of(it)) == it);
    }
    CHECK_EQ(seen, ITEMS);
    CHECK_EQ(map_count(m), ITEMS / 2);
}
