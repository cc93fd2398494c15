#include "wire/http1.h"

#include "wire/url.h"

#include <errno.h>

/*
 * One pass over the bytes: each step below takes its part off the cursor and answers TAKEN, 0 when
 * the part is not whole yet, or what is wrong.  A head that comes in pieces is parsed again from
 * its beginning, which HTTP1_HEAD_MAX bounds and which leaves nothing to remember in between.
 */
enum { TAKEN = 1, METHOD_LEN_MAX = 16 };

enum { TOKEN = 1, TARGET = 2, BOTH = TOKEN | TARGET };

/*
 * TOKEN: RFC 9110, 5.6.2.  TARGET: visible ASCII but for what no client leaves unescaped; browsers
 * do send {}|^[]` as they are in a query, so those may pass to the strict decoder of wire/url.h.
 */
static const uint8_t class[256] = {
    ['!'] = BOTH,         ['#'] = TOKEN,          ['$' ... '\''] = BOTH, ['(' ... ')'] = TARGET,
    ['*' ... '+'] = BOTH, [','] = TARGET,         ['-' ... '.'] = BOTH,  ['/'] = TARGET,
    ['0' ... '9'] = BOTH, [':' ... ';'] = TARGET, ['='] = TARGET,        ['?' ... '@'] = TARGET,
    ['A' ... 'Z'] = BOTH, ['['] = TARGET,         [']'] = TARGET,        ['^' ... '`'] = BOTH,
    ['a' ... 'z'] = BOTH, ['{'] = TARGET,         ['|'] = BOTH,          ['}'] = TARGET,
    ['~'] = BOTH,
};

/* In order of length, as enum http1_name has them. */
static const struct {
    char name[24];
    bool single; /* a second one cannot be: which of them would count? */
} known[HTTP1_OTHER] = {
    {"te", false},
    {"host", true},
    {"range", true},
    {"accept", false},
    {"cookie", true}, /* RFC 6265, 5.4 */
    {"expect", true},
    {"origin", true},
    {"referer", true},
    {"upgrade", false},
    {"if-range", true},
    {"connection", false},
    {"user-agent", true},
    {"content-type", true},
    {"authorization", true},
    {"if-none-match", false},
    {"content-length", true},
    {"sec-fetch-site", true},
    {"accept-encoding", false},
    {"accept-language", false},
    {"idempotency-key", true},
    {"x-forwarded-for", false},
    {"content-encoding", false},
    {"if-modified-since", true},
    {"sec-websocket-key", true},
    {"transfer-encoding", true},
    {"x-forwarded-proto", false},
    {"sec-websocket-version", true},
    {"sec-websocket-protocol", false},
};

/* Index of the first known name of at least that length. */
static const uint8_t first_of_length[] = {
    [0 ... 2] = HTTP1_TE,
    [3 ... 4] = HTTP1_HOST,
    [5] = HTTP1_RANGE,
    [6] = HTTP1_ACCEPT,
    [7] = HTTP1_REFERER,
    [8] = HTTP1_IF_RANGE,
    [9 ... 10] = HTTP1_CONNECTION,
    [11 ... 12] = HTTP1_CONTENT_TYPE,
    [13] = HTTP1_AUTHORIZATION,
    [14] = HTTP1_CONTENT_LENGTH,
    [15] = HTTP1_ACCEPT_ENCODING,
    [16] = HTTP1_CONTENT_ENCODING,
    [17] = HTTP1_IF_MODIFIED_SINCE,
    [18 ... 21] = HTTP1_SEC_WEBSOCKET_VERSION,
    [22] = HTTP1_SEC_WEBSOCKET_PROTOCOL,
    [23] = HTTP1_OTHER,
};

struct cursor {
    const char *p;
    const char *end;
};

/* What is gathered on the way and judged at the end. */
struct traits {
    struct span authority; /* of an absolute target */
    bool close;            /* options of Connection */
    bool upgrade;
    bool to_websocket; /* Upgrade names it */
};

static bool is(char c, unsigned what)
{
    return class[(uint8_t)c] & what;
}

static struct span run(struct cursor *c, unsigned what)
{
    const char *from = c->p;

    while (c->p < c->end && is(*c->p, what))
        c->p++;
    return (struct span){from, (size_t)(c->p - from)};
}

/* Takes exactly the text, byte for byte. */
static int literal(struct cursor *c, const char *text)
{
    for (; *text; text++, c->p++) {
        if (c->p == c->end)
            return 0;
        if (*c->p != *text)
            return -EBADMSG;
    }
    return TAKEN;
}

