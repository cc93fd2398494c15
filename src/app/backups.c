#include "app/backups.h"

#include "base/metric.h"
#include "os/clock.h"
#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backup/archive.h"

enum { NAME_LEN = 24 /* convene-20261122T225755Z */, PATH_MAX_ = 4096 };

#define HOUR        (3600 * SEC)
#define FIRST_AFTER (60 * SEC) /* a start has other things to do */
#define AGAIN_AFTER (900 * SEC)

static struct metric last = METRIC_GAUGE("convene_backup_last_success_seconds",
                                         "When the last backup was made, in seconds since 1970");

struct backups {
    struct loop *loop;
    const struct config *conf;
    struct timer timer;
    bool ended; /* while one is being made: its end frees this */
    bool busy;
    struct wall now;  /* of the one that is being made */
    struct wall last; /* of the newest that is whole */
    char name[NAME_LEN + 1];
    int rc;
    struct buf why;
};

static void name_at(struct wall at, char ret[NAME_LEN + 1])
{
    const time_t seconds = (time_t)(at.ms / 1000);
    struct tm t;

    (void)gmtime_r(&seconds, &t);
    (void)strftime(ret, NAME_LEN + 1, "convene-%Y%m%dT%H%M%SZ", &t);
}

/* -EBADMSG: no name of ours. */
static int time_of(const char *name, struct wall *ret)
{
    struct tm t = {0};
    const char *end =
        strlen(name) == NAME_LEN ? strptime(name, "convene-%Y%m%dT%H%M%SZ", &t) : NULL;

    if (!end || *end != 0)
        return -EBADMSG;
    ret->ms = (int64_t)timegm(&t) * 1000;
    return 0;
}

static int is_ours(const struct dirent *e)
{
    struct wall at;

    return time_of(e->d_name, &at) == 0;
}

static void path_of(const struct backups *b, const char *name, const char *file,
                    char ret[PATH_MAX_])
{
    (void)snprintf(ret, PATH_MAX_, "%s/%s%s%s", b->conf->backup_dir, name, file ? "/" : "",
                   file ? file : "");
}

static void remove_one(const struct backups *b, const char *name)
{
    char path[PATH_MAX_];

    path_of(b, name, NULL, path);
    const int rc = archive_remove(path);
    if (rc < 0)
        log_warn("backup.remove", "path=%s why=\"%s\"", path, strerror(-rc));
}

static bool is_whole(const struct backups *b, const char *name)
{
    char path[PATH_MAX_];

    path_of(b, name, "manifest.json", path);
    return access(path, F_OK) == 0;
}

/* Removes what was cut off, and the oldest above the number to keep; the time of the newest. */
static struct wall tidy(const struct backups *b, unsigned keep)
{
    struct dirent **found = NULL;
    struct wall newest = {0};
    unsigned whole = 0;
    const int n = scandir(b->conf->backup_dir, &found, is_ours, alphasort);

    for (int i = n - 1; i >= 0; i--) {
        if (!is_whole(b, found[i]->d_name) || whole == keep) {
            remove_one(b, found[i]->d_name);
        } else if (whole++ == 0) {
            (void)time_of(found[i]->d_name, &newest);
        }
        free(found[i]);
    }
    free(found);
    return newest;
}

/* On a thread of the pool. */
static void make(void *arg)
{
    struct backups *b = arg;
    char path[PATH_MAX_];
    struct buf own = {0};

    config_database(b->conf, &own);
    const struct place from = {buf_cstr(&own), config_database_name(b->conf)};
    path_of(b, b->name, NULL, path);
    b->rc = archive_make(&from, path, b->now, &b->why);
    (void)tidy(b, b->conf->backup_keep);
    buf_done(&own);
}

static struct backups *backups_end(struct backups *b)
{
    buf_done(&b->why);
    return mem_free(b);
}

static void made(void *arg)
{
    struct backups *b = arg;

    b->busy = false;
    if (b->rc < 0) {
        log_error("backup.failed", "name=%s why=\"%s\"", b->name, buf_cstr(&b->why));
    } else {
        log_info("backup.made", "name=%s took_ms=%lld", b->name,
                 (long long)(clock_wall().ms - b->now.ms));
        metric_set(&last, b->now.ms / 1000);
        b->last = b->now;
    }
    if (b->ended) {
        (void)backups_end(b);
        return;
    }
    timer_after(&b->timer, b->rc < 0 ? AGAIN_AFTER : b->conf->backup_every * HOUR);
}

static void begin(void *arg)
{
    struct backups *b = arg;

    b->busy = true;
    b->now = loop_wall(b->loop);
    name_at(b->now, b->name);
    buf_clear(&b->why);
    loop_work(b->loop, make, made, b);
}

int backups_new(struct loop *l, const struct config *conf, struct backups **ret, struct buf *why)
{
    struct backups *b = mem_new(struct backups);

    *ret = b;
    b->loop = l;
    b->conf = conf;
    timer_init(&b->timer, l, begin, b);
    if (!conf->backup_dir)
        return 0;
    int rc = file_make_folder(conf->backup_dir, 0700);
    if (rc == 0 && access(conf->backup_dir, W_OK) < 0)
        rc = -errno;
    if (rc < 0) {
        buf_printf(why,
                   "BACKUP_DIR names %s, where no backup can be written: %s. Set it to a folder "
                   "that can be, or unset it.",
                   conf->backup_dir, strerror(-rc));
        *ret = backups_free(b);
        return rc;
    }
    const struct wall newest = tidy(b, conf->backup_keep);
    const int64_t age = loop_wall(l).ms - newest.ms;
    const usec_t every = conf->backup_every * HOUR;
    const usec_t since = age > 0 ? (usec_t)age * MSEC : 0;
    metric_set(&last, newest.ms / 1000);
    b->last = newest;
    timer_after(&b->timer, since + FIRST_AFTER < every ? every - since : FIRST_AFTER);
    return 0;
}

struct wall backups_last(const struct backups *b)
{
    return b->last;
}

struct backups *backups_free(struct backups *b)
{
    if (!b)
        return NULL;
    timer_stop(&b->timer);
    if (b->busy) {
        b->ended = true;
        return NULL;
    }
    return backups_end(b);
}
