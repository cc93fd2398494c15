#include "base/mem.h"
#include "os/worker.h"
#include "support/test.h"

struct item {
    struct list link;
    int n;
};

struct tally {
    int next;
    int wrong;
    size_t largest;
};

static void run(struct list *batch, void *arg)
{
    struct tally *t = arg;
    size_t n = 0;

    LIST_EACH_SAFE (batch, it) {
        struct item *item = container_of(it, struct item, link);
        list_del(it);
        t->wrong += item->n != t->next++;
        n++;
        (void)mem_free(item);
    }
    t->largest = n > t->largest ? n : t->largest;
}

TEST(items_run_in_their_order_in_batches_and_all_before_the_end)
{
    enum { ITEMS = 10000, BATCH = 16 };
    struct tally t = {0};
    struct worker *w = worker_new("test", BATCH, run, &t);

    for (int i = 0; i < ITEMS; i++) {
        struct item *item = mem_new(struct item);
        item->n = i;
        worker_push(w, &item->link);
    }
    worker_free(w);
    CHECK_EQ(t.next, ITEMS);
    CHECK_EQ(t.wrong, 0);
    CHECK(t.largest <= BATCH);
}
