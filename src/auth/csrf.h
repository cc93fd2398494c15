/*
 * csrf - may this request change something?  A browser says who made it send the request; one that
 * another site's page made it send is refused.
 *
 * A program that is no browser sends neither Origin nor Sec-Fetch-Site and no cookie that it was
 * not given on purpose.
 *
 * Thread: any; pure.
 */
#pragma once

#include "base/span.h"

struct csrf_facts {
    bool changes; /* any method but GET and HEAD */
    bool origin_given;
    bool origin_own;
    struct span fetch_site; /* Sec-Fetch-Site */
    bool has_body;
    struct span content_type;
};

/* 0; -EPERM: from another site; -EMEDIUMTYPE: a body that is not application/json. */
int csrf_check(const struct csrf_facts *f);
