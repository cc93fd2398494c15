/*
 * http1 - the head of an HTTP/1.1 request (RFC 9112, RFC 9110), strictly; and of a response, out.
 *
 * Pure, and without a copy: everything in a head is a span into the bytes that were parsed.  What
 * two servers could read in two ways is refused rather than mended (request smuggling): bare LF or
 * CR, folded lines, a blank before the colon, Content-Length beside Transfer-Encoding, any of them
 * twice, a length that is not plain digits, a coding that is not "chunked", control bytes anywhere,
 * a target with 8-bit bytes, a Host that is missing, double or no host.  So is a second field of a
 * name that can only have one value, and an empty line before the request line.
 *
 * Does not decode the target (wire/url.h) nor the body (wire/chunked.h).
 *
 * Thread: any; values.
 */
#pragma once

#include "base/buf.h"

enum {
    HTTP1_HEAD_MAX = 16 * 1024, /* bytes of request line and fields with their line ends */
    HTTP1_LINE_MAX = 8 * 1024,  /* bytes of the request line with its end */
    HTTP1_FIELDS_MAX = 64,
};

/* The fields that somebody here asks for, found by index. */
enum http1_name {
    HTTP1_TE,
    HTTP1_HOST,
    HTTP1_RANGE,
    HTTP1_ACCEPT,
    HTTP1_COOKIE,
    HTTP1_EXPECT,
    HTTP1_ORIGIN,
    HTTP1_REFERER,
    HTTP1_UPGRADE,
    HTTP1_IF_RANGE,
    HTTP1_CONNECTION,
    HTTP1_USER_AGENT,
    HTTP1_CONTENT_TYPE,
    HTTP1_AUTHORIZATION,
    HTTP1_IF_NONE_MATCH,
    HTTP1_CONTENT_LENGTH,
    HTTP1_SEC_FETCH_SITE,
    HTTP1_ACCEPT_ENCODING,
    HTTP1_ACCEPT_LANGUAGE,
    HTTP1_IDEMPOTENCY_KEY,
    HTTP1_X_FORWARDED_FOR,
    HTTP1_CONTENT_ENCODING,
    HTTP1_IF_MODIFIED_SINCE,
    HTTP1_SEC_WEBSOCKET_KEY,
    HTTP1_TRANSFER_ENCODING,
    HTTP1_X_FORWARDED_PROTO,
    HTTP1_SEC_WEBSOCKET_VERSION,
    HTTP1_SEC_WEBSOCKET_PROTOCOL,
    HTTP1_OTHER, /* how many there are, and the id of any other field */
};

struct http1_field {
    struct span name;  /* as sent */
    struct span value; /* blanks trimmed; may be empty; bytes 80-FF are possible */
    enum http1_name id;
};

struct http1_head {
    struct span method; /* as sent: methods are told apart by case */
    struct span target; /* as sent */
    struct span path;   /* from '/' up to '?', or "*" */
    struct span query;  /* behind '?'; p is NULL without one */
    unsigned minor;     /* of HTTP/1.minor: 0 or 1 */
    bool keep_alive;    /* 1.1 and no "close"; never in 1.0 */
    bool websocket;     /* a GET that asks to upgrade to websocket (key and version unchecked) */
    bool chunked;       /* a body follows in chunks */
    bool expect_continue;
    uint64_t content_length;        /* of the body that follows; 0 without a field */
    struct span known[HTTP1_OTHER]; /* p is NULL when absent; the first of several */
    size_t fields_count;
    struct http1_field fields[HTTP1_FIELDS_MAX];
};

/*
 * Parses the head at the beginning of in.  The number of bytes it takes, > 0; 0 while it is not
 * whole; -EBADMSG when it is malformed, noticed at the first byte that cannot be right; -E2BIG
 * above a limit; -EPROTONOSUPPORT for another major or minor version.  After any of these errors
 * the connection has to be closed.  *ret means nothing unless the result is > 0.
 */
int http1_parse(struct span in, struct http1_head *ret);

/* The value of the first field of that name in any case; SPAN_NONE without it. */
struct span http1_find(const struct http1_head *h, struct span name);

/* "Not Found"; "" for a status that has no name here. */
const char *http1_reason(int status);
/* "HTTP/1.1 404 Not Found\r\n" */
void http1_write_status(struct buf *out, int status);
/* "name: value\r\n"; -EBADMSG and nothing written when either could begin another line. */
int http1_write_field(struct buf *out, struct span name, struct span value);
/* "name: 42\r\n"; name is ours. */
void http1_write_u64(struct buf *out, const char *name, uint64_t v);
/* The empty line. */
void http1_write_end(struct buf *out);
