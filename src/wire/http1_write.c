#include "wire/http1.h"

#include <errno.h>

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char *http1_reason(int status)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return "";
}

void http1_write_status(struct buf *out, int status)
{
    buf_add_str(out, "HTTP/1.1 ");
    buf_add_u64(out, (uint64_t)status);
    buf_add_char(out, ' ');
    buf_add_str(out, http1_reason(status));
    buf_add_str(out, "\r\n");
}

/* Free of what ends a line or a text somewhere. */
static bool one_line(struct span s)
{
    return span_find(s, '\r') == s.len && span_find(s, '\n') == s.len && span_find(s, 0) == s.len;
}

int http1_write_field(struct buf *out, struct span name, struct span value)
{
    if (name.len == 0 || !one_line(name) || span_find(name, ':') < name.len || !one_line(value))
        return -EBADMSG;
    buf_add_span(out, name);
    buf_add_str(out, ": ");
    buf_add_span(out, value);
    buf_add_str(out, "\r\n");
    return 0;
}

void http1_write_u64(struct buf *out, const char *name, uint64_t v)
{
    buf_add_str(out, name);
    buf_add_str(out, ": ");
    buf_add_u64(out, v);
    buf_add_str(out, "\r\n");
}

void http1_write_end(struct buf *out)
{
    buf_add_str(out, "\r\n");
}
