#include "hub/watch.h"

#include "base/buf.h"
#include "base/map.h"
#include "http/frame.h"

#include <assert.h>

/* The latest of one person in this tick. */
struct news {
    struct id person;
    struct buf presence;
    struct frame *frame; /* about this person alone, built when first needed */
};

struct watch {
    struct loop *loop;
    struct audience *eyes; /* a person watched is its channel, an eye its listener */
    struct map *news;      /* by person */
    struct list due;       /* eyes with something to hear in this tick */
    struct timer tick;
    bool armed;
    watch_send_fn *send;
    void *arg;
};

static struct news *news_free(struct news *n)
{
    if (n) {
        buf_done(&n->presence);
        n->frame = frame_unref(n->frame);
    }
    return mem_free(n);
}

struct frame *watch_frame(struct span presences)
{
    struct buf text = {0};

    buf_add_str(&text, "{\"type\":\"presence\",\"people\":[");
    buf_add_span(&text, presences);
    buf_add_str(&text, "]}");
    struct frame *frame = frame_new_text(buf_span(&text));
    buf_done(&text);
    return frame;
}

struct noting {
    struct watch *watch;
    struct news *news;
};

static void note(struct ear *ear, void *arg)
{
    struct eye *eye = container_of(ear, struct eye, ear);
    const struct noting *noting = arg;

    if (!eye->news) {
        eye->news = noting->news;
        list_add_tail(&noting->watch->due, &eye->due);
        return;
    }
    if (!eye->more) {
        eye->more = mem_new(struct buf);
        buf_add_span(eye->more, buf_span(&eye->news->presence));
    }
    buf_add_char(eye->more, ',');
    buf_add_span(eye->more, buf_span(&noting->news->presence));
}

static void forget_tick(struct eye *eye)
{
    list_del(&eye->due);
    eye->news = NULL;
    if (eye->more)
        buf_done(eye->more);
    eye->more = mem_free(eye->more);
}

static void send_due(struct watch *w, struct eye *eye)
{
    if (eye->more) {
        struct frame *frame = watch_frame(buf_span(eye->more));
        w->send(eye, frame, w->arg);
        (void)frame_unref(frame);
    } else {
        struct news *n = eye->news;
        assert(n);
        if (!n->frame)
            n->frame = watch_frame(buf_span(&n->presence));
        w->send(eye, n->frame, w->arg);
    }
    forget_tick(eye);
}

static void clear_news(struct watch *w)
{
    size_t at = 0;

    for (struct news *n = map_next(w->news, &at); n; n = map_next(w->news, &at)) {
        (void)map_del(w->news, id_span(&n->person));
        (void)news_free(n);
    }
}

static void on_tick(void *arg)
{
    struct watch *w = arg;
    size_t at = 0;

    w->armed = false;
    for (struct news *n = map_next(w->news, &at); n; n = map_next(w->news, &at)) {
        struct noting noting = {.watch = w, .news = n};
        audience_each_of_channel(w->eyes, &n->person, note, &noting);
    }
    while (!list_empty(&w->due))
        send_due(w, container_of(w->due.next, struct eye, due));
    clear_news(w);
}

struct watch *watch_new(struct loop *l, watch_send_fn *send, void *arg)
{
    struct watch *w = mem_new(struct watch);

    w->loop = l;
    w->eyes = audience_new();
    w->news = map_new();
    w->send = send;
    w->arg = arg;
    list_init(&w->due);
    timer_init(&w->tick, l, on_tick, w);
    return w;
}

struct watch *watch_free(struct watch *w)
{
    if (!w)
        return NULL;
    timer_stop(&w->tick);
    clear_news(w);
    w->news = map_free(w->news);
    w->eyes = audience_free(w->eyes);
    return mem_free(w);
}

void eye_init(struct eye *eye)
{
    *eye = (struct eye){0};
    list_init(&eye->ear.link);
    list_init(&eye->due);
}

void watch_set(struct watch *w, struct eye *eye, const struct id *users, size_t n)
{
    forget_tick(eye);
    if (eye->ear.listener)
        audience_leave(w->eyes, &eye->ear);
    if (n == 0)
        return;

    const struct id name = id_new(loop_wall(w->loop));
    audience_join(w->eyes, &name, &eye->ear);
    audience_load(w->eyes, eye->ear.listener, users, n);
}

void watch_tell(struct watch *w, const struct id *person, struct span presence)
{
    struct news *n = map_get(w->news, id_span(person));

    if (!n) {
        n = mem_new(struct news);
        n->person = *person;
        (void)map_put(w->news, id_span(&n->person), n);
    }
    buf_clear(&n->presence);
    buf_add_span(&n->presence, presence);
    if (!w->armed)
        timer_after(&w->tick, WATCH_TICK);
    w->armed = true;
}
