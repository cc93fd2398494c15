/* What those ask who run the server: alive, ready, and the figures. */
#include "api/inside.h"
#include "base/log.h"
#include "base/metric.h"
#include "crypto/equal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static struct metric uptime = METRIC_GAUGE("convene_uptime_seconds", "Since this start");
static struct metric resident = METRIC_GAUGE("process_resident_memory_bytes", "Memory held in RAM");

static void answer_plain(struct exchange *x, int status, struct buf *text)
{
    struct request *r = x->req;

    json_decref(x->body);
    http_respond(
        r, &(struct response){.status = status, .type = "text/plain; version=0.0.4", .take = text});
}

/* To this machine, or with METRICS_TOKEN as a bearer's token. */
static bool allowed(const struct exchange *x)
{
    static const char scheme[] = "Bearer ";
    const struct span given = request_header(x->req, "authorization");
    const char *token = x->api->conf.metrics_token;

    if (request_local(x->req))
        return true;
    return token && span_starts(given, scheme) &&
           equal_secret(span_sub(given, sizeof(scheme) - 1, given.len), span_str(token));
}

static void forbid(struct exchange *x)
{
    answer_code(x, CODE_FORBIDDEN, NULL,
                "This answers to the machine itself, or with METRICS_TOKEN as bearer token.");
}

void handle_healthz(struct exchange *x)
{
    struct buf text = {0};

    buf_add_str(&text, "ok\n");
    answer_plain(x, 200, &text);
}

void handle_readyz(struct exchange *x)
{
    struct buf text = {0};

    if (!allowed(x)) {
        forbid(x);
    } else if (store_health(x->api->conf.store, &text)) {
        log_warn("api.unready", "why=%s", buf_cstr(&text));
        answer_code(x, CODE_UNAVAILABLE, NULL, buf_cstr(&text));
        buf_done(&text);
    } else {
        buf_clear(&text);
        buf_add_str(&text, "ready\n");
        answer_plain(x, 200, &text);
    }
}

/* The second number of /proc/self/statm is the pages in RAM. */
static int64_t memory_held(void)
{
    char line[128];
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line));
    struct span rest = span_of(line, n > 0 ? (size_t)n : 0);
    struct span word;
    uint64_t pages = 0;

    if (fd >= 0)
        close(fd);
    (void)span_split(&rest, ' ', &word);
    if (span_split(&rest, ' ', &word))
        (void)span_u64(word, UINT32_MAX, &pages);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

void handle_metrics(struct exchange *x)
{
    const struct api *a = x->api;
    struct buf text = {0};

    if (!allowed(x)) {
        forbid(x);
        return;
    }
    metric_set(&uptime, (int64_t)((loop_now(a->conf.loop) - a->started) / SEC));
    metric_set(&resident, memory_held());
    metric_write(&text);
    answer_plain(x, 200, &text);
}
