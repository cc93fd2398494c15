#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A line is cut at this length, so that it leaves in one write and stays whole among threads. */
enum { LINE_MAX_BYTES = 2048 };

static const char *const names[] = {"debug", "info", "warn", "error"};
static _Atomic int least = LOG_INFO;
static _Atomic int where = STDERR_FILENO;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&least, level, memory_order_relaxed);
}

void log_to(int fd)
{
    atomic_store_explicit(&where, fd, memory_order_relaxed);
}

int log_level_parse(const char *name, enum log_level *ret)
{
    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++) {
        if (strcmp(name, names[i]) == 0) {
            *ret = (enum log_level)i;
            return 0;
        }
    }
    return -EBADMSG;
}

/* Wall time for whoever reads the line.  Nothing is decided by it, so it is read here. */
static size_t stamp(char *at, size_t size)
{
    struct timespec ts = {0};
    struct tm tm = {0};

    (void)clock_gettime(CLOCK_REALTIME, &ts);
    (void)gmtime_r(&ts.tv_sec, &tm);
    const size_t n = strftime(at, size, "%Y-%m-%dT%H:%M:%S", &tm);
    const int ms = snprintf(at + n, size - n, ".%03ldZ ", ts.tv_nsec / 1000000);
    return n + (size_t)ms;
}

/* Length of what vsnprintf wrote, when it had to cut too. */
static size_t written(int rc, size_t room)
{
    if (rc < 0)
        return 0;
    return (size_t)rc < room ? (size_t)rc : room - 1;
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
    char line[LINE_MAX_BYTES];
    const int saved = errno;
    va_list ap;

    if ((int)level < atomic_load_explicit(&least, memory_order_relaxed))
        return;

    const size_t room = sizeof(line) - 1; /* one byte is the newline's */
    size_t n = stamp(line, room);
    n += written(snprintf(line + n, room - n, "%s %s ", names[level], event), room - n);
    va_start(ap, fmt);
    n += written(vsnprintf(line + n, room - n, fmt, ap), room - n);
    va_end(ap);

    /* A value from outside can neither begin a line of its own nor steer a terminal. */
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    }
    line[n++] = '\n';
    /* Where it cannot be written there is nobody left to tell. */
    const ssize_t unused = write(atomic_load_explicit(&where, memory_order_relaxed), line, n);
    (void)unused;
    errno = saved;
}
