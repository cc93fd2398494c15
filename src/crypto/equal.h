/*
 * equal - comparing secrets in a time that says nothing about where they differ.
 *
 * Thread: any.
 */
#pragma once

#include "base/span.h"

/* The lengths are no secret. */
bool equal_secret(struct span a, struct span b);
/* Overwrites a secret that is no longer needed; not optimised away. */
void equal_wipe(void *p, size_t n);
