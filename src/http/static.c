#include "http/static.h"

#include "base/map.h"
#include "wire/range.h"

#include <errno.h>

enum { TAG_MAX = 80, RANGE_TEXT_MAX = 80, FIELDS_MAX = 6 };

struct static_site {
    struct static_conf conf;
    struct map *by_path;
};

/* What is to be sent of a file. */
struct choice {
    struct span bytes;
    const char *coding; /* NULL: identity */
    char tag[TAG_MAX];  /* each encoding is a representation of its own (RFC 9110, 8.8.3.3) */
};

struct static_site *static_new(const struct static_conf *conf)
{
    struct static_site *s = mem_new(struct static_site);

    s->conf = *conf;
    s->by_path = map_new();
    for (size_t i = 0; i < conf->files_count; i++) {
        const struct static_file *f = &conf->files[i];
        (void)map_put(s->by_path, span_str(f->path), (void *)f);
    }
    return s;
}

struct static_site *static_free(struct static_site *s)
{
    if (!s)
        return NULL;
    s->by_path = map_free(s->by_path);
    return mem_free(s);
}

static bool is_below(struct span path, const char *top)
{
    const size_t n = strlen(top);

    return span_starts(path, top) && (path.len == n || path.p[n] == '/');
}

static bool is_page(const struct static_site *s, struct span path)
{
    if (span_is(path, "/"))
        return true;
    for (size_t i = 0; i < s->conf.pages_count; i++) {
        if (is_below(path, s->conf.pages[i]))
            return true;
    }
    return false;
}

static const struct static_file *find(const struct static_site *s, struct span path)
{
    if (is_page(s, path))
        path = span_str("/index.html");
    return map_get(s->by_path, path);
}

/* q=0, q=0.0 and so on: not acceptable (RFC 9110, 12.4.2). */
static bool weight_is_zero(struct span params)
{
    params = span_trim(params);
    if (!span_starts(params, "q=0") && !span_starts(params, "Q=0"))
        return false;
    for (size_t i = 3; i < params.len; i++) {
        if (params.p[i] != '0' && params.p[i] != '.')
            return false;
    }
    return true;
}

/* Is it named in a field like Accept or Accept-Encoding? */
static bool accepts(struct span field, const char *what)
{
    struct span item;

    while (span_split(&field, ',', &item)) {
        struct span name;
        if (span_split(&item, ';', &name) && span_eq_nocase(span_trim(name), span_str(what)))
            return !weight_is_zero(item);
    }
    return false;
}

static struct choice choose(const struct static_file *f, const struct request *r, bool whole)
{
    const struct span accept = request_header(r, "accept-encoding");
    struct choice c = {.bytes = f->identity};
    const char *mark = "";
    struct buf tag = {0};

    if (whole && f->brotli.len > 0 && accepts(accept, "br")) {
        c.bytes = f->brotli;
        c.coding = "br";
        mark = "-b";
    } else if (whole && f->gzip.len > 0 && accepts(accept, "gzip")) {
        c.bytes = f->gzip;
        c.coding = "gzip";
        mark = "-g";
    }
    /* "1a2b" becomes "1a2b-b" */
    buf_printf(&tag, "%.*s%s\"", (int)strlen(f->etag) - 1, f->etag, mark);
    memcpy(c.tag, tag.p, tag.len < TAG_MAX ? tag.len : TAG_MAX - 1);
    buf_done(&tag);
    return c;
}

/* RFC 9110, 13.1.2: by weak comparison. */
static bool known_already(struct span field, const char *tag)
{
    struct span item;

    if (span_is(span_trim(field), "*"))
        return true;
    while (span_split(&field, ',', &item)) {
        item = span_trim(item);
        if (span_starts(item, "W/"))
            item = span_sub(item, 2, item.len);
        if (span_is(item, tag))
            return true;
    }
    return false;
}

static const char *csp_of(const struct static_site *s, const struct static_file *f)
{
    const struct span type = span_str(f->type);

    /* a worker lives under the policy of its own script */
    return span_starts(type, "text/html") || span_starts(type, "text/javascript") ? s->conf.csp
                                                                                  : NULL;
}

static void add(struct response *resp, const char *name, struct span value)
{
    resp->fields[resp->fields_count++] = (struct header){name, value};
}

