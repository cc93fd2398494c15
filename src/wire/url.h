/*
 * url - the parts of a request that name something: path, query, cookies, host and origin
 * (RFC 3986, 6454, 6265), strictly.
 *
 * Decoded text is UTF-8 without control bytes, so that what one part of the program checks is what
 * another part uses.  A path is not normalised: what would need it is refused.
 *
 * Pure; spans into what was given, but for what is appended to a buf.
 *
 * Thread: any; values.
 */
#pragma once

#include "base/buf.h"

enum { URL_HOST_MAX = 253 };

/* What stands before the first '?' and behind it; query's p is NULL without one. */
void url_split(struct span target, struct span *ret_path, struct span *ret_query);

/*
 * Appends s with its %XX decoded; plus: '+' is a blank (a form's query).  -EBADMSG, and nothing
 * appended, for a bad escape, a control byte written either way, or what is not UTF-8.
 */
int url_decode(struct span s, bool plus, struct buf *out);

/*
 * Appends a path with its segments decoded.  -EBADMSG as above, and for a path that does not begin
 * with '/', a segment that is empty (but the last), "." or "..", or one that hides a '/' or '\'.
 */
int url_decode_path(struct span path, struct buf *out);

/* Takes the next name=value off *query, not decoded; without '=' the value's p is NULL. */
bool url_query_next(struct span *query, struct span *ret_name, struct span *ret_value);
/* Appends the decoded value of name.  -ENOENT; -EEXIST when it is there twice; -EBADMSG. */
int url_query_get(struct span query, const char *name, struct buf *out);

/*
 * Takes the next pair off *cookies (the value of a Cookie field), without quotes.  A pair that
 * breaks the grammar of RFC 6265, 4.1.1 is passed over: it is some other program's of this host.
 */
bool url_cookie_next(struct span *cookies, struct span *ret_name, struct span *ret_value);
/* The value of name; SPAN_NONE without it, or when it is there twice. */
struct span url_cookie_get(struct span cookies, const char *name);

enum url_host_kind { URL_HOST_NAME, URL_HOST_IP4, URL_HOST_IP6 };

struct url_host {
    struct span name; /* as sent, of an IPv6 address without the brackets */
    uint16_t port;    /* 0: none was given */
    enum url_host_kind kind;
};

/* host[:port], as in a Host field.  -EBADMSG. */
int url_host_parse(struct span s, struct url_host *ret);

struct url_origin {
    struct url_host host; /* the port is never 0: the scheme's when none was given */
    bool secure;          /* https, not http */
};

/* An Origin field, or the beginning of a URL of ours: http or https, "://", host[:port], nothing
 * behind it.  -EBADMSG, for "null" and every other scheme too. */
int url_origin_parse(struct span s, struct url_origin *ret);
/* The origin that a page has which was fetched from this host. */
struct url_origin url_origin_of(const struct url_host *host, bool secure);
/* Same scheme, same host in any case, same port. */
bool url_origin_eq(const struct url_origin *a, const struct url_origin *b);
