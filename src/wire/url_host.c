#include "base/addr.h"
#include "wire/url.h"

#include <errno.h>

enum { LABEL_MAX = 63, PORT_HTTP = 80, PORT_HTTPS = 443 };

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters, digits, hyphens; and '_', which container networks put into names. */
static bool label_ok(struct span label)
{
    if (label.len == 0 || label.len > LABEL_MAX)
        return false;
    for (size_t i = 0; i < label.len; i++) {
        const char c = label.p[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && !digit(c) && c != '-' && c != '_')
            return false;
    }
    return true;
}

/* A name, or an IPv4 address: what ends in a number can only be one (URL Standard, 3.5). */
static int name_kind(struct span name, enum url_host_kind *ret)
{
    struct span rest = name;
    struct span label = SPAN_NONE;
    struct addr addr;

    if (name.len == 0 || name.len > URL_HOST_MAX)
        return -EBADMSG;
    while (span_split(&rest, '.', &label)) {
        if (!label_ok(label))
            return -EBADMSG;
    }
    *ret = digit(label.p[0]) ? URL_HOST_IP4 : URL_HOST_NAME;
    if (*ret == URL_HOST_NAME || addr_parse_ip(name, &addr) == 0)
        return 0;
    /* "3com" begins with a digit and is a name; "1.2.3" and "0x7f" are neither. */
    *ret = URL_HOST_NAME;
    for (size_t i = 1; i < label.len; i++) {
        if (!digit(label.p[i]) && !(label.p[0] == '0' && (label.p[1] | 0x20) == 'x'))
            return 0;
    }
    return -EBADMSG;
}

/* Takes [IPv6] or what stands before ':' off *s. */
static int take_name(struct span *s, struct url_host *ret)
{
    struct addr addr;

    if (s->len > 0 && s->p[0] == '[') {
        const size_t end = span_find(*s, ']');

        ret->kind = URL_HOST_IP6;
        ret->name = span_sub(*s, 1, end - 1);
        if (end == s->len || span_find(ret->name, ':') == ret->name.len ||
            addr_parse_ip(ret->name, &addr) < 0)
            return -EBADMSG;
        *s = span_sub(*s, end + 1, s->len);
        return 0;
    }
    const size_t end = span_find(*s, ':');
    ret->name = span_sub(*s, 0, end);
    *s = span_sub(*s, end, s->len);
    return name_kind(ret->name, &ret->kind);
}

int url_host_parse(struct span s, struct url_host *ret)
{
    struct url_host host = {0};
    uint64_t port = 0;

    const int rc = take_name(&s, &host);
    if (rc < 0)
        return rc;
    if (s.len > 0) {
        const struct span text = span_sub(s, 1, s.len);

        if (s.p[0] != ':' || text.len > 5 || span_u64(text, UINT16_MAX, &port) < 0 || port == 0)
            return -EBADMSG;
    }
    host.port = (uint16_t)port;
    *ret = host;
    return 0;
}

struct url_origin url_origin_of(const struct url_host *host, bool secure)
{
    struct url_origin o = {.host = *host, .secure = secure};

    if (o.host.port == 0)
        o.host.port = secure ? PORT_HTTPS : PORT_HTTP;
    return o;
}

int url_origin_parse(struct span s, struct url_origin *ret)
{
    const bool secure = span_eq_nocase(span_sub(s, 0, 8), span_str("https://"));
    struct url_host host;

    if (!secure && !span_eq_nocase(span_sub(s, 0, 7), span_str("http://")))
        return -EBADMSG;
    const int rc = url_host_parse(span_sub(s, secure ? 8 : 7, s.len), &host);
    if (rc < 0)
        return rc;
    *ret = url_origin_of(&host, secure);
    return 0;
}

bool url_origin_eq(const struct url_origin *a, const struct url_origin *b)
{
    return a->secure == b->secure && a->host.port == b->host.port && a->host.kind == b->host.kind &&
           span_eq_nocase(a->host.name, b->host.name);
}
