/*
 * data_folder - the folder of SQLite's files: one server at a time.  store/ only.
 *
 * Thread: any.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* All: 0 or -errno with a sentence for the operator in why. */
int data_folder_make(const char *path, struct buf *why);
/* Keeps others out for as long as the descriptor is open. */
int data_folder_lock(const char *path, int *ret_fd, struct buf *why);
bool data_folder_has_database(const char *path);
