/*
 * uv - the uv_loop_t of a loop, for the other files of os/ alone.
 *
 * Thread: the loop's.
 */
#pragma once

#include "os/loop.h"

void *loop_uv(struct loop *l);
