#include "wire/ws.h"

#include <errno.h>

enum {
    FIN = 0x80,
    RSV = 0x70,
    OP = 0x0f,
    MASKED = 0x80,
    LEN = 0x7f,
    LEN_16 = 126, /* the length is in the next two bytes */
    LEN_64 = 127, /* or eight */
    CONTROL = 0x08,
};

void ws_mask(char *p, size_t len, const uint8_t key[4], size_t at)
{
    uint8_t turned[8];
    uint64_t word = 0;
    uint64_t mask = 0;
    size_t i = 0;

    for (size_t k = 0; k < sizeof(turned); k++)
        turned[k] = key[(at + k) & 3];
    memcpy(&mask, turned, sizeof(mask));
    for (; len - i >= sizeof(word); i += sizeof(word)) {
        memcpy(&word, p + i, sizeof(word));
        word ^= mask;
        memcpy(p + i, &word, sizeof(word));
    }
    for (size_t k = 0; i < len; i++, k++)
        p[i] = (char)((uint8_t)p[i] ^ turned[k]);
}

bool ws_code_valid(int code)
{
    if (code >= 3000 && code <= 4999)
        return true;
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

void ws_reader_init(struct ws_reader *r, enum ws_role role, size_t max_message)
{
    *r = (struct ws_reader){.role = role, .max_message = max_message};
}

void ws_reader_done(struct ws_reader *r)
{
    if (!r)
        return;
    buf_done(&r->message);
    buf_done(&r->control);
}

static int fail(struct ws_reader *r, int code)
{
    r->code = code;
    return -EBADMSG;
}

static bool is_control(const struct ws_reader *r)
{
    return r->op & CONTROL;
}

static int first_byte(struct ws_reader *r, uint8_t b)
{
    r->fin = b & FIN;
    r->op = b & OP;
    if (b & RSV || (r->op & 7) > 2)
        return fail(r, WS_CODE_PROTOCOL);
    if (is_control(r))
        return r->fin ? 0 : fail(r, WS_CODE_PROTOCOL);
    /* A continuation needs a message that has begun; anything else must not cut into one. */
    if ((r->op == WS_OP_CONTINUATION) != (r->message_op != 0))
        return fail(r, WS_CODE_PROTOCOL);
    return 0;
}

static int second_byte(struct ws_reader *r, uint8_t b)
{
    if ((b & MASKED) != (r->role == WS_SERVER ? MASKED : 0))
        return fail(r, WS_CODE_PROTOCOL);
    if (is_control(r) && (b & LEN) > WS_CONTROL_MAX)
        return fail(r, WS_CODE_PROTOCOL);
    return 0;
}

static unsigned extended_bytes(const struct ws_reader *r)
{
    const unsigned len = r->head[1] & LEN;

    return len == LEN_16 ? 2 : len == LEN_64 ? 8 : 0;
}

static unsigned header_bytes(const struct ws_reader *r)
{
    if (r->head_len < 2)
        return 2;
    return 2 + extended_bytes(r) + (r->head[1] & MASKED ? sizeof(r->key) : 0);
}

/* The length, judged as soon as its last byte is there. */
static int know_length(struct ws_reader *r)
{
    const unsigned more = extended_bytes(r);
    uint64_t len = r->head[1] & LEN;

    if (more > 0) {
        len = 0;
        for (unsigned i = 0; i < more; i++)
            len = len << 8 | r->head[2 + i];
        /* 5.2: in the fewest bytes, and never with the top bit. */
        if (len < (more == 2 ? LEN_16 : UINT64_C(0x10000)) || len > INT64_MAX)
            return fail(r, WS_CODE_PROTOCOL);
    }
    if (!is_control(r) && len > r->max_message - r->message.len)
        return fail(r, WS_CODE_TOO_BIG);
    r->left = len;
    return 0;
}

static void begin_payload(struct ws_reader *r)
{
    if (r->head[1] & MASKED)
        memcpy(r->key, r->head + r->head_len - sizeof(r->key), sizeof(r->key));
    if (r->op == WS_OP_TEXT)
        r->utf8 = (struct utf8){0};
    if (!is_control(r) && r->op != WS_OP_CONTINUATION)
        r->message_op = r->op;
    r->key_at = 0;
    r->head_len = 0;
    r->in_payload = true;
}

/* Takes bytes of the header; in_payload once it is whole. */
static int read_header(struct ws_reader *r, char **p, size_t *len)
{
    while (*len > 0) {
        const uint8_t b = (uint8_t) * *p;
        int rc = 0;

        (*p)++;
        (*len)--;
        r->head[r->head_len++] = b;
        if (r->head_len == 1) {
            rc = first_byte(r, b);
        } else if (r->head_len == 2) {
            rc = second_byte(r, b);
        }
        if (rc == 0 && r->head_len >= 2 && r->head_len == 2 + extended_bytes(r))
            rc = know_length(r);
        if (rc < 0)
            return rc;
        if (r->head_len == header_bytes(r)) {
            begin_payload(r);
            return 0;
        }
    }
    return 0;
}

static int control_event(struct ws_reader *r, struct span payload, struct ws_data *ret)
{
    *ret = (struct ws_data){.bytes = payload};
    if (r->op == WS_OP_PING)
        return WS_PING;
    if (r->op == WS_OP_PONG)
        return WS_PONG;

    ret->code = WS_CODE_NONE;
    r->closed = true;
    if (payload.len == 0)
        return WS_CLOSE;
    if (payload.len == 1)
        return fail(r, WS_CODE_PROTOCOL);
    ret->code = (uint8_t)payload.p[0] << 8 | (uint8_t)payload.p[1];
    ret->bytes = span_sub(payload, 2, payload.len);
    if (!ws_code_valid(ret->code))
        return fail(r, WS_CODE_PROTOCOL);
    return utf8_valid(ret->bytes) ? WS_CLOSE : fail(r, WS_CODE_DATA);
}

/* The last byte of a frame has come; all of its payload, or of its message, is in `whole`. */
static int end_frame(struct ws_reader *r, struct span whole, struct ws_data *ret)
{
    r->in_payload = false;
    if (is_control(r))
        return control_event(r, whole, ret);
    if (!r->fin)
        return WS_MORE;

    const bool text = r->message_op == WS_OP_TEXT;
    r->message_op = 0;
    if (text && !utf8_whole(&r->utf8))
        return fail(r, WS_CODE_DATA);
    *ret = (struct ws_data){.bytes = whole};
    return text ? WS_TEXT : WS_BINARY;
}

/* Takes payload; a whole message or control frame that lies in one piece is not copied. */
static int read_payload(struct ws_reader *r, char **p, size_t *len, struct ws_data *ret)
{
    const size_t n = *len < r->left ? *len : (size_t)r->left;
    struct buf *held = is_control(r) ? &r->control : &r->message;
    const struct span part = {*p, n};

    if (r->role == WS_SERVER && n > 0)
        ws_mask(*p, n, r->key, r->key_at);
    r->key_at = (uint8_t)((r->key_at + n) & 3);
    r->left -= n;
    *p += n;
    *len -= n;
    if (!is_control(r) && r->message_op == WS_OP_TEXT && !utf8_feed(&r->utf8, part))
        return fail(r, WS_CODE_DATA);

    const bool ends = r->left == 0;
    if (ends && held->len == 0 && (r->fin || n == 0))
        return end_frame(r, part, ret);
    buf_add_span(held, part);
    if (!ends)
        return WS_MORE;
    r->given = r->fin;
    return end_frame(r, buf_span(held), ret);
}

/* Frees what the last event stood in: a socket without a message under way holds nothing. */
static void forget_given(struct ws_reader *r)
{
    if (!r->given)
        return;
    r->given = false;
    if (is_control(r)) {
        buf_done(&r->control);
    } else {
        buf_done(&r->message);
    }
}

int ws_read(struct ws_reader *r, char **p, size_t *len, struct ws_data *ret)
{
    int rc = r->code ? -EBADMSG : WS_MORE;

    forget_given(r);
    if (r->closed && rc == WS_MORE) {
        *p += *len;
        *len = 0;
        return WS_MORE;
    }
    while (rc == WS_MORE) {
        if (!r->in_payload)
            rc = read_header(r, p, len);
        if (rc == WS_MORE && !r->in_payload)
            return WS_MORE;
        if (rc == WS_MORE && *len == 0 && r->left > 0)
            return WS_MORE;
        if (rc == WS_MORE)
            rc = read_payload(r, p, len, ret);
    }
    if (rc < 0)
        *ret = (struct ws_data){.code = r->code};
    return rc;
}
