/*
 * manifest - what a backup says of itself, as JSON.
 *
 * Thread: any; it blocks.
 */
#pragma once

#include "crypto/hash.h"

#include "backup/copy.h"

struct manifest {
    int64_t made_at;                  /* milliseconds since 1970 */
    int64_t schema;                   /* the version of convene.db */
    char sha256[2 * SHA256_SIZE + 1]; /* of convene.db, in hex */
    struct copy_sum *sums;            /* of sql_table_count; read only where schema is ours */
};

/* 0 or -errno. */
int manifest_write(const char *path, const struct manifest *m);
/* Fills m, whose sums are the caller's; -errno with a sentence in why. */
int manifest_read(const char *path, struct manifest *m, struct buf *why);
