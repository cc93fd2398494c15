/*
 * lane - a thread with a connection to the database, that runs jobs in batches: one that writes, in
 * a transaction with a savepoint a job; one that reads, each job in a transaction of its own.
 *
 * When the connection is lost, the lane brings it back and runs the batch again, unless it turns out
 * that its commit took place after all.  A job that has waited too long for that (LANE_PATIENCE) is
 * answered with -ECONNRESET, and whoever asked may ask again.
 *
 * Thread: the loop's, but for what the lane does on its own.
 */
#pragma once

#include "os/worker.h"
#include "store/engine.h"
#include "store/store.h"

/* How long after its hand-over a job still waits for the database to come back. */
#define LANE_PATIENCE (5 * SEC)

struct lane {
    struct loop *loop;
    struct worker *worker;
    struct db *db;
    bool write;
    /* On the loop, with each batch that is through: the jobs, to be answered in their order. */
    void (*answer)(struct lane *lane, struct list *jobs);
    /* On the loop: something was committed whose jobs were told that nobody knows. */
    void (*untold)(void *arg);
    void *arg;
    int rc; /* on the loop: 0, or why the lane cannot work, with the sentence in why */
    struct buf why;
    bool checking; /* on the loop */
    bool broken;   /* on the lane: nothing is written any more, each job gets -EROFS */
    int failing;   /* on the lane: why the last batch could not be written, or 0 */
    usec_t told;   /* and when the log was told */
};

/* Takes the connection over; loop, write, answer and arg are set by the caller. */
void lane_start(struct lane *lane, struct db *db);
void lane_push(struct lane *lane, struct job *job);
/* A job that looks whether the lane can work, and brings its connection back; NULL while an
 * earlier one is under way.  To be handed over like any other; it frees itself. */
struct job *lane_check(struct lane *lane);
/* Runs what is queued, then ends the thread and the connection; what it has posted is still to be
 * run on the loop, and then why to be freed. */
void lane_end(struct lane *lane);
