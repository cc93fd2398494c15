/*
 * match - which call of the contract a method and a path mean.
 *
 * Thread: any; pure.
 */
#pragma once

#include "api/contract.h"

struct match {
    const struct route *route;
    struct span params[2]; /* the segments of the path's parameters, as sent */
    unsigned allowed;      /* where the path is known: a bit (1 << enum method) for each method */
};

/* 0; -ENOENT: no such path; -EPERM: the path takes other methods, see ret->allowed.  HEAD is
 * answered as GET. */
int match_route(enum method method, struct span path, struct match *ret);

/* "GET, HEAD, POST", for the Allow field. */
void match_write_allowed(unsigned allowed, struct buf *out);
