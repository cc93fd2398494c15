#include "http/frame.h"

#include "base/mem.h"

#include <assert.h>

enum { OPCODE_TEXT_FIN = 0x81, LEN_16 = 126, LEN_64 = 127 };

struct frame {
    uint32_t refs;
    uint32_t len;
    char bytes[];
};

static size_t put_header(char *p, size_t len)
{
    size_t width = 0;

    p[0] = (char)OPCODE_TEXT_FIN;
    if (len < LEN_16) {
        p[1] = (char)len;
    } else if (len <= UINT16_MAX) {
        p[1] = LEN_16;
        width = 2;
    } else {
        p[1] = LEN_64;
        width = 8;
    }
    for (size_t i = 0; i < width; i++)
        p[2 + i] = (char)(len >> (8 * (width - 1 - i)));
    return 2 + width;
}

struct frame *frame_new_text(struct span text)
{
    enum { HEADER_MAX = 10 };
    assert(text.len < UINT32_MAX - HEADER_MAX);

    struct frame *f = mem_alloc(sizeof(*f) + HEADER_MAX + text.len);
    const size_t header = put_header(f->bytes, text.len);
    if (text.len > 0)
        memcpy(f->bytes + header, text.p, text.len);
    f->refs = 1;
    f->len = (uint32_t)(header + text.len);
    return f;
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
