/*
 * backups - BACKUP_DIR: a backup every BACKUP_EVERY hours, of which the last BACKUP_KEEP are kept.
 *
 * Each is a folder convene-YYYYMMDDTHHMMSSZ; the time of the next one follows from the name of the
 * last, so that a restart neither skips nor repeats one.  What has no manifest was cut off, and is
 * removed.  A backup is made on a thread of the pool; the server goes on meanwhile.
 *
 * Thread: the loop's.
 */
#pragma once

#include "app/config.h"
#include "os/loop.h"

struct backups;

/* conf must live on; with BACKUP_DIR unset nothing ever happens.  -errno with a sentence in why when nothing
 * can be written there. */
int backups_new(struct loop *l, const struct config *conf, struct backups **ret, struct buf *why);
/* When the newest backup was made; 0: none yet. */
struct wall backups_last(const struct backups *b);
/* One that is being made is finished first, by loop_free(). */
struct backups *backups_free(struct backups *b);
