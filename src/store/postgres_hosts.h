/*
 * postgres_hosts - where a database is, for whoever must keep others from it.
 *
 * Thread: any.
 */
#pragma once

#include "base/buf.h"

/* Appends the hosts and addresses that a postgres:// URL names, with commas between; nothing for sockets
 * in folders, and for what libpq cannot read. */
void postgres_hosts(const char *url, struct buf *ret);
