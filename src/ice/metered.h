/*
 * metered - TURN servers from Metered.ca's API: asked for at start and each METERED_EVERY, kept, and
 * offered for as long as they can be good.
 *
 * What is asked is GET URL/api/v1/turn/credentials?apiKey=KEY.  The answer does not say how long its
 * credentials are good, so they are offered for METERED_GOOD after they came.  While the API fails
 * they stay, until then; but not when it says that the key is good no more.  A failure is tried again
 * after METERED_AGAIN, then twice as long each time up to METERED_AGAIN_MOST; the log says once that
 * it fails and once that it works again.  The key is in no line of it.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "os/loop.h"

#include "ice/offer.h"

struct fetcher;
struct metered;

enum { METERED_ANSWER_MAX = 64 * 1024, METERED_SECONDS = 10, METERED_GOOD_HOURS = 24 };

#define METERED_EVERY      (3600 * SEC)
#define METERED_AGAIN      (1 * SEC)
#define METERED_AGAIN_MOST (600 * SEC)

/* Texts stay the caller's. */
struct metered_conf {
    struct loop *loop;
    struct fetcher *fetcher;
    const char *url; /* "https://example.metered.live"; http to this machine alone (a test's) */
    const char *key;
    usec_t every; /* 0: METERED_EVERY */
    usec_t again; /* 0: METERED_AGAIN */
};

struct metered *metered_new(const struct metered_conf *conf);
/* Whom the fetcher would still answer it must be ended before. */
struct metered *metered_free(struct metered *m);

/* Writes its servers, if it has any that can be good. */
void metered_offer(const struct metered *m, struct wall now, struct offer *o);

/* One question, for the doctor too. */
struct metered_answer {
    int rc;          /* how many servers; -EACCES: the key is refused; -ECANCELED; else -errno */
    const char *why; /* a sentence for the operator, "" without error */
    struct buf *servers; /* as relays_parse() gives them; may be taken */
    int64_t date;        /* what the API says the time is, seconds since 1970; 0: nothing */
};
typedef void metered_fn(const struct metered_answer *a, void *arg);
/* fn is called once, never before this returns. */
void metered_ask(const struct metered_conf *conf, metered_fn *fn, void *arg);
