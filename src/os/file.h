/*
 * file - small files whole: read up to a limit, written so that a reader finds the old or the new.
 *
 * Thread: any; they block, so not a loop's once it serves.
 */
#pragma once

#include "base/buf.h"

#include <sys/types.h>

/* Appends the file's bytes.  -ENOENT, -EACCES, …; -EFBIG above max. */
int file_read(const char *path, size_t max, struct buf *out);
/* Writes beside it, syncs, and renames; mode for the new file. */
int file_write(const char *path, struct span bytes, mode_t mode);
/* A copy of a file of any size, synced; the target is replaced. */
int file_copy(const char *from, const char *to);
/* The folder and those above it; 0 when it is there already.  mode for the new ones. */
int file_make_folder(const char *path, mode_t mode);
