#include "http/websocket.h"

#include "base/bucket.h"
#include "base/mem.h"
#include "base/metric.h"
#include "http/queue.h"
#include "http/socket.h"

#include <assert.h>
#include <errno.h>

/* A frame may be larger than a whole queue should be (somebody's whole state); it is taken as long
 * as not more than LITTLE waits, and until it has left, what follows may wait behind it as if it
 * were not there. */
enum { WRITE_FRAMES = 64, LITTLE = HTTP_QUEUE_MAX / 4, LARGE = HTTP_QUEUE_MAX / 2 };

static struct metric sockets = METRIC_GAUGE("convene_websockets", "Open WebSockets");

struct websocket {
    struct conn *conn;
    void (*on_message)(struct websocket *ws, struct span text, void *arg);
    void (*on_close)(struct websocket *ws, int code, void *arg);
    void *arg;
    struct queue queue;
    uint32_t large; /* bytes of a large frame that has not left yet */
    struct bucket pings;
    usec_t heard;    /* when something last came */
    usec_t close_at; /* when to begin the close; closing: when to give up waiting for the peer's */
    int code;        /* that on_close will be told */
    bool pinged;     /* since it was heard */
    bool closing;    /* nothing more is sent to it or told of it */
    struct ws_reader reader;
};

static struct http_server *server(const struct websocket *ws)
{
    return ws->conn->server;
}

static usec_t now(const struct websocket *ws)
{
    return loop_now(server(ws)->loop);
}

struct websocket *socket_new(struct conn *c, const struct websocket_conf *conf)
{
    struct websocket *ws = mem_new(struct websocket);

    ws->conn = c;
    ws->on_message = conf->on_message;
    ws->on_close = conf->on_close;
    ws->arg = conf->arg;
    ws->heard = loop_now(c->server->loop);
    ws->close_at = NEVER;
    ws->code = WS_ABNORMAL;
    ws_reader_init(&ws->reader, WS_SERVER, conf->max_message);
    metric_add(&sockets, 1);
    return ws;
}

struct websocket *socket_gone(struct websocket *ws)
{
    ws->closing = true;
    metric_add(&sockets, -1);
    ws->on_close(ws, ws->code, ws->arg);
    queue_done(&ws->queue);
    ws_reader_done(&ws->reader);
    return mem_free(ws);
}

/* Queues a frame that must not be lost, and gives up our reference. */
static void push_own(struct websocket *ws, struct frame *f)
{
    queue_push(&ws->queue, f, false);
    (void)frame_unref(f);
    conn_dirty(ws->conn);
}

static void begin_close(struct websocket *ws, int code, struct span reason)
{
    ws->closing = true;
    ws->code = code;
    ws->close_at = now(ws) + server(ws)->conf.times.closing;
    push_own(ws, code == WS_NO_STATUS ? frame_new_control(WS_OP_CLOSE, SPAN_NONE)
                                      : frame_new_close(code, reason));
}

void websocket_close(struct websocket *ws, int code, const char *reason)
{
    ASSERT_ON(server(ws)->loop);
    assert(ws_code_valid(code));
    if (!ws->closing)
        begin_close(ws, code, span_str(reason));
}

/* It takes too little: what it misses it gets by resuming. */
static void overflow(struct websocket *ws)
{
    queue_cut(&ws->queue);
    begin_close(ws, WS_TRY_AGAIN_LATER, span_str("too slow"));
}

/* What a turn brings is written at its end; it may bring more than a queue holds, and that says
 * nothing of the peer before some of it was offered. */
static void offer(struct websocket *ws)
{
    const struct conn *c = ws->conn;

    if (!c->waits_write && c->out.len == 0 && !c->big)
        (void)socket_flush(ws); /* an error comes again at the end of the turn */
}

/* Is there no room for len more bytes? */
static bool is_full(const struct websocket *ws, size_t len)
{
    return ws->queue.bytes > LITTLE && ws->queue.bytes + len > HTTP_QUEUE_MAX + ws->large;
}

