#include "app/certificate.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "crypto/tls.h"

#include <errno.h>
#include <sys/stat.h>

#define TICKET_KEYS_LAST (86400 * SEC)

/* What tells one state of a file from another; all zero: it is not there. */
struct stamp {
    struct timespec changed;
    off_t size;
    ino_t file;
};

struct stamps {
    struct stamp cert;
    struct stamp key;
};

struct certificate {
    const char *cert_file;
    const char *key_file;
    struct tls_context *tls;
    struct loop *loop;
    usec_t every;
    certificate_fn *fn;
    void *arg;
    struct timer look;
    struct stamps seen;  /* at the last look */
    struct stamps tried; /* when they were read */
    usec_t tried_at;
    struct reading *reading; /* in the pool; NULL: none */
    bool asked;              /* by the operator, and not looked at since */
};

/* One look at the files, in the pool.  Owner is NULL when the certificate has ended meanwhile. */
struct reading {
    struct certificate *owner;
    const char *cert_file;
    const char *key_file;
    struct stamps seen;
    struct stamps tried;
    struct stamps found;
    bool due;   /* to be read whatever they look like */
    bool asked; /* by the operator, who wants an answer */
    bool read;
    int rc;
    struct tls_context *tls;
};

static struct stamp stamp_of(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return (struct stamp){0};
    return (struct stamp){.changed = st.st_mtim, .size = st.st_size, .file = st.st_ino};
}

static struct stamps stamps_of(const char *cert_file, const char *key_file)
{
    return (struct stamps){stamp_of(cert_file), stamp_of(key_file)};
}

static bool same_file(const struct stamp *a, const struct stamp *b)
{
    return a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec &&
           a->size == b->size && a->file == b->file;
}

static bool same(const struct stamps *a, const struct stamps *b)
{
    return same_file(&a->cert, &b->cert) && same_file(&a->key, &b->key);
}

static const char *reason(int rc)
{
    switch (rc) {
    case -EBADMSG: return "one of them is not in PEM, or the key needs a passphrase";
    case -EKEYREJECTED: return "the key does not belong to the certificate";
    case -EDOM: return "a key of less than 2048 bits, or a signature by SHA-1, is too weak";
    case -ENOTSUP: return "one of them is not a regular file";
    default: return strerror(-rc);
    }
}

static struct metric days_left =
    METRIC_GAUGE("convene_tls_days_left", "Days until TLS_CERT expires");

/* True: the log has been told. */
static bool warn_of_end(const struct tls_context *tls)
{
    const int days = tls_context_days(tls);

    metric_set(&days_left, days);
    if (days < 0) {
        log_warn("server.cert",
                 "why=\"TLS_CERT expired %d days ago\" do=\"renew it; it is read by itself\"",
                 -days);
    } else if (days < CERTIFICATE_SOON) {
        log_warn("server.cert",
                 "why=\"TLS_CERT expires in %d days\" do=\"renew it; it is read by itself\"", days);
    }
    return days < CERTIFICATE_SOON;
}

int certificate_load(const char *cert_file, const char *key_file, struct tls_context **ret,
                     struct buf *why)
{
    const int rc = tls_context_new(cert_file, key_file, ret);

    if (rc) {
        buf_printf(why, "TLS_CERT and TLS_KEY (%s, %s) cannot be used: %s.", cert_file, key_file,
                   reason(rc));
    }
    return rc;
}

int certificate_open(const char *cert_file, const char *key_file, struct certificate **ret,
                     struct buf *why)
{
    const struct stamps now = stamps_of(cert_file, key_file);
    struct tls_context *tls = NULL;
    const int rc = certificate_load(cert_file, key_file, &tls, why);

    if (rc)
        return rc;
    struct certificate *c = mem_new(struct certificate);
    c->cert_file = cert_file;
    c->key_file = key_file;
    c->tls = tls;
    c->seen = now;
    c->tried = now;
    (void)warn_of_end(tls);
    *ret = c;
    return 0;
}

struct certificate *certificate_free(struct certificate *c)
{
    if (!c)
        return NULL;
    if (c->reading)
        c->reading->owner = NULL;
    if (c->loop)
        timer_stop(&c->look);
    c->tls = tls_context_free(c->tls);
    return mem_free(c);
}

static void read_files(void *arg)
{
    struct reading *r = arg;

    r->found = stamps_of(r->cert_file, r->key_file);
    r->read = r->due || (same(&r->found, &r->seen) && !same(&r->found, &r->tried));
    if (r->read)
        r->rc = tls_context_new(r->cert_file, r->key_file, &r->tls);
}

static void take_over(struct certificate *c, struct tls_context *tls, bool tell)
{
    struct tls_context *before = c->tls;

    c->tls = tls;
    c->fn(tls, c->arg);
    (void)tls_context_free(before);
    if (!warn_of_end(tls) && tell) {
        log_info("server.cert", "why=\"TLS_CERT and TLS_KEY were read anew\" days=%d",
                 tls_context_days(tls));
    }
}

static void judge(struct certificate *c, struct reading *r)
{
    const bool tell = r->asked || !same(&r->found, &c->tried);

    c->seen = r->found;
    if (!r->read)
        return;
    c->tried = r->found;
    c->tried_at = loop_now(c->loop);
    if (r->rc == 0) {
        take_over(c, take(r->tls), tell);
    } else {
        log_warn("server.cert",
                 "why=\"TLS_CERT and TLS_KEY cannot be used as they are now: %s\" "
                 "do=\"mend them; until then the certificate from before is used\" days=%d",
                 reason(r->rc), tls_context_days(c->tls));
    }
}

static void on_read(void *arg)
{
    struct reading *r = arg;
    struct certificate *c = r->owner;

    if (c) {
        c->reading = NULL;
        judge(c, r);
        timer_after(&c->look, c->asked ? 0 : c->every);
    }
    (void)tls_context_free(r->tls);
    (void)mem_free(r);
}

static void start_reading(struct certificate *c)
{
    struct reading *r = mem_new(struct reading);

    r->owner = c;
    r->cert_file = c->cert_file;
    r->key_file = c->key_file;
    r->seen = c->seen;
    r->tried = c->tried;
    r->asked = c->asked;
    r->due = c->asked || loop_now(c->loop) - c->tried_at >= TICKET_KEYS_LAST;
    c->asked = false;
    c->reading = r;
    loop_work(c->loop, read_files, on_read, r);
}

static void on_look(void *arg)
{
    struct certificate *c = arg;

    if (!c->reading)
        start_reading(c);
}

void certificate_watch(struct certificate *c, struct loop *loop, usec_t every, certificate_fn *fn,
                       void *arg)
{
    c->loop = loop;
    c->every = every ? every : CERTIFICATE_EVERY;
    c->fn = fn;
    c->arg = arg;
    c->tried_at = loop_now(loop);
    timer_init(&c->look, loop, on_look, c);
    timer_after(&c->look, c->every);
}

void certificate_renew(struct certificate *c)
{
    c->asked = true;
    on_look(c);
}

struct tls_context *certificate_tls(const struct certificate *c)
{
    return c->tls;
}
