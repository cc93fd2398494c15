#include "http/server.h"

#include "base/mem.h"
#include "base/metric.h"
#include "base/rand.h"
#include "http/conn.h"
#include "http/frame.h"
#include "http/socket.h"

#include <assert.h>
#include <errno.h>
#include <time.h>
#include <unistd.h>

enum { MACHINE_MAX = 255, PERIOD_PARTS = 4 };

#define PERIOD_MAX (1 * SEC)
#define PERIOD_MIN (5 * MSEC)

static struct metric connections =
    METRIC_GAUGE("convene_http_connections", "Connections that speak HTTP or WebSocket");

static usec_t or_else(usec_t t, usec_t otherwise)
{
    return t ? t : otherwise;
}

static struct http_times with_defaults(const struct http_times *t)
{
    return (struct http_times){
        .head = or_else(t->head, 10 * SEC),
        .body = or_else(t->body, 30 * SEC),
        .idle = or_else(t->idle, 75 * SEC),
        .write = or_else(t->write, 30 * SEC),
        .ping = or_else(t->ping, 30 * SEC),
        .ping_lapse = or_else(t->ping_lapse, 75 * SEC),
        .closing = or_else(t->closing, 5 * SEC),
    };
}

/* Often enough for the shortest of the times. */
static usec_t sweep_period(const struct http_times *t)
{
    const usec_t all[] = {t->head, t->body, t->idle, t->write, t->ping, t->ping_lapse, t->closing};
    usec_t least = PERIOD_MAX;

    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        least = all[i] / PERIOD_PARTS < least ? all[i] / PERIOD_PARTS : least;
    return least > PERIOD_MIN ? least : PERIOD_MIN;
}

static void on_sweep(void *arg)
{
    struct http_server *s = arg;
    const usec_t now = loop_now(s->loop);

    LIST_EACH_SAFE (&s->conns, it) {
        struct conn *c = container_of(it, struct conn, link);
        if (c->deadline <= now) {
            conn_late(c);
        } else if (c->state == CONN_SOCKET && !socket_sweep(c->ws, now)) {
            (void)conn_free(c);
        }
    }
    metric_set(&connections, (int64_t)s->conns_count);
    if (s->conns_count > 0)
        timer_after(&s->sweep, s->period);
}

static void on_flush(void *arg)
{
    struct http_server *s = arg;

    while (!list_empty(&s->dirty)) {
        struct conn *c = container_of(s->dirty.next, struct conn, dirty);
        list_del(&c->dirty);
        conn_flush(c);
    }
}

static void on_drained(void *arg)
{
    struct http_server *s = arg;

    if (s->conns_count == 0 && s->drained)
        s->drained(s->drained_arg);
}

static char *machine_name(void)
{
    char name[MACHINE_MAX + 1] = "";

    if (gethostname(name, MACHINE_MAX) != 0)
        return NULL;
    return mem_strdup(name, strlen(name));
}

int http_server_new(const struct http_conf *conf, struct http_server **ret)
{
    struct url_origin origin = {0};
    char *url = NULL;

    if (conf->public_url) {
        const size_t len = strlen(conf->public_url);
        const bool slash = len > 0 && conf->public_url[len - 1] == '/';
        url = mem_strdup(conf->public_url, len - slash);
        if (url_origin_parse(span_str(url), &origin) != 0) {
            (void)mem_free(url);
            return -EBADMSG;
        }
    }
    struct http_server *s = mem_new(struct http_server);
    s->conf = *conf;
    s->conf.times = with_defaults(&conf->times);
    s->loop = conf->loop;
    s->public_url = url;
    s->conf.public_url = url;
    s->origin = origin;
    s->trusted = mem_array(struct addr_prefix, conf->trusted_count + 1);
    for (size_t i = 0; i < conf->trusted_count; i++)
        s->trusted[i] = conf->trusted[i];
    s->conf.trusted = s->trusted;
    s->machine = machine_name();
    s->period = sweep_period(&s->conf.times);
    s->ping = frame_new_control(WS_OP_PING, SPAN_NONE);
    list_init(&s->conns);
    list_init(&s->dirty);
    defer_init(&s->flush, on_flush, s);
    defer_init(&s->tell_drained, on_drained, s);
    timer_init(&s->sweep, s->loop, on_sweep, s);
    *ret = s;
    return 0;
}

void server_release(struct http_server *s)
{
    if (!s->ended || s->requests > 0)
        return;
    s->machine = mem_free(s->machine);
    s->trusted = mem_free(s->trusted);
    s->public_url = mem_free(s->public_url);
    s->ping = frame_unref(s->ping);
    (void)mem_free(s);
}

struct http_server *http_server_free(struct http_server *s)
{
    if (!s)
        return NULL;
    s->drained = NULL;
    LIST_EACH_SAFE (&s->conns, it)
        (void)conn_free(container_of(it, struct conn, link));
    timer_stop(&s->sweep);
    defer_cancel(&s->flush);
    defer_cancel(&s->tell_drained);
    s->ended = true;
    server_release(s);
    return NULL;
}

void http_server_accept(struct stream *st, void *server)
{
    struct http_server *s = server;

    ASSERT_ON(s->loop);
    (void)conn_new(s, st);
    if (s->conns_count == 1)
        timer_after(&s->sweep, s->period);
}

static void drain(struct conn *c, usec_t spread)
{
    struct http_server *s = c->server;

    if (c->state == CONN_SOCKET) {
        socket_close_at(c->ws, loop_now(s->loop) + rand_below(spread + 1));
    } else if (c->state == CONN_HEAD && c->in.len == 0 && c->out.len == 0 && !c->big) {
        conn_linger(c);
    }
}

void http_server_drain(struct http_server *s, usec_t spread, loop_fn *drained, void *arg)
{
    ASSERT_ON(s->loop);
    s->draining = true;
    s->drained = drained;
    s->drained_arg = arg;
    s->period = spread / PERIOD_PARTS < s->period ? spread / PERIOD_PARTS : s->period;
    s->period = s->period > PERIOD_MIN ? s->period : PERIOD_MIN;
    LIST_EACH_SAFE (&s->conns, it)
        drain(container_of(it, struct conn, link), spread);
    if (s->conns_count > 0) {
        timer_after(&s->sweep, s->period);
    } else {
        loop_defer(s->loop, &s->tell_drained);
    }
}

void http_server_set_hsts(struct http_server *s, bool on)
{
    s->hsts_off = !on;
}

size_t http_server_connections(const struct http_server *s)
{
    return s->conns_count;
}

/* RFC 9110, 5.6.7: always in English, whatever the locale. */
static void write_date(char *out, size_t size, int64_t second)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const time_t t = (time_t)second;
    struct tm tm;
    struct buf b = {0};

    (void)gmtime_r(&t, &tm);
    buf_printf(&b, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + (ptrdiff_t)3 * tm.tm_wday,
               tm.tm_mday, months + (ptrdiff_t)3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour,
               tm.tm_min, tm.tm_sec);
    const size_t n = b.len < size - 1 ? b.len : size - 1;
    memcpy(out, b.p, n);
    out[n] = 0;
    buf_done(&b);
}

const char *server_date(struct http_server *s)
{
    const int64_t second = loop_wall(s->loop).ms / 1000;

    if (second != s->date_second) {
        s->date_second = second;
        write_date(s->date, sizeof(s->date), second);
    }
    return s->date;
}
