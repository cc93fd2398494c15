/*
 * heap - the timers of a loop by their deadline: a binary heap of pointers, each timer knowing its
 * place, so that setting, moving and stopping one are O(log n).  Private to os/.
 *
 * Thread: the loop's.
 */
#pragma once

#include "os/loop.h"

struct heap {
    struct timer **at; /* from 1: children of i are 2i and 2i + 1 */
    size_t count;
    size_t cap;
};

void heap_done(struct heap *h);
size_t heap_count(const struct heap *h);
/* The nearest; NULL when empty. */
struct timer *heap_first(const struct heap *h);
/* Adds t, or moves it when it is in there, to where its deadline says. */
void heap_put(struct heap *h, struct timer *t);
/* Harmless when t is not in there. */
void heap_del(struct heap *h, struct timer *t);
