/*
 * Who sent a request and to whom: the client behind trusted proxies, and whether host and Origin
 * are ours.  Everything a client can write itself counts only as far as a trusted proxy has added
 * to it: of X-Forwarded-For, the addresses from the right up to the first that is no such proxy.
 */
#include "base/mem.h"
#include "http/pieces.h"

static bool trusted(const struct http_server *s, const struct addr *a)
{
    for (size_t i = 0; i < s->conf.trusted_count; i++) {
        if (addr_in(a, &s->trusted[i]))
            return true;
    }
    return false;
}

static bool loopback(const struct addr *a)
{
    static const uint8_t v6[16] = {[15] = 1};

    return a->family == 4 ? a->ip[0] == 127 : a->family == 6 && memcmp(a->ip, v6, 16) == 0;
}

/* Takes what stands behind the last comma off *s. */
static struct span take_last(struct span *s)
{
    size_t from = s->len;

    while (from > 0 && s->p[from - 1] != ',')
        from--;
    const struct span last = span_trim(span_sub(*s, from, s->len));
    *s = span_sub(*s, 0, from > 0 ? from - 1 : 0);
    return last;
}

/* An address as proxies write it: bare, or with a port, IPv6 then in brackets. */
static int parse_forwarded(struct span s, struct addr *ret)
{
    struct url_host host;

    if (addr_parse_ip(s, ret) == 0)
        return 0;
    const int rc = url_host_parse(s, &host);
    return rc ? rc : addr_parse_ip(host.name, ret);
}

/* True when the walk is over: the client is found, or nothing further can be believed. */
static bool walk(struct request *r, struct span list)
{
    while (list.len > 0) {
        struct addr a;
        if (parse_forwarded(take_last(&list), &a) != 0)
            return true;
        r->peer = a;
        if (!trusted(r->server, &a))
            return true;
    }
    return false;
}

static bool is_field(const struct request *r, size_t i, const char *name)
{
    const struct request_field *f = &r->fields[i];

    return span_eq_nocase(span_of(r->head + f->name, f->name_len), span_str(name));
}

static void believe_proxies(struct request *r)
{
    bool found = false;
    bool scheme = false;

    /* several fields are one list (RFC 9110, 5.3), so from the last field back */
    for (size_t i = r->fields_count; i-- > 0;) {
        const struct request_field *f = &r->fields[i];
        struct span value = span_of(r->head + f->value, f->value_len);
        if (!found && is_field(r, i, "x-forwarded-for")) {
            found = walk(r, value);
        } else if (!scheme && is_field(r, i, "x-forwarded-proto")) {
            r->secure = span_eq_nocase(take_last(&value), span_str("https"));
            scheme = true;
        }
    }
}

void client_find(struct request *r)
{
    const struct stream *st = r->conn->stream;
    static const char *const proxied[] = {"forwarded", "via", "x-real-ip"};

    r->peer = *stream_peer(st);
    r->secure = stream_secure(st);
    r->local = loopback(&r->peer) && !r->known[HTTP1_X_FORWARDED_FOR] &&
               !r->known[HTTP1_X_FORWARDED_PROTO];
    for (size_t i = 0; r->local && i < ARRAY_SIZE(proxied); i++)
        r->local = !request_header(r, proxied[i]).p;
    if (r->server->conf.trusted_count > 0 && trusted(r->server, &r->peer))
        believe_proxies(r);
}

static bool ends_nocase(struct span s, const char *with)
{
    const size_t n = strlen(with);

    return s.len > n && span_eq_nocase(span_sub(s, s.len - n, n), span_str(with));
}

/* Names that no foreign DNS server can make point here. */
static bool names_this_machine(const struct http_server *s, const struct url_host *h)
{
    const struct span machine = span_str(s->machine);

    if (h->kind != URL_HOST_NAME)
        return true; /* a page at an IP address is of that very address: nothing to rebind */
    if (span_eq_nocase(h->name, span_str("localhost")) || ends_nocase(h->name, ".localhost"))
        return true;
    if (machine.len == 0)
        return false;
    const bool local = ends_nocase(h->name, ".local");
    const struct span bare = local ? span_sub(h->name, 0, h->name.len - strlen(".local")) : h->name;
    return span_eq_nocase(bare, machine) || span_eq_nocase(h->name, machine);
}

bool client_host_ours(const struct request *r)
{
    const struct http_server *s = r->server;

    if (!r->host.name.p)
        return false;
    if (!s->origin.host.name.p)
        return names_this_machine(s, &r->host);
    if (span_eq_nocase(r->host.name, s->origin.host.name))
        return true;
    /* the doctor, and whoever reads the metrics, ask from here */
    return r->local &&
           (r->host.kind != URL_HOST_NAME || span_eq_nocase(r->host.name, span_str("localhost")));
}

enum origin request_origin(const struct request *r)
{
    const struct span field = request_known(r, HTTP1_ORIGIN);
    const struct http_server *s = r->server;
    struct url_origin origin;

    if (!field.p)
        return ORIGIN_NONE;
    /* a browser writes it in lower case (RFC 6454, 6.2); what does not is no page of ours */
    for (size_t i = 0; i < field.len; i++) {
        if (field.p[i] >= 'A' && field.p[i] <= 'Z')
            return ORIGIN_FOREIGN;
    }
    if (url_origin_parse(field, &origin) != 0)
        return ORIGIN_FOREIGN;
    if (s->origin.host.name.p && url_origin_eq(&origin, &s->origin))
        return ORIGIN_OWN;
    const struct url_origin own = url_origin_of(&r->host, r->secure);
    return url_origin_eq(&origin, &own) ? ORIGIN_OWN : ORIGIN_FOREIGN;
}

void request_base_url(const struct request *r, struct buf *out)
{
    const struct http_server *s = r->server;

    if (s->public_url) {
        buf_add_str(out, s->public_url);
        return;
    }
    buf_add_str(out, r->secure ? "https://" : "http://");
    buf_add_span(out, request_known(r, HTTP1_HOST));
}
