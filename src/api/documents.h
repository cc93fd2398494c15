/*
 * documents - the contract for readers: /api/docs with its style sheet, and the two files that it
 * is made of.  Written by tools/gen_api.py.
 *
 * Thread: any; constants.
 */
#pragma once

#include "http/static.h"

extern const struct static_file api_documents[];
extern const size_t api_documents_count;
