/*
 * document - something that a provider publishes (its configuration, its keys), fetched when somebody
 * wants it and kept for as long as it says, but between 5 minutes and 24 hours.
 *
 * Fetched once at a time, whoever waits is told together; a failure is told again for a moment, so that
 * a provider that is away is not asked by each who tries.
 *
 * Thread: the loop's.
 */
#pragma once

#include "base/buf.h"
#include "base/list.h"
#include "fetch/fetch.h"
#include "os/loop.h"

#define DOCUMENT_LEAST   (300 * SEC)
#define DOCUMENT_MOST    (86400 * SEC)
#define DOCUMENT_UNSAID  (3600 * SEC) /* when it says nothing */
#define DOCUMENT_RENEWAL (60 * SEC)   /* between two that were not due */
#define DOCUMENT_GRUDGE  (2 * SEC)    /* a failure is told again for so long */

enum { DOCUMENT_MAX = 256 * 1024, DOCUMENT_SECONDS = 10 };

/* rc 0: it is there; -EHOSTDOWN: the provider does not answer; -EPROTO: what it says cannot be
 * believed; -ECANCELED: the server ends.  why: for the operator, "" without error. */
typedef void document_fn(int rc, const char *why, void *arg);

/* Is this one good?  0, or -EPROTO with a sentence in why. */
typedef int document_check_fn(void *owner, struct span body, struct buf *why);

struct document {
    struct loop *loop;
    struct fetcher *fetcher;
    document_check_fn *check;
    void *owner;
    bool http_allowed;
    struct buf url; /* set by the owner before the first wish */
    struct buf text;
    usec_t fresh_until;
    usec_t renewed_at;
    usec_t failed_until;
    int failure;
    struct buf why;
    int64_t date; /* of the last answer, seconds since 1970; 0: unknown */
    bool there;
    bool asking;
    struct list waiting;
};

void document_init(struct document *d, struct loop *l, struct fetcher *f, document_check_fn *check,
                   void *owner);
void document_done(struct document *d);

/* May call fn before it returns. */
void document_want(struct document *d, document_fn *fn, void *arg);
/* The same, but fetches it anew, at most once in DOCUMENT_RENEWAL. */
void document_renew(struct document *d, document_fn *fn, void *arg);
/* Forgets what it has and what went wrong: for trials. */
void document_forget(struct document *d);