/* Cuts resp to the range that is asked for; its text goes to out. */
static void apply_range(struct response *resp, struct span field, struct buf *out)
{
    struct range range = {0};
    const size_t size = resp->body.len;
    const int rc = range_parse(field, size, &range);

    if (rc == 0)
        return;
    if (rc > 0) {
        resp->status = 206;
        resp->body = span_sub(resp->body, range.from, range.len);
        buf_printf(out, "bytes %zu-%zu/%zu", (size_t)range.from,
                   (size_t)(range.from + range.len - 1), size);
    } else {
        resp->status = 416;
        resp->type = NULL;
        resp->body = SPAN_NONE;
        buf_printf(out, "bytes */%zu", size);
    }
    add(resp, "Content-Range", buf_span(out));
}

static void serve(const struct static_site *s, const struct static_file *f, struct request *r)
{
    const struct span if_range = request_header(r, "if-range");
    struct span range = request_header(r, "range");
    struct header fields[FIELDS_MAX];
    struct buf range_text = {0};

    /* an unknown or other state of the file: all of it (RFC 9110, 13.1.5) */
    if (request_method(r) != METHOD_GET || (if_range.p && !span_is(if_range, f->etag)))
        range = SPAN_NONE;
    struct choice c = choose(f, r, !range.p);
    struct response resp = {
        .status = 200,
        .type = f->type,
        .cache = f->hashed ? "public, max-age=31536000, immutable" : "no-cache",
        .csp = csp_of(s, f),
        .body = c.bytes,
        .body_lasts = true,
        .fields = fields,
    };
    add(&resp, "ETag", span_str(c.tag));
    add(&resp, "Vary", span_str("Accept-Encoding"));
    add(&resp, "Accept-Ranges", span_str("bytes"));
    if (s->conf.permissions && span_starts(span_str(f->type), "text/html"))
        add(&resp, "Permissions-Policy", span_str(s->conf.permissions));
    if (c.coding)
        add(&resp, "Content-Encoding", span_str(c.coding));
    if (known_already(request_header(r, "if-none-match"), c.tag)) {
        resp.status = 304;
        resp.type = NULL;
        resp.body = SPAN_NONE;
    } else if (range.p) {
        apply_range(&resp, range, &range_text);
    }
    http_respond(r, &resp);
    buf_done(&range_text);
}

static void refuse_method(struct request *r)
{
    struct header allow = {"Allow", span_str("GET, HEAD")};
    static const char body[] = "{\"error\":{\"code\":\"method_not_allowed\",\"message\":"
                               "\"A file can only be read.\"}}";

    http_respond(r, &(struct response){.status = 405,
                                       .type = "application/json",
                                       .body = {body, sizeof(body) - 1},
                                       .fields = &allow,
                                       .fields_count = 1});
}

/* The page, where nothing is known by this address: not to be taken for a state of it. */
static void serve_nothing(const struct static_site *s, const struct static_file *page,
                          struct request *r)
{
    const struct choice c = choose(page, r, true);
    struct header fields[FIELDS_MAX];
    struct response resp = {
        .status = 404,
        .type = page->type,
        .cache = "no-store",
        .csp = csp_of(s, page),
        .body = c.bytes,
        .body_lasts = true,
        .fields = fields,
    };

    if (s->conf.permissions)
        add(&resp, "Permissions-Policy", span_str(s->conf.permissions));
    if (c.coding)
        add(&resp, "Content-Encoding", span_str(c.coding));
    http_respond(r, &resp);
}

/* The page for whoever looks for one where there is nothing; NULL: for programs. */
static const struct static_file *page_instead(const struct static_site *s, const struct request *r)
{
    if (!accepts(request_header(r, "accept"), "text/html"))
        return NULL;
    if (s->conf.apart && is_below(request_path(r), s->conf.apart))
        return NULL;
    return find(s, span_str("/"));
}

bool static_serve(const struct static_site *s, struct request *r)
{
    const struct static_file *f = find(s, request_path(r));
    const enum method m = request_method(r);
    const bool reads = m == METHOD_GET || m == METHOD_HEAD;

    if (f && reads) {
        serve(s, f, r);
        return true;
    }
    if (f) {
        refuse_method(r);
        return true;
    }
    f = reads ? page_instead(s, r) : NULL;
    if (f)
        serve_nothing(s, f, r);
    return f != NULL;
}
