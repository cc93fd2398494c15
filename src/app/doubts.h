/*
 * doubts - settings that may stand beside each other, but hardly do what the operator means.  Those
 * that make no sense at all are refused by config.h; of these the log tells at start.
 *
 * Thread: any; pure.
 */
#pragma once

#include "app/config.h"

/* A doubt: the log's event, what is the matter, and what would end it. */
typedef void doubt_fn(const char *event, const char *why, const char *advice, void *arg);

/* Of an environment as of main(): variables that look like settings and are none, a letter having slipped. */
void config_doubt_names(const char *const *environment, doubt_fn *fn, void *arg);
void config_doubts(const struct config *c, doubt_fn *fn, void *arg);
