/*
 * The server's half of the opening handshake (RFC 6455, 4.2), with the Origin check before it: any
 * page may open a socket to any host, and the browser sends its cookies along.
 */
#include "base/text.h"
#include "crypto/hash.h"
#include "http/pieces.h"
#include "http/socket.h"
#include "http/websocket.h"
#include "wire/ws.h"

enum { KEY_LEN = 24, KEY_DIGITS = 22 }; /* base64 of 16 bytes, with its "==" */

static bool key_valid(struct span key)
{
    if (key.len != KEY_LEN || !span_is(span_sub(key, KEY_DIGITS, 2), "=="))
        return false;
    for (size_t i = 0; i < KEY_DIGITS; i++) {
        const char c = key.p[i];
        const bool digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           (c >= '0' && c <= '9') || c == '+' || c == '/';
        if (!digit)
            return false;
    }
    return true;
}

static void ask_for_upgrade(struct request *r)
{
    struct buf body = {0};
    struct header fields[] = {
        {"Upgrade", span_str("websocket")},
        {"Sec-WebSocket-Version", span_str("13")},
    };

    response_write_error(&body, "upgrade_required", "This address speaks WebSocket, version 13.",
                         NULL);
    http_respond(r, &(struct response){.status = 426,
                                       .type = "application/json",
                                       .take = &body,
                                       .fields = fields,
                                       .fields_count = 2});
}

/* True when it was refused, and so answered. */
static bool refused(struct request *r)
{
    if (request_origin(r) != ORIGIN_OWN) {
        http_respond_error(r, 403, "bad_origin",
                           "A socket opens only from this server's own page. Behind a proxy, set "
                           "PUBLIC_URL, or TRUSTED_PROXIES.",
                           NULL);
        return true;
    }
    if (!r->websocket || !span_is(request_known(r, HTTP1_SEC_WEBSOCKET_VERSION), "13")) {
        ask_for_upgrade(r);
        return true;
    }
    if (!key_valid(request_known(r, HTTP1_SEC_WEBSOCKET_KEY)) || r->body.len > 0) {
        http_respond_error(r, 400, "malformed", "The WebSocket handshake is malformed.", NULL);
        return true;
    }
    if (r->server->draining) {
        http_respond_error(r, 503, "unavailable", "The server is about to restart.", NULL);
        return true;
    }
    return false;
}

static void write_accept(struct buf *out, struct span key)
{
    uint8_t digest[SHA1_SIZE];
    struct buf b = {0};

    buf_add_span(&b, key);
    buf_add_str(&b, WS_GUID);
    hash_sha1(buf_span(&b), digest);
    buf_done(&b);
    http1_write_status(out, 101);
    buf_add_str(out, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
    text_base64(out, span_of(digest, sizeof(digest)));
    buf_add_str(out, "\r\n");
    http1_write_end(out);
}

struct websocket *http_upgrade(struct request *r, const struct websocket_conf *conf)
{
    struct conn *c = r->conn;

    ASSERT_ON(r->server->loop);
    if (!c || c->last) {
        http_respond_nothing(r); /* nobody is there to read it */
        return NULL;
    }
    if (refused(r))
        return NULL;
    write_accept(&c->out, request_known(r, HTTP1_SEC_WEBSOCKET_KEY));
    c->server->requests--;
    (void)request_free(r);
    c->ws = socket_new(c, conf);
    c->state = CONN_SOCKET;
    c->deadline = NEVER;
    conn_dirty(c);
    return c->ws;
}