static int version(struct cursor *c, unsigned *ret_minor)
{
    int rc = literal(c, "HTTP/");

    if (rc <= 0)
        return rc;
    for (int i = 0; i < 3; i++) {
        if (c->p + i == c->end)
            return 0;
        const char at = c->p[i];
        if (i == 1 ? at != '.' : at < '0' || at > '9')
            return -EBADMSG;
    }
    if (c->p[0] != '1' || c->p[2] > '1')
        return -EPROTONOSUPPORT;
    *ret_minor = (unsigned)(c->p[2] - '0');
    c->p += 3;
    return literal(c, "\r\n");
}

/* http://host[:port][/path][?query] as RFC 9112, 3.2.2 makes every server accept it. */
static int absolute_target(struct http1_head *h, struct traits *t)
{
    const struct span target = h->target;
    size_t at = 0;

    if (span_eq_nocase(span_sub(target, 0, 7), span_str("http://"))) {
        at = 7;
    } else if (span_eq_nocase(span_sub(target, 0, 8), span_str("https://"))) {
        at = 8;
    } else {
        return -EBADMSG;
    }

    size_t end = at;
    while (end < target.len && target.p[end] != '/' && target.p[end] != '?')
        end++;
    t->authority = span_sub(target, at, end - at);
    url_split(span_sub(target, end, target.len), &h->path, &h->query);
    if (h->path.len == 0)
        h->path = span_sub(target, at - 1, 1); /* the last '/' of "http://": a span of the input */
    return t->authority.len > 0 ? TAKEN : -EBADMSG;
}

static int judge_target(struct http1_head *h, struct traits *t)
{
    if (h->target.p[0] == '/') {
        url_split(h->target, &h->path, &h->query);
        return TAKEN;
    }
    if (span_is(h->target, "*") && span_is(h->method, "OPTIONS")) {
        h->path = h->target;
        return TAKEN;
    }
    return absolute_target(h, t);
}

static int request_line(struct cursor *c, struct http1_head *h, struct traits *t)
{
    h->method = run(c, TOKEN);
    if (h->method.len > METHOD_LEN_MAX)
        return -EBADMSG;
    if (c->p == c->end)
        return 0;
    if (h->method.len == 0 || *c->p++ != ' ' || span_is(h->method, "CONNECT"))
        return -EBADMSG;

    h->target = run(c, TARGET);
    if (c->p == c->end)
        return 0;
    if (h->target.len == 0 || *c->p++ != ' ')
        return -EBADMSG;

    const int rc = version(c, &h->minor);
    return rc > 0 ? judge_target(h, t) : rc;
}

/* Eight bytes at once: sets the top bit of each that is below SP or is DEL; the first is exact. */
static uint64_t controls(const char *p)
{
    const uint64_t ones = 0x0101010101010101U;
    uint64_t word = 0;

    memcpy(&word, p, sizeof(word));
    const uint64_t del = word ^ (ones * 0x7f);
    return (((word - ones * ' ') & ~word) | ((del - ones) & ~del)) & (ones * 0x80);
}

/* Up to the first control byte that is no HTAB. */
static struct span value_run(struct cursor *c)
{
    const char *from = c->p;

    for (;;) {
        while (c->end - c->p >= (ptrdiff_t)sizeof(uint64_t) && !controls(c->p))
            c->p += sizeof(uint64_t);
        while (c->p < c->end && (uint8_t)*c->p >= ' ' && *c->p != 0x7f)
            c->p++;
        if (c->p == c->end || *c->p != '\t')
            return (struct span){from, (size_t)(c->p - from)};
        c->p++;
    }
}

/*
 * Is s, a token, this name of letters and hyphens in any case?  OR 0x20 makes letters small and
 * leaves the hyphen; whatever else it would turn into one of them is no token character.
 */
static bool same_name(struct span s, const char *name)
{
    const uint64_t small = 0x2020202020202020U;
    uint64_t a = 0;
    uint64_t b = 0;
    size_t i = 0;

    for (; s.len - i >= sizeof(a); i += sizeof(a)) {
        memcpy(&a, s.p + i, sizeof(a));
        memcpy(&b, name + i, sizeof(b));
        if ((a | small) != b)
            return false;
    }
    for (; i < s.len; i++) {
        if ((s.p[i] | 0x20) != name[i])
            return false;
    }
    return true;
}

static enum http1_name name_id(struct span name)
{
    if (name.len + 1 >= sizeof(first_of_length))
        return HTTP1_OTHER;
    for (unsigned i = first_of_length[name.len]; i < first_of_length[name.len + 1]; i++) {
        if (same_name(name, known[i].name))
            return (enum http1_name)i;
    }
    return HTTP1_OTHER;
}

static void connection_options(struct traits *t, struct span list)
{
    struct span option;

    while (span_split(&list, ',', &option)) {
        option = span_trim(option);
        t->close = t->close || span_eq_nocase(option, span_str("close"));
        t->upgrade = t->upgrade || span_eq_nocase(option, span_str("upgrade"));
    }
}

