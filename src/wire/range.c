#include "wire/range.h"

#include <errno.h>

int range_parse(struct span field, uint64_t size, struct range *ret)
{
    static const char unit[] = "bytes=";
    uint64_t from = 0;
    uint64_t to = UINT64_MAX;

    if (!span_eq_nocase(span_sub(field, 0, sizeof(unit) - 1), span_str(unit)))
        return 0;
    const struct span spec = span_trim(span_sub(field, sizeof(unit) - 1, field.len));
    const size_t dash = span_find(spec, '-');
    const struct span first = span_sub(spec, 0, dash);
    const struct span last = span_sub(spec, dash + 1, spec.len);

    /* A number above all 64 bits is one we do not understand, not a reason to fail. */
    if (dash == spec.len || (first.len == 0 && last.len == 0) ||
        (first.len > 0 && span_u64(first, UINT64_MAX, &from) < 0) ||
        (last.len > 0 && span_u64(last, UINT64_MAX, &to) < 0))
        return 0;

    if (first.len == 0) { /* the last so many */
        if (to == 0 || size == 0)
            return -ERANGE;
        *ret = to < size ? (struct range){size - to, to} : (struct range){0, size};
        return 1;
    }
    if (last.len > 0 && to < from)
        return 0;
    if (from >= size)
        return -ERANGE;
    *ret = (struct range){from, (to < size ? to + 1 : size) - from};
    return 1;
}
