/*
 * pages - the files that this server hands out: the page of app/site.h and the documents of the API,
 * under the policies that hold for them.
 *
 * Thread: the loop's.
 */
#pragma once

#include "http/static.h"

struct pages;

struct pages *pages_new(void);
struct pages *pages_free(struct pages *p);
const struct static_site *pages_site(const struct pages *p);
