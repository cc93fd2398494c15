#include "wire/ws.h"

#include <assert.h>

enum { FIN = 0x80, MASKED = 0x80, LEN_16 = 126, LEN_64 = 127 };

size_t ws_header(uint8_t out[WS_HEADER_MAX], enum ws_op op, bool fin, uint64_t len)
{
    size_t more = 0;

    out[0] = (uint8_t)(op | (fin ? FIN : 0));
    if (len < LEN_16) {
        out[1] = (uint8_t)len;
    } else if (len <= UINT16_MAX) {
        out[1] = LEN_16;
        more = 2;
    } else {
        out[1] = LEN_64;
        more = 8;
    }
    for (size_t i = 0; i < more; i++)
        out[2 + i] = (uint8_t)(len >> (8 * (more - 1 - i)));
    return 2 + more;
}

void ws_write(struct buf *out, enum ws_op op, bool fin, struct span payload)
{
    uint8_t head[WS_HEADER_MAX];

    buf_add(out, head, ws_header(head, op, fin, payload.len));
    buf_add_span(out, payload);
}

void ws_write_close(struct buf *out, int code, struct span reason)
{
    char payload[WS_CONTROL_MAX];

    assert(reason.len <= WS_REASON_MAX && (code || reason.len == 0));
    payload[0] = (char)(code >> 8);
    payload[1] = (char)code;
    if (reason.len > 0)
        memcpy(payload + 2, reason.p, reason.len);
    ws_write(out, WS_OP_CLOSE, true, span_of(payload, code ? 2 + reason.len : 0));
}

void ws_write_masked(struct buf *out, enum ws_op op, bool fin, struct span payload,
                     const uint8_t key[4])
{
    uint8_t head[WS_HEADER_MAX];
    const size_t n = ws_header(head, op, fin, payload.len);

    head[1] |= MASKED;
    buf_add(out, head, n);
    buf_add(out, key, 4);
    const size_t at = out->len;
    buf_add_span(out, payload);
    if (payload.len > 0)
        ws_mask(out->p + at, payload.len, key, 0);
}
