/*
 * secret_check - is SESSION_SECRET the one that the database was last served with?
 *
 * A mark that follows from it stands in the table setting.  Another one means that second factors cannot be
 * read and the audit log cannot be verified from before: the log says so once, at the start that finds it.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/secret.h"
#include "store/store.h"

/* changed: told by the log already.  fn may be NULL. */
typedef void secret_checked_fn(int rc, bool changed, void *arg);
void secret_check(struct store *store, const struct secret *secret, secret_checked_fn *fn,
                  void *arg);
