#include "base/metric.h"

#include "base/mem.h"

/* All metrics ever used; only ever grows at its head, so a reader walks it without a lock. */
static _Atomic(struct metric *) first;

static void enlist(struct metric *m)
{
    if (atomic_load_explicit(&m->listed, memory_order_relaxed) || atomic_exchange(&m->listed, true))
        return;
    m->next = atomic_load(&first);
    while (!atomic_compare_exchange_weak(&first, &m->next, m))
        continue;
}

void metric_add(struct metric *m, int64_t by)
{
    enlist(m);
    atomic_fetch_add_explicit(&m->value, by, memory_order_relaxed);
}

void metric_set(struct metric *m, int64_t to)
{
    enlist(m);
    atomic_store_explicit(&m->value, to, memory_order_relaxed);
}

/* The name without its labels: series of one family must stand together. */
static struct span family(const struct metric *m)
{
    const struct span name = span_str(m->name);

    return span_sub(name, 0, span_find(name, '{'));
}

static int by_name(const void *a, const void *b)
{
    const struct metric *x = *(struct metric *const *)a;
    const struct metric *y = *(struct metric *const *)b;
    const struct span fx = family(x);
    const struct span fy = family(y);
    const size_t n = fx.len < fy.len ? fx.len : fy.len;
    int order = strncmp(x->name, y->name, n);

    if (order == 0)
        order = (fx.len > fy.len) - (fx.len < fy.len);
    return order ? order : strcmp(x->name, y->name);
}

void metric_write(struct buf *out)
{
    struct metric *head = atomic_load(&first);
    size_t count = 0;

    for (struct metric *m = head; m; m = m->next)
        count++;
    struct metric **all = mem_array(struct metric *, count);
    count = 0;
    for (struct metric *m = head; m; m = m->next)
        all[count++] = m;
    qsort(all, count, sizeof(struct metric *), by_name);

    struct span last = SPAN_NONE;
    for (size_t i = 0; i < count; i++) {
        const struct span fam = family(all[i]);

        if (!span_eq(fam, last)) {
            buf_printf(out, "# HELP %.*s %s\n", SPAN_ARG(fam), all[i]->help);
            buf_printf(out, "# TYPE %.*s %s\n", SPAN_ARG(fam), all[i]->type);
        }
        last = fam;
        buf_add_str(out, all[i]->name);
        buf_add_char(out, ' ');
        buf_add_i64(out, atomic_load_explicit(&all[i]->value, memory_order_relaxed));
        buf_add_char(out, '\n');
    }
    mem_free(all);
}
