/*
 * rand - chance for ids, tokens and jitter; from the kernel (getrandom), unless a test seeds it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Fills p with n bytes; aborts when the kernel has none. */
void rand_bytes(void *p, size_t n);
/* 0 <= result < limit, without bias; limit > 0. */
uint64_t rand_below(uint64_t limit);
/* Tests only: from now on a fixed sequence of this thread; 0 goes back to the kernel. */
void rand_seed(uint64_t seed);
