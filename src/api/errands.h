/*
 * errands - answers of acts on accounts (auth/office.h): each takes an exchange as arg.  Private to api/.
 *
 * Thread: the loop's.
 */
#pragma once

#include "auth/office.h"

/* 200, 201, 204. */
void answer_errand(const struct errand_answer *answer, void *x);
void answer_errand_made(const struct errand_answer *answer, void *x);
void answer_errand_done(const struct errand_answer *answer, void *x);
