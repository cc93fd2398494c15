/*
 * doctor - what the parts of `convene doctor` share: each examines something and has rows printed.
 *
 * Thread: main; blocks.
 */
#pragma once

#include "app/config.h"
#include "fetch/fetch.h"

#include "oidc/trial.h"

struct doctor {
    struct config conf;
    struct loop *loop;
    struct fetcher *fetcher;
    bool failed; /* some row did */
    bool warned;
    bool unasked; /* nothing runs here that could be asked */
};

/* Prints the rows and forgets them. */
void doctor_print(struct doctor *d, struct checks *c);

/* doctor_calls.c: STUN and TURN servers, our own and others'. */
void doctor_calls(struct doctor *d);
/* doctor_own.c: this machine's ports and certificate; true: a server runs here and may be asked. */
bool doctor_own(struct doctor *d);
/* doctor_outside.c: a server elsewhere, by its address as people type it and its UDP port. */
void doctor_outside(struct doctor *d, const char *address, uint16_t media_port);