static void upgrade_protocols(struct traits *t, struct span list)
{
    struct span protocol;

    while (span_split(&list, ',', &protocol)) {
        if (span_eq_nocase(span_trim(protocol), span_str("websocket")))
            t->to_websocket = true;
    }
}

static int note(struct http1_head *h, struct traits *t, const struct http1_field *f)
{
    if (f->id == HTTP1_OTHER)
        return TAKEN;
    if (!h->known[f->id].p) {
        h->known[f->id] = f->value;
    } else if (known[f->id].single) {
        return -EBADMSG;
    }
    if (f->id == HTTP1_CONNECTION) {
        connection_options(t, f->value);
    } else if (f->id == HTTP1_UPGRADE) {
        upgrade_protocols(t, f->value);
    }
    return TAKEN;
}

static int field_line(struct cursor *c, struct http1_head *h, struct traits *t)
{
    if (h->fields_count == HTTP1_FIELDS_MAX)
        return -E2BIG;

    struct http1_field *f = &h->fields[h->fields_count];
    f->name = run(c, TOKEN);
    if (c->p == c->end)
        return 0;
    /* A line that begins with a blank (obs-fold) has an empty name; "Host : x" ends it too soon. */
    if (f->name.len == 0 || *c->p++ != ':')
        return -EBADMSG;

    f->value = span_trim(value_run(c));
    const int rc = literal(c, "\r\n");
    if (rc <= 0)
        return rc;
    f->id = name_id(f->name);
    h->fields_count++;
    return note(h, t, f);
}

static int judge_host(const struct http1_head *h, const struct traits *t)
{
    const struct span host = h->known[HTTP1_HOST];
    struct url_host parsed;

    if (!host.p) /* only 1.0 may leave it out */
        return h->minor == 0 && !t->authority.p ? TAKEN : -EBADMSG;
    if (url_host_parse(host, &parsed) < 0)
        return -EBADMSG;
    return t->authority.p && !span_eq_nocase(t->authority, host) ? -EBADMSG : TAKEN;
}

/* RFC 9112, 6.3, less all that is only there for old senders. */
static int judge_body(struct http1_head *h)
{
    const struct span coding = h->known[HTTP1_TRANSFER_ENCODING];
    const struct span length = h->known[HTTP1_CONTENT_LENGTH];

    if (coding.p) {
        h->chunked = true;
        return h->minor == 1 && !length.p && span_is(coding, "chunked") ? TAKEN : -EBADMSG;
    }
    if (!length.p)
        return TAKEN;
    if (length.len > 1 && length.p[0] == '0')
        return -EBADMSG;
    return span_u64(length, INT64_MAX, &h->content_length) < 0 ? -EBADMSG : TAKEN;
}

static int judge(struct http1_head *h, const struct traits *t)
{
    const int rc = judge_host(h, t);

    if (rc < 0)
        return rc;
    h->keep_alive = h->minor == 1 && !t->close;
    h->websocket = h->minor == 1 && t->upgrade && t->to_websocket && span_is(h->method, "GET");
    h->expect_continue =
        h->minor == 1 && span_eq_nocase(h->known[HTTP1_EXPECT], span_str("100-continue"));
    return judge_body(h);
}

static int parse_head(struct cursor *c, struct http1_head *h)
{
    struct cursor line = *c;
    struct traits t = {0};

    if (line.end - line.p > HTTP1_LINE_MAX)
        line.end = line.p + HTTP1_LINE_MAX;
    int rc = request_line(&line, h, &t);
    if (rc == 0 && line.end - c->p == HTTP1_LINE_MAX)
        return -E2BIG;
    c->p = line.p;
    while (rc > 0) {
        if (c->p == c->end)
            return 0;
        if (*c->p == '\r') {
            rc = literal(c, "\r\n");
            return rc > 0 ? judge(h, &t) : rc;
        }
        rc = field_line(c, h, &t);
    }
    return rc;
}

int http1_parse(struct span in, struct http1_head *ret)
{
    if (in.len == 0)
        return 0;

    struct cursor c = {in.p, in.p + (in.len < HTTP1_HEAD_MAX ? in.len : HTTP1_HEAD_MAX)};
    memset(ret, 0, offsetof(struct http1_head, fields));
    const int rc = parse_head(&c, ret);
    if (rc == 0 && in.len >= HTTP1_HEAD_MAX)
        return -E2BIG;
    return rc > 0 ? (int)(c.p - in.p) : rc;
}

struct span http1_find(const struct http1_head *h, struct span name)
{
    for (size_t i = 0; i < h->fields_count; i++) {
        if (span_eq_nocase(h->fields[i].name, name))
            return h->fields[i].value;
    }
    return SPAN_NONE;
}
