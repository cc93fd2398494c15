#include "http/frame.h"

#include "base/mem.h"
#include "wire/ws.h"

#include <assert.h>

struct frame {
    uint32_t refs;
    uint32_t len;
    char bytes[];
};

static struct frame *frame_new(enum ws_op op, struct span payload)
{
    uint8_t header[WS_HEADER_MAX];
    assert(payload.len < UINT32_MAX - WS_HEADER_MAX);

    const size_t n = ws_header(header, op, true, payload.len);
    struct frame *f = mem_alloc(sizeof(*f) + n + payload.len);
    memcpy(f->bytes, header, n);
    if (payload.len > 0)
        memcpy(f->bytes + n, payload.p, payload.len);
    f->refs = 1;
    f->len = (uint32_t)(n + payload.len);
    return f;
}

struct frame *frame_new_text(struct span text)
{
    return frame_new(WS_OP_TEXT, text);
}

struct frame *frame_new_control(enum ws_op op, struct span payload)
{
    assert(op >= WS_OP_CLOSE && payload.len <= WS_CONTROL_MAX);
    return frame_new(op, payload);
}

struct frame *frame_new_close(int code, struct span reason)
{
    char payload[WS_CONTROL_MAX];
    assert(code > 0 && reason.len <= WS_REASON_MAX);

    payload[0] = (char)(code >> 8);
    payload[1] = (char)code;
    if (reason.len > 0)
        memcpy(payload + 2, reason.p, reason.len);
    return frame_new(WS_OP_CLOSE, span_of(payload, 2 + reason.len));
}

struct frame *frame_ref(struct frame *f)
{
    f->refs++;
    return f;
}

struct frame *frame_unref(struct frame *f)
{
    if (f && --f->refs == 0)
        (void)mem_free(f);
    return NULL;
}

struct span frame_bytes(const struct frame *f)
{
    return span_of(f->bytes, f->len);
}

size_t frame_len(const struct frame *f)
{
    return f->len;
}
