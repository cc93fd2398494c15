/*
 * mail - sends one plain mail to one person by the operator's mail server (RFC 5321, 6409).
 *
 * SMTP_URL is smtp://user:password@host:587, with STARTTLS, which must be offered, or
 * smtps://…:465, with TLS from the first byte.  Characters of the password that mean something in a
 * URL are written %XX.  ?tls=off behind it does without TLS, for a relay on this machine; then there
 * may be no password.  The server is the operator's choice, so its address may be any.
 *
 * Thread: the loop's.
 */
#pragma once

#include "base/buf.h"

struct fetcher;
struct mailer;

enum { MAIL_SECONDS = 30 };

/* url: SMTP_URL; from: MAIL_FROM, as letter_mailbox() takes it.  -EBADMSG with a sentence that names
 * the setting (and not the password).  f must outlive it. */
int mailer_new(struct fetcher *f, const char *url, const char *from, struct mailer **ret,
               struct buf *why);
/* What is under way goes on. */
struct mailer *mailer_free(struct mailer *m);

/* UTF-8; copied. */
struct mail {
    struct span to; /* an address */
    struct span subject;
    struct span text;
};

/*
 * 0: the mail server has taken it.  Else why is a sentence for the operator: -EBADMSG the mail cannot
 * be written (its address, not UTF-8); -EACCES user or password wrong; -EIO it was refused or broken off;
 * and what fetch_answer has for -ENXIO, -ECONNREFUSED, -EKEYREJECTED, -ETIMEDOUT, -EAGAIN, -ECANCELED.
 */
typedef void mail_fn(int error, const char *why, void *arg);

/* Calls done exactly once, never before this returns. */
void mail_send(struct mailer *m, const struct mail *mail, mail_fn *done, void *arg);
