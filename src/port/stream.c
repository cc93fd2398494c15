#include "port/stream.h"

#include "base/buf.h"
#include "base/mem.h"
#include "crypto/tls.h"

#include <assert.h>
#include <errno.h>
#include <unistd.h>

enum { RECORD_MAX = 16 * 1024 }; /* RFC 8446, 5.1 */

/* What only a stream over TLS needs. */
struct secure {
    struct tls *tls;
    struct buf owed;       /* a record that is counted as written and must go first */
    struct defer again;    /* decrypted bytes wait: the socket would not tell */
    bool read_waits_write; /* the last read could not go on before something is written */
};

struct stream {
    struct loop *loop;
    struct loop *home; /* that it began on */
    struct poll *poll;
    struct secure *secure;
    stream_fn *fn;
    void *arg;
    loop_fn *freed;
    void *freed_arg;
    int fd;
    int want;
    struct addr peer;
};

static void watch(struct stream *st)
{
    const struct secure *s = st->secure;
    int events = st->want;

    if (s && (s->owed.len > 0 || (s->read_waits_write && (st->want & STREAM_READ))))
        events |= POLL_WRITE;
    poll_set(st->poll, events);
}

/* 0 when nothing is owed any more. */
static int send_owed(struct secure *s)
{
    while (s->owed.len > 0) {
        const ssize_t n = tls_write(s->tls, s->owed.p, s->owed.len);
        if (n < 0)
            return (int)n;
        buf_drop(&s->owed, (size_t)n);
    }
    buf_done(&s->owed); /* an idle stream holds no buffer */
    return 0;
}

static void on_poll(int events, void *arg)
{
    struct stream *st = arg;
    struct secure *s = st->secure;

    if (s && s->owed.len > 0) {
        const int rc = send_owed(s);
        if (rc && rc != -EAGAIN) {
            buf_done(&s->owed); /* the owner finds out by its own next call */
            events |= st->want;
        }
        watch(st);
    }
    if (s && s->read_waits_write && (events & POLL_WRITE))
        events |= POLL_READ;
    events &= st->want;
    if (events && st->fn)
        st->fn(events, st->arg);
}

static void on_again(void *arg)
{
    struct stream *st = arg;

    if ((st->want & STREAM_READ) && st->fn)
        st->fn(STREAM_READ, st->arg);
}

struct stream *stream_new(struct loop *l, int fd, const struct addr *peer)
{
    struct stream *st = mem_new(struct stream);

    st->loop = st->home = l;
    st->fd = fd;
    st->peer = *peer;
    st->poll = poll_new(l, fd, on_poll, st);
    return st;
}

static struct secure *secure_free(struct secure *s)
{
    if (!s)
        return NULL;
    defer_cancel(&s->again);
    buf_done(&s->owed);
    s->tls = tls_free(s->tls);
    return mem_free(s);
}

struct stream *stream_free(struct stream *st)
{
    if (!st)
        return NULL;
    st->secure = secure_free(st->secure);
    st->poll = poll_free(st->poll);
    (void)close(st->fd);
    if (st->freed && st->loop == st->home) {
        st->freed(st->freed_arg);
    } else if (st->freed) {
        loop_post(st->home, st->freed, st->freed_arg);
    }
    return mem_free(st);
}

struct arrival {
    struct stream *stream;
    loop_fn *fn;
    void *arg;
};

static void on_arrival(void *arg)
{
    struct arrival *a = arg;
    struct stream *st = a->stream;

    st->poll = poll_new(st->loop, st->fd, on_poll, st);
    a->fn(a->arg);
    (void)mem_free(a);
}

void stream_move(struct stream *st, struct loop *to, loop_fn *fn, void *arg)
{
    struct arrival *a = mem_new(struct arrival);

    assert(!st->fn && st->want == 0 && !(st->secure && st->secure->owed.len > 0));
    if (st->secure)
        defer_cancel(&st->secure->again);
    st->poll = poll_free(st->poll);
    st->loop = to;
    *a = (struct arrival){st, fn, arg};
    loop_post(to, on_arrival, a);
}

void stream_own(struct stream *st, stream_fn *fn, void *arg)
{
    st->fn = fn;
    st->arg = arg;
}

