#include "auth/csrf.h"

#include <errno.h>

static bool is_json(struct span type)
{
    struct span name;

    if (!span_split(&type, ';', &name))
        return false;
    return span_eq_nocase(span_trim(name), span_str("application/json"));
}

int csrf_check(const struct csrf_facts *f)
{
    if (!f->changes)
        return 0;
    if (f->origin_given && !f->origin_own)
        return -EPERM;
    if (f->fetch_site.p && !span_is(f->fetch_site, "same-origin") &&
        !span_is(f->fetch_site, "none"))
        return -EPERM;
    if (f->has_body && !is_json(f->content_type))
        return -EMEDIUMTYPE;
    return 0;
}
