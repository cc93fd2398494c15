/*
 * metric - counters and gauges for /metrics (Prometheus text format 0.0.4).
 *
 * A metric is a static variable that registers itself at first use; adding is one relaxed atomic.
 *
 *     static struct metric sent = METRIC_COUNTER("convene_messages_total", "Messages stored");
 *     metric_add(&sent, 1);
 *
 * Thread: any.
 */
#pragma once

#include "base/buf.h"

#include <stdatomic.h>

struct metric {
    const char *name; /* may carry labels: name{code="2xx"} */
    const char *help;
    const char *type; /* "counter" or "gauge" */
    _Atomic int64_t value;
    _Atomic bool listed;
    struct metric *next;
};

#define METRIC_COUNTER(n, h)                                                                       \
    {                                                                                              \
        .name = (n), .help = (h), .type = "counter"                                                \
    }
#define METRIC_GAUGE(n, h)                                                                         \
    {                                                                                              \
        .name = (n), .help = (h), .type = "gauge"                                                  \
    }

void metric_add(struct metric *m, int64_t by);
void metric_set(struct metric *m, int64_t to);
/* All registered metrics, in order of name. */
void metric_write(struct buf *out);
