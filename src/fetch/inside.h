/*
 * inside - what the files of fetch/ share: jobs and the threads they run on (pool.c), and one
 * transfer of libcurl (transfer.c).
 *
 * Thread: as told at each.
 */
#pragma once

#include "base/list.h"
#include "fetch/fetch.h"

#include <curl/curl.h>

struct worker;

/* Embedded in what is to be done; owned by the pool from job_start() until `answer`. */
struct job {
    struct list link;
    struct fetcher *fetcher;
    struct worker *worker;         /* the thread that it runs on */
    void (*run)(struct job *j);    /* on that thread; sets error and why */
    void (*answer)(struct job *j); /* on the loop; tells whoever waits, and frees the job */
    int error;
    struct buf why;
    size_t slot;
    uint64_t host; /* a hash of whom it asks; 0: not known */
    usec_t until;  /* it has waited for a thread in vain; 0: it waits */
};

/* Loop.  A job with an error already is answered without having run. */
void job_start(struct fetcher *f, struct job *j);
/* Loop.  rc with a sentence; for the above. */
void job_fail(struct job *j, int rc, const char *why);
const struct fetcher_conf *fetcher_conf(const struct fetcher *f);
/* Any thread: what runs is to be broken off. */
bool fetcher_stopping(const struct fetcher *f);
struct wall fetcher_wall(const struct fetcher *f);

/* One transfer, on the thread of its job. */
struct transfer {
    CURL *easy;
    struct job *job;
    bool guarded; /* the address must be allowed */
    bool public_only;
    bool opened; /* a socket was */
    bool denied; /* an address was */
    struct addr address;
    bool too_large;
    CURLcode code; /* how it has ended */
    size_t max_bytes;
    unsigned seconds;
    char host[256]; /* for sentences */
    char error[CURL_ERROR_SIZE];
};

/* What all transfers have in common; t is to be ended in any case. */
void transfer_begin(struct transfer *t, struct job *j, unsigned seconds);
/* Runs it to its end, or to that of the fetcher; sets the job's error and why. */
void transfer_run(struct transfer *t);
void transfer_end(struct transfer *t);
/* Names the host in sentences, from a URL's host part. */
void transfer_name(struct transfer *t, const char *host);
