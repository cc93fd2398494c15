/*
 * office - what acts on accounts work with, and errand: one such act on its way.
 *
 * An errand carries what was asked (copied into its `input`), runs on a store thread, may be run again,
 * and ends in one answer.  What it ends (sessions) and tells (a person that changed) takes effect with
 * its commit.  An act of its own embeds it as the first member.
 *
 * Thread: run() and what it calls on the store thread; the rest the main loop's.
 */
#pragma once

#include "auth/audit.h"
#include "auth/session.h"
#include "store/person.h"

struct office {
    struct loop *loop;
    struct store *store;
    struct bus *bus;
    struct sessions *sessions;
    const struct secret *secret;
    bool local_off; /* LOCAL_ACCOUNTS=off */
};

struct errand_answer {
    int rc; /* 0, -EINVAL (field, why), -EPERM, -ENOENT, -EUSERS (the last owner), -errno */
    const char *field; /* static text */
    const char *why;   /* a sentence, static text */
    struct buf *json;  /* may be taken */
};
typedef void errand_fn(const struct errand_answer *answer, void *arg);

struct errand_end {
    struct errand_end *next;
    struct id person;
    struct session_ends sessions;
};

struct errand;
/* Writes json anew each time.  0 or -errno. */
typedef int errand_run_fn(struct db *db, struct errand *e);

struct errand {
    struct job job;
    const struct office *office;
    struct actor actor;
    struct span ip;
    struct arena *input;
    errand_run_fn *run;
    struct buf json;
    const char *field;
    const char *why;
    struct errand_end *ends; /* what ends with the commit; in the job's arena */
    struct person told; /* the person that everybody hears of after the commit; id none: nobody */
    errand_fn *fn;
    void *arg;
};

/* Whoever runs the server, by the command line: may what an owner may, and is nobody in the log. */
extern const struct actor office_shell;

/* Zeroed, of this size; frees itself after the answer.  from may be NULL: the command line. */
void *errand_new(size_t size, const struct office *o, const struct actor *actor,
                 const struct addr *from, errand_run_fn *run, errand_fn *fn, void *arg);
/* A copy in `input`; SPAN_NONE stays that. */
struct span errand_text(struct errand *e, struct span s);
void errand_read(struct errand *e);
/* In the lane of the audit log, as every act that is noted there. */
void errand_write(struct errand *e);
/* Answers without having run: its start was refused. */
void errand_give_up(struct errand *e, int rc);

/* From run(). */

/* Who acts, as a row may name them: none of the command line. */
struct id errand_by(const struct errand *e);

/* Returns -EINVAL. */
int errand_refuse(struct errand *e, const char *field, const char *why);
/* All sessions of the person but `except` (none: all); or a given one, whose row says so already. */
int errand_end_sessions(struct db *db, struct errand *e, const struct id *person,
                        const struct id *except);
void errand_end_session(struct errand *e, const struct id *person, const struct id *session);
/* By whom, from where and when is filled in. */
int errand_audit(struct db *db, const struct errand *e, const struct audit_entry *entry);
/* Reads the person into `told`: it takes its next change, and everybody hears of it, their own pages of
 * more. */
int errand_tell(struct db *db, struct errand *e, const struct id *person);
