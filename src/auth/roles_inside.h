/*
 * roles_inside - what roles*.c share.  Private to auth/.
 *
 * Thread: a store thread.
 */
#pragma once

#include "auth/office.h"

/* Writes the AdminPerson as the errand's answer. */
int roles_write_one(struct db *db, struct errand *e, const struct id *person);
