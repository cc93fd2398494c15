#include "os/poll.h"

#include "base/mem.h"
#include "os/uv.h"

#include <uv.h>

#include <assert.h>

struct poll {
    uv_poll_t uv;
    poll_fn *fn;
    void *arg;
    int events; /* what is asked for now */
};

static void on_poll(uv_poll_t *uv, int status, int events)
{
    struct poll *p = container_of(uv, struct poll, uv);
    int told = 0;

    if (status < 0) {
        /* POLLERR: libuv has stopped the watch.  The owner's next call brings the error. */
        told = p->events;
        p->events = 0;
    } else {
        told |= events & UV_READABLE ? POLL_READ : 0;
        told |= events & UV_WRITABLE ? POLL_WRITE : 0;
    }
    if (told)
        p->fn(told, p->arg);
}

struct poll *poll_new(struct loop *l, int fd, poll_fn *fn, void *arg)
{
    struct poll *p = mem_new(struct poll);
    const int rc = uv_poll_init(loop_uv(l), &p->uv, fd);

    assert(rc == 0); /* fails only for what epoll cannot watch: a file */
    (void)rc;
    p->fn = fn;
    p->arg = arg;
    return p;
}

void poll_set(struct poll *p, int events)
{
    int uv = 0;

    if (events == p->events)
        return;
    p->events = events;
    uv |= events & POLL_READ ? UV_READABLE : 0;
    uv |= events & POLL_WRITE ? UV_WRITABLE : 0;
    if (uv) {
        (void)uv_poll_start(&p->uv, uv, on_poll);
    } else {
        (void)uv_poll_stop(&p->uv);
    }
}

static void on_closed(uv_handle_t *handle)
{
    (void)mem_free(container_of(handle, struct poll, uv));
}

struct poll *poll_free(struct poll *p)
{
    if (p)
        uv_close((uv_handle_t *)&p->uv, on_closed);
    return NULL;
}
