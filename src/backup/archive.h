/*
 * archive - a backup: a folder with everything in it, whichever engine it came from.
 *
 *     convene.db       SQLite, in one file: one state of the source
 *     manifest.json    written last: what made it, when, and what must be found in convene.db
 *
 * Without its manifest a folder is a backup that was cut off.  A backup goes into an empty database
 * of either engine, also under a later program, which brings its schema up to date on the way.
 *
 * Thread: any; it blocks.
 */
#pragma once

#include "base/clock.h"

#include "backup/copy.h"

/* Places as direct_open() takes them; all: 0 or -errno with a sentence in why. */

/* Makes folder, which must not be there yet, while a server may run; on an error it is gone again. */
int archive_make(const struct place *from, const char *folder, struct wall now, struct buf *why);
/* Is it whole?  The file's hash, SQLite's own check of it, and the sum of each table. */
int archive_verify(const char *folder, struct buf *why);
/* With all that a backup may hold, also one that was cut off.  0 or -errno. */
int archive_remove(const char *folder);
/* Into a database where nothing is yet or, with resume, a part of the same backup; with no server running
 * on it. */
int archive_restore(const char *folder, const struct place *to, bool resume, struct buf *why);

/* Copies one database into another that is empty or, with resume, holds a part of the same copy; the
 * sums of both must agree in the end. */
int archive_copy(const struct place *from, const struct place *to, bool resume,
                 copy_progress_fn *told, void *arg, struct buf *why);
