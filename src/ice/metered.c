#include "ice/metered.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "fetch/fetch.h"

#include <errno.h>
#include <stdlib.h>

#include "ice/relays.h"

enum { UNAUTHORIZED = 401, FORBIDDEN = 403, OK = 200, CLOCK_WRONG = 60 /* seconds */ };

static struct metric failures =
    METRIC_COUNTER("convene_turn_api_failures_total", "Answers of TURN_API_HOST that were none");

struct question {
    const char *url; /* the conf's, for sentences */
    metered_fn *fn;
    void *arg;
};

/* What has come, or what is wrong with it. */
static int judge(const struct question *q, const struct fetch_answer *a, struct buf *servers,
                 struct buf *why)
{
    if (a->error) {
        buf_add_str(why, a->why);
        return a->error;
    }
    if (a->status == UNAUTHORIZED || a->status == FORBIDDEN) {
        buf_printf(why, "%s refuses TURN_API_KEY (status %d).", q->url, a->status);
        return -EACCES;
    }
    if (a->status != OK) {
        buf_printf(why, "%s answers with status %d.", q->url, a->status);
        return -EIO;
    }
    buf_printf(why, "%s answers with ", q->url);
    const int rc = relays_parse(a->body, servers, why);
    buf_add_char(why, '.');
    return rc;
}

static void on_answer(const struct fetch_answer *a, void *arg)
{
    struct question *q = arg;
    struct buf servers = {0};
    struct buf why = {0};
    const int rc = judge(q, a, &servers, &why);

    q->fn(&(struct metered_answer){.rc = rc,
                                   .why = rc < 0 ? buf_cstr(&why) : "",
                                   .servers = &servers,
                                   .date = a->error ? 0 : a->date},
          q->arg);
    buf_done(&servers);
    buf_done(&why);
    (void)mem_free(q);
}

void metered_ask(const struct metered_conf *conf, metered_fn *fn, void *arg)
{
    struct question *q = mem_new(struct question);
    struct buf url = {0};

    q->url = conf->url;
    q->fn = fn;
    q->arg = arg;
    buf_printf(&url, "%s/api/v1/turn/credentials?apiKey=", conf->url);
    fetch_form_encode(&url, span_str(conf->key));
    fetch_start(conf->fetcher,
                &(struct fetch_request){.url = buf_cstr(&url),
                                        .http_allowed = span_starts(span_str(conf->url), "http://"),
                                        .max_bytes = METERED_ANSWER_MAX,
                                        .seconds = METERED_SECONDS},
                on_answer, q);
    buf_done(&url);
}

struct metered {
    struct metered_conf conf;
    struct timer next;
    struct buf servers;   /* elements of a JSON array; empty: none */
    int64_t good_till_ms; /* of those */
    usec_t again;         /* how long to wait after the next failure */
    bool failing;
    bool clock_told;
};

static void note_failure(struct metered *m, const struct metered_answer *a)
{
    metric_add(&failures, 1);
    if (a->rc == -EACCES)
        buf_done(&m->servers);
    if (!m->failing) {
        log_warn("ice.api", "why=\"%s\" do=\"%s\"", a->why,
                 m->servers.len > 0
                     ? "calls use what was answered last for a day at most; it is asked again"
                     : "calls do without its servers; it is asked again");
    }
    m->failing = true;
    timer_after(&m->next, m->again);
    m->again = 2 * m->again < METERED_AGAIN_MOST ? 2 * m->again : METERED_AGAIN_MOST;
}

/* Credentials that lapse are refused by a server with another idea of the time. */
static void check_clock(struct metered *m, int64_t date)
{
    const long long off = (long long)(loop_wall(m->conf.loop).ms / 1000 - date);
    const bool wrong = date != 0 && llabs(off) >= CLOCK_WRONG;

    if (wrong && !m->clock_told) {
        log_warn("ice.clock",
                 "why=\"this machine's clock is %lld seconds %s that of %s: credentials that lapse "
                 "may be refused\" do=\"let it be set by NTP\"",
                 llabs(off), off > 0 ? "ahead of" : "behind", m->conf.url);
    }
    m->clock_told = wrong;
}

static void note_servers(struct metered *m, const struct metered_answer *a)
{
    buf_done(&m->servers);
    m->servers = *a->servers;
    *a->servers = (struct buf){0};
    m->good_till_ms = loop_wall(m->conf.loop).ms + (int64_t)METERED_GOOD_HOURS * 3600 * 1000;
    if (m->failing)
        log_info("ice.api", "host=%s servers=%d why=\"it answers again\"", m->conf.url, a->rc);
    check_clock(m, a->date);
    m->failing = false;
    m->again = m->conf.again;
    timer_after(&m->next, m->conf.every);
}

static void on_answered(const struct metered_answer *a, void *arg)
{
    struct metered *m = arg;

    if (a->rc == -ECANCELED)
        return;
    if (a->rc < 0) {
        note_failure(m, a);
    } else {
        note_servers(m, a);
    }
}

static void on_due(void *arg)
{
    struct metered *m = arg;

    metered_ask(&m->conf, on_answered, m);
}

struct metered *metered_new(const struct metered_conf *conf)
{
    struct metered *m = mem_new(struct metered);

    m->conf = *conf;
    m->conf.every = conf->every ? conf->every : METERED_EVERY;
    m->conf.again = conf->again ? conf->again : METERED_AGAIN;
    m->again = m->conf.again;
    timer_init(&m->next, conf->loop, on_due, m);
    on_due(m);
    return m;
}

struct metered *metered_free(struct metered *m)
{
    if (!m)
        return NULL;
    timer_stop(&m->next);
    buf_done(&m->servers);
    return mem_free(m);
}

void metered_offer(const struct metered *m, struct wall now, struct offer *o)
{
    if (m->servers.len == 0 || now.ms >= m->good_till_ms)
        return;
    json_put_raw(o->out, NULL, buf_span(&m->servers));
    offer_expires(o, m->good_till_ms);
}
