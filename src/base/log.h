/*
 * log - one line an event on standard error, or where log_to() says: time, level, event name, then
 * key=value.
 *
 *     log_warn("port.accept", "why=%s", strerror(-rc));
 *
 * No tokens, no message text, no whole addresses at info.  What a peer can provoke stays
 * at debug, or is limited by whoever logs it.
 *
 * Thread: any.
 */
#pragma once

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level level);
/* A descriptor; a server's log goes to standard output, for there it is what the program has to say. */
void log_to(int fd);
/* "debug", "info", "warn", "error"; -EBADMSG otherwise. */
int log_level_parse(const char *name, enum log_level *ret);
void log_event(enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_debug(event, ...) log_event(LOG_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...)  log_event(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...)  log_event(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_event(LOG_ERROR, event, __VA_ARGS__)
