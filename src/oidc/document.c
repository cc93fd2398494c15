#include "oidc/document.h"

#include "base/mem.h"

#include <errno.h>

struct wish {
    struct list link;
    document_fn *fn;
    void *arg;
};

void document_init(struct document *d, struct loop *l, struct fetcher *f, document_check_fn *check,
                   void *owner)
{
    *d = (struct document){.loop = l, .fetcher = f, .check = check, .owner = owner};
    list_init(&d->waiting);
}

void document_done(struct document *d)
{
    LIST_EACH_SAFE (&d->waiting, it) {
        (void)mem_free(container_of(it, struct wish, link));
    }
    buf_done(&d->url);
    buf_done(&d->text);
    buf_done(&d->why);
}

void document_forget(struct document *d)
{
    d->there = false;
    d->failed_until = 0;
    d->renewed_at = 0;
}

/* Those who wish again meanwhile wait for the next one. */
static void tell_all(struct document *d, int rc)
{
    struct list told;

    list_init(&told);
    LIST_EACH_SAFE (&d->waiting, it) {
        list_del(it);
        list_add_tail(&told, it);
    }
    LIST_EACH_SAFE (&told, it) {
        struct wish *w = container_of(it, struct wish, link);
        w->fn(rc, rc ? buf_cstr(&d->why) : "", w->arg);
        (void)mem_free(w);
    }
}

static usec_t life_of(int64_t max_age)
{
    if (max_age < 0)
        return DOCUMENT_UNSAID;
    if (max_age < (int64_t)(DOCUMENT_LEAST / SEC))
        return DOCUMENT_LEAST;
    return max_age > (int64_t)(DOCUMENT_MOST / SEC) ? DOCUMENT_MOST : (usec_t)max_age * SEC;
}

static int judge(struct document *d, const struct fetch_answer *a)
{
    if (a->error == -ECANCELED)
        return -ECANCELED;
    if (a->error) {
        buf_add_str(&d->why, a->why);
        return a->error == -EFBIG || a->error == -EBADMSG ? -EPROTO : -EHOSTDOWN;
    }
    if (a->status != 200) {
        buf_printf(&d->why, "%s answers with status %d.", buf_cstr(&d->url), a->status);
        return a->status >= 500 || a->status == 429 ? -EHOSTDOWN : -EPROTO;
    }
    return d->check(d->owner, a->body, &d->why);
}

static void on_answer(const struct fetch_answer *a, void *arg)
{
    struct document *d = arg;
    const usec_t now = loop_now(d->loop);

    buf_clear(&d->why);
    d->asking = false;
    d->date = a->error ? 0 : a->date;
    const int rc = judge(d, a);
    if (rc == 0) {
        buf_clear(&d->text);
        buf_add_span(&d->text, a->body);
        d->there = true;
        d->fresh_until = now + life_of(a->max_age);
        d->failed_until = 0;
    } else {
        d->failure = rc;
        d->failed_until = now + DOCUMENT_GRUDGE;
    }
    tell_all(d, rc);
}

static void ask(struct document *d, document_fn *fn, void *arg)
{
    struct wish *w = mem_new(struct wish);

    w->fn = fn;
    w->arg = arg;
    list_add_tail(&d->waiting, &w->link);
    if (d->asking)
        return;
    d->asking = true;
    fetch_start(d->fetcher,
                &(struct fetch_request){.url = buf_cstr(&d->url),
                                        .http_allowed = d->http_allowed,
                                        .max_bytes = DOCUMENT_MAX,
                                        .seconds = DOCUMENT_SECONDS},
                on_answer, d);
}

void document_want(struct document *d, document_fn *fn, void *arg)
{
    const usec_t now = loop_now(d->loop);

    if (d->there && now < d->fresh_until) {
        fn(0, "", arg);
    } else if (!d->asking && now < d->failed_until) {
        fn(d->failure, buf_cstr(&d->why), arg);
    } else {
        ask(d, fn, arg);
    }
}

void document_renew(struct document *d, document_fn *fn, void *arg)
{
    const usec_t now = loop_now(d->loop);

    if (d->there && d->renewed_at > 0 && now < d->renewed_at + DOCUMENT_RENEWAL) {
        fn(0, "", arg);
        return;
    }
    d->renewed_at = now;
    ask(d, fn, arg);
}
