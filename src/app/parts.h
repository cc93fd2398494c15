/*
 * parts - what commands and the server need alike: the loop with the store, the bus, the sessions
 * and the accounts on it.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "app/config.h"
#include "auth/account.h"
#include "auth/office.h"
#include "auth/secret.h"
#include "fetch/fetch.h"
#include "fetch/mail.h"

struct parts {
    struct loop *loop;
    struct store *store;
    struct secret *secret;
    struct office office; /* of the others */
    struct fetcher *fetcher;
    struct mailer *mailer; /* NULL: no mail is sent here */
    struct bus *bus;
    struct sessions *sessions;
    struct chat *chat;
    struct presence *presence;
    struct accounts *accounts;
};

/* shared: beside a server that runs.  -errno with a sentence in why; to be ended in any case. */
int parts_open(struct parts *p, const struct config *conf, bool shared, struct buf *why);
/* Breaks off what other servers are asked, and runs what was handed to the store; the callers of
 * both must still be there. */
void parts_close_store(struct parts *p);
void parts_done(struct parts *p);
