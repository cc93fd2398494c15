/*
 * site - the page, packed into the program by tools/embed.mjs; in a build without it, one page that
 * says how to build it.
 *
 * Thread: any; constants.
 */
#pragma once

#include "http/static.h"

extern const struct static_file site_files[];
extern const size_t site_files_count;