void websocket_send(struct websocket *ws, struct frame *f, bool droppable)
{
    const size_t len = frame_len(f);

    ASSERT_ON(server(ws)->loop);
    if (ws->closing)
        return;
    if (is_full(ws, len))
        offer(ws);
    if (is_full(ws, len)) {
        queue_drop(&ws->queue, len, HTTP_QUEUE_MAX + ws->large);
        if (is_full(ws, len)) {
            if (!droppable)
                overflow(ws);
            return;
        }
    }
    if (len > LARGE)
        ws->large += (uint32_t)len;
    queue_push(&ws->queue, f, droppable);
    conn_dirty(ws->conn);
}

size_t websocket_queued(const struct websocket *ws)
{
    return ws->queue.bytes;
}

void websocket_set_arg(struct websocket *ws, void *arg)
{
    ws->arg = arg;
}

/* Both halves of the close are there (or no answer is wanted): the connection ends behind it. */
static void finish(struct websocket *ws)
{
    ws->conn->last = true;
    conn_dirty(ws->conn);
}

/* RFC 6455, 5.5.3 lets a pong answer the newest of several pings; nobody has a use for many. */
static const struct bucket_conf ping_rate = {.burst = 100, .refill = 50 * MSEC};

static void pong(struct websocket *ws, struct span payload)
{
    if (ws->closing)
        return;
    if (bucket_take(&ws->pings, &ping_rate, now(ws)) > 0) {
        websocket_close(ws, WS_POLICY, "too many pings");
        return;
    }
    struct frame *f = frame_new_control(WS_OP_PONG, payload);
    websocket_send(ws, f, false);
    (void)frame_unref(f);
}

static void event(struct websocket *ws, int what, const struct ws_data *data)
{
    switch (what) {
    case WS_TEXT:
        if (!ws->closing)
            ws->on_message(ws, data->bytes, ws->arg);
        break;
    case WS_BINARY: websocket_close(ws, WS_UNSUPPORTED, "text only"); break;
    case WS_PING: pong(ws, data->bytes); break;
    case WS_CLOSE:
        if (!ws->closing)
            begin_close(ws, data->code, SPAN_NONE); /* the echo of RFC 6455, 5.5.1 */
        finish(ws);
        break;
    default: break;
    }
}

void socket_feed(struct websocket *ws, char *p, size_t len)
{
    struct ws_data data = {0};
    int what;

    ws->heard = now(ws);
    ws->pinged = false;
    while ((what = ws_read(&ws->reader, &p, &len, &data)) > WS_MORE)
        event(ws, what, &data);
    if (what < 0) {
        if (!ws->closing)
            begin_close(ws, data.code, SPAN_NONE);
        finish(ws);
    }
}

int socket_flush(struct websocket *ws)
{
    struct iovec iov[WRITE_FRAMES];

    while (ws->queue.count > 0) {
        const int count = queue_gather(&ws->queue, iov, WRITE_FRAMES);
        const ssize_t n = stream_writev(ws->conn->stream, iov, count);
        if (n < 0)
            return (int)n;
        queue_sent(&ws->queue, (size_t)n);
        if (ws->conn->waits_write)
            conn_moved(ws->conn, (size_t)n, server(ws)->conf.times.write);
    }
    ws->large = 0;
    return 0;
}

bool socket_sweep(struct websocket *ws, usec_t at)
{
    const struct http_times *t = &server(ws)->conf.times;

    if (ws->close_at <= at) {
        if (ws->closing)
            return false;
        begin_close(ws, WS_SERVICE_RESTART, span_str("restarting"));
    }
    if (at >= ws->heard + t->ping_lapse)
        return false;
    if (at >= ws->heard + t->ping && !ws->pinged && !ws->closing) {
        ws->pinged = true;
        websocket_send(ws, server(ws)->ping, false);
    }
    return true;
}

void socket_close_at(struct websocket *ws, usec_t at)
{
    if (!ws->closing)
        ws->close_at = at;
}
