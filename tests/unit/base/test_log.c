#include "base/log.h"
#include "base/metric.h"
#include "support/test.h"

#include <errno.h>
#include <unistd.h>

/* What the line that log_event writes to standard error looks like, without its time. */
static const char *logged(const char *value)
{
    static char line[4096];
    int ends[2];

    CHECK_OK(pipe(ends));
    CHECK(dup2(ends[1], STDERR_FILENO) >= 0);
    log_warn("test.event", "key=%s", value);
    const ssize_t n = read(ends[0], line, sizeof(line) - 1);
    CHECK(n > 0);
    line[n] = 0;
    CHECK(line[n - 1] == '\n');
    return strchr(line, ' ') + 1;
}

TEST(a_line_is_level_event_and_pairs)
{
    CHECK_STR(logged("v"), "warn test.event key=v\n");
}

TEST(a_value_cannot_begin_a_line_of_its_own)
{
    CHECK_STR(logged("a\nb\x1b[31m"), "warn test.event key=a?b?[31m\n");
}

TEST(a_long_line_is_cut)
{
    char big[5000];

    memset(big, 'x', sizeof(big));
    big[sizeof(big) - 1] = 0;
    CHECK(strlen(logged(big)) < 2048);
}

TEST(a_log_goes_where_it_is_sent)
{
    char line[64];
    int ends[2];

    CHECK_OK(pipe(ends));
    log_to(ends[1]);
    log_error("test.event", "a=%d", 1);
    CHECK(read(ends[0], line, sizeof(line)) > 0);
}

TEST(levels_have_names)
{
    enum log_level level = LOG_DEBUG;

    CHECK_OK(log_level_parse("error", &level));
    CHECK_EQ(level, LOG_ERROR);
    CHECK_EQ(log_level_parse("loud", &level), -EBADMSG);
    log_set_level(LOG_ERROR);
    log_warn("test.unseen", "this=%s", "is not printed");
}

TEST(metrics_are_written_by_family_in_order)
{
    static struct metric b2 = METRIC_COUNTER("b_total{code=\"2xx\"}", "Bees");
    static struct metric bb = METRIC_GAUGE("b_total_other", "Other");
    static struct metric b1 = METRIC_COUNTER("b_total{code=\"1xx\"}", "Bees");
    static struct metric a = METRIC_GAUGE("a", "Ay");
    struct buf out = {0};

    metric_add(&b2, 2);
    metric_add(&bb, 1);
    metric_add(&b1, 1);
    metric_add(&b1, 1);
    metric_set(&a, -4);
    metric_write(&out);
    CHECK_STR(buf_cstr(&out), "# HELP a Ay\n# TYPE a gauge\na -4\n"
                              "# HELP b_total Bees\n# TYPE b_total counter\n"
                              "b_total{code=\"1xx\"} 2\nb_total{code=\"2xx\"} 2\n"
                              "# HELP b_total_other Other\n# TYPE b_total_other gauge\n"
                              "b_total_other 1\n");
    buf_done(&out);
}