void stream_want(struct stream *st, int events)
{
    const bool resumes = (events & STREAM_READ) && !(st->want & STREAM_READ);

    st->want = events;
    if (st->secure && resumes && tls_pending(st->secure->tls))
        loop_defer(st->loop, &st->secure->again);
    watch(st);
}

static ssize_t read_secure(struct stream *st, ssize_t n)
{
    struct secure *s = st->secure;
    const bool waits = n == -EAGAIN && tls_wants_write(s->tls);

    if (waits != s->read_waits_write) {
        s->read_waits_write = waits;
        watch(st);
    }
    /* a reader that takes less than there is must be told again */
    if (n > 0 && (st->want & STREAM_READ) && tls_pending(s->tls))
        loop_defer(st->loop, &s->again);
    return n;
}

ssize_t stream_read(struct stream *st, void *p, size_t n)
{
    ssize_t got;

    if (st->secure)
        return read_secure(st, tls_read(st->secure->tls, p, n));
    do {
        got = read(st->fd, p, n);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

ssize_t stream_peek(struct stream *st, void *p, size_t n)
{
    ssize_t got;

    if (st->secure)
        return tls_peek(st->secure->tls, p, n);
    do {
        got = recv(st->fd, p, n, MSG_PEEK);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

/* As much as makes one record. */
static size_t gather(const struct iovec *iov, int n, size_t skip, char record[RECORD_MAX])
{
    size_t len = 0;

    for (int i = 0; i < n && len < RECORD_MAX; i++) {
        size_t part = iov[i].iov_len;
        if (skip >= part) {
            skip -= part;
            continue;
        }
        part -= skip;
        part = part < RECORD_MAX - len ? part : RECORD_MAX - len;
        memcpy(record + len, (const char *)iov[i].iov_base + skip, part);
        skip = 0;
        len += part;
    }
    return len;
}

static ssize_t writev_secure(struct stream *st, const struct iovec *iov, int n)
{
    struct secure *s = st->secure;
    char record[RECORD_MAX];
    size_t taken = 0;
    int rc = send_owed(s);

    while (rc == 0) {
        const size_t len = gather(iov, n, taken, record);
        if (len == 0)
            break;
        const ssize_t sent = tls_write(s->tls, record, len);
        if (sent > 0) {
            taken += (size_t)sent;
        } else if (sent == -EAGAIN) {
            buf_add(&s->owed, record, len);
            taken += len;
            rc = -EAGAIN;
            watch(st);
        } else {
            rc = (int)sent;
        }
    }
    return taken > 0 || rc == 0 ? (ssize_t)taken : rc;
}

ssize_t stream_writev(struct stream *st, const struct iovec *iov, int n)
{
    ssize_t sent;

    if (st->secure)
        return writev_secure(st, iov, n);
    const struct msghdr msg = {.msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)n};
    do {
        sent = sendmsg(st->fd, &msg, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

int stream_shutdown(struct stream *st)
{
    if (st->secure) {
        const int rc = send_owed(st->secure);
        if (rc) {
            watch(st);
            return rc;
        }
        tls_shutdown(st->secure->tls);
    }
    return shutdown(st->fd, SHUT_WR) < 0 ? -errno : 0;
}

void stream_start_tls(struct stream *st, struct tls_context *c)
{
    assert(!st->secure);
    st->secure = mem_new(struct secure);
    st->secure->tls = tls_new(c, st->fd);
    defer_init(&st->secure->again, on_again, st);
}

int stream_handshake(struct stream *st)
{
    struct tls *t = st->secure->tls;
    const int rc = tls_handshake(t);

    if (rc == -EAGAIN)
        stream_want(st, tls_wants_write(t) ? STREAM_WRITE : STREAM_READ);
    return rc;
}

bool stream_secure(const struct stream *st)
{
    return st->secure != NULL;
}

const struct addr *stream_peer(const struct stream *st)
{
    return &st->peer;
}

void stream_local(const struct stream *st, struct addr *ret)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof(sa);

    if (getsockname(st->fd, (struct sockaddr *)(void *)&sa, &len) != 0 ||
        addr_from_sockaddr((const struct sockaddr *)(const void *)&sa, ret) != 0)
        *ret = (struct addr){0};
}

int stream_fd(const struct stream *st)
{
    return st->fd;
}

void stream_on_free(struct stream *st, loop_fn *fn, void *arg)
{
    st->freed = fn;
    st->freed_arg = arg;
}
