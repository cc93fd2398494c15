/*
 * copy - all rows of one database into another, of either engine, and their sums.
 *
 * Rows go in the order of their keys, in transactions of COPY_ROWS, out of one state of the source.
 * A copy that was cut off goes on behind the last key of each table that the target holds.
 *
 * Thread: any; it blocks.
 */
#pragma once

#include "store/direct.h"

enum { COPY_ROWS = 500, COPY_SUM_LEN = 64 };

/* What a table holds: the number of its rows, and a chain of SHA-256 over them in the order of their
 * keys, in hex. */
struct copy_sum {
    int64_t rows;
    char hex[COPY_SUM_LEN + 1];
};

typedef void copy_progress_fn(const struct sql_table *t, int64_t rows, void *arg);

/* from has begun (direct_begin) and stays so.  0 or -errno, with a sentence in why where a row is to blame;
 * told is called after each table. */
int copy_tables(struct direct *from, struct direct *to, copy_progress_fn *told, void *arg,
                struct buf *why);
/* The sum of each table, ret being of sql_table_count; db has begun. */
int copy_sums(struct direct *d, struct copy_sum *ret);
/* Has anybody been here, or anything been written? */
int copy_is_empty(struct direct *d, bool *ret);
