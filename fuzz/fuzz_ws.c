/*
 * Frames: the same events come out of bytes that come whole and bytes that come in pieces, texts
 * are UTF-8, nothing is longer than its limit, and what was read can be written and read again.
 *
 * The first byte of an input is the role, the second the length of the pieces.
 */
#include "base/buf.h"
#include "wire/ws.h"

#include "fuzz.h"

enum { LIMIT = 300 };

static void check(int event, const struct ws_data *d)
{
    MUST(event > 0 || !d->bytes.len);
    MUST(d->bytes.len <= (event == WS_TEXT || event == WS_BINARY ? LIMIT : WS_CONTROL_MAX));
    MUST((event != WS_TEXT && event != WS_CLOSE) || utf8_valid(d->bytes));
    if (event == WS_CLOSE)
        MUST(d->code == WS_CODE_NONE || ws_code_valid(d->code));
    if (event < 0)
        MUST(d->code == WS_CODE_PROTOCOL || d->code == WS_CODE_DATA || d->code == WS_CODE_TOO_BIG);
}

/* The event as bytes, to compare; and as the frame that says it, for a client's reader. */
static void note(int event, const struct ws_data *d, struct buf *log, struct buf *frames)
{
    static const enum ws_op ops[] = {0, WS_OP_TEXT, WS_OP_BINARY, WS_OP_PING, WS_OP_PONG, 0};
    const int code = event < 0 || event == WS_CLOSE ? d->code : 0;

    buf_add(log, &event, sizeof(event));
    buf_add(log, &code, sizeof(code));
    buf_add(log, &d->bytes.len, sizeof(d->bytes.len));
    buf_add_span(log, d->bytes);
    if (event == WS_CLOSE)
        ws_write_close(frames, code == WS_CODE_NONE ? 0 : code, d->bytes);
    else if (event > 0)
        ws_write(frames, ops[event], true, d->bytes);
}

/* Returns whether the bytes were read to their end without a failure. */
static bool read_all(struct span in, size_t step, enum ws_role role, struct buf *log,
                     struct buf *frames)
{
    char *room = malloc(step ? step : 1);
    struct ws_reader r;
    struct ws_data d;
    int event = WS_MORE;

    MUST(room);
    ws_reader_init(&r, role, LIMIT);
    while (in.len > 0 && event >= 0) {
        size_t len = in.len < step ? in.len : step;
        char *p = room + step - len; /* ends with the memory, so that reading on is noticed */

        memcpy(p, in.p, len);
        in = span_sub(in, len, in.len);
        while ((event = ws_read(&r, &p, &len, &d)) != WS_MORE) {
            check(event, &d);
            note(event, &d, log, frames);
            if (event < 0)
                break;
        }
        MUST(event < 0 || len == 0);
    }
    ws_reader_done(&r);
    free(room);
    return event >= 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = span_of(data, size);
    const enum ws_role role = fuzz_byte(&in) & 1 ? WS_CLIENT : WS_SERVER;
    const size_t step = fuzz_byte(&in) % 32U + 1;
    struct buf whole = {0};
    struct buf pieces = {0};
    struct buf again = {0};
    struct buf frames = {0};
    struct buf unused = {0};

    const bool ok = read_all(in, in.len, role, &whole, &frames);
    MUST(ok == read_all(in, step, role, &pieces, &unused));
    MUST(span_eq(buf_span(&whole), buf_span(&pieces)));
    if (ok) {
        buf_clear(&unused);
        MUST(read_all(buf_span(&frames), frames.len, WS_CLIENT, &again, &unused));
        MUST(span_eq(buf_span(&whole), buf_span(&again)));
    }
    buf_done(&whole);
    buf_done(&pieces);
    buf_done(&again);
    buf_done(&frames);
    buf_done(&unused);
    return 0;
}
