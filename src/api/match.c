#include "api/match.h"

#include <errno.h>

struct segments {
    struct span at[API_SEGMENTS_MAX];
    size_t count;
};

/* False for a path that no call can have: too many segments, or an empty one. */
static bool split(struct span path, struct segments *ret)
{
    struct span rest = span_sub(path, 1, path.len);
    struct span one;

    ret->count = 0;
    if (path.len == 0 || path.p[0] != '/')
        return false;
    while (span_split(&rest, '/', &one)) {
        if (ret->count == API_SEGMENTS_MAX || one.len == 0)
            return false;
        ret->at[ret->count++] = one;
    }
    return ret->count > 0;
}

/* The last segment is compared first: all begin alike. */
static bool fits(const struct route *r, const struct segments *s, struct match *m)
{
    size_t params = r->path.count;

    if (r->segment_count != s->count)
        return false;
    for (size_t i = s->count; i-- > 0;) {
        if (!r->segments[i]) {
            m->params[--params] = s->at[i];
        } else if (!span_is(s->at[i], r->segments[i])) {
            return false;
        }
    }
    return true;
}

int match_route(enum method method, struct span path, struct match *ret)
{
    struct segments segments;
    struct match m = {0};
    unsigned allowed = 0;

    if (!split(path, &segments))
        return -ENOENT;
    if (method == METHOD_HEAD)
        method = METHOD_GET;
    for (size_t i = 0; i < OP_MAX_; i++) {
        const struct route *r = &api_routes[i];

        if (!fits(r, &segments, &m))
            continue;
        allowed |= 1U << r->method;
        if (r->method == method) {
            m.route = r;
            *ret = m;
            return 0;
        }
    }
    ret->allowed = allowed;
    return allowed ? -EPERM : -ENOENT;
}

void match_write_allowed(unsigned allowed, struct buf *out)
{
    static const char *const names[] = {
        [METHOD_GET] = "GET", [METHOD_HEAD] = "HEAD",   [METHOD_POST] = "POST",
        [METHOD_PUT] = "PUT", [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
    };

    if (allowed & (1U << METHOD_GET))
        allowed |= 1U << METHOD_HEAD;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (allowed & (1U << i)) {
            buf_add_str(out, out->len > 0 ? ", " : "");
            buf_add_str(out, names[i]);
        }
    }
}
