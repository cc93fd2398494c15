#include "wire/chunked.h"

#include <errno.h>

enum { DIGITS_MAX = 8 };

/* What the next byte has to be. */
enum {
    SIZE,     /* a digit of the size, or the CR behind it */
    SIZE_LF,  /* LF behind the size */
    DATA,     /* `left` bytes */
    DATA_CR,  /* CR behind the data */
    DATA_LF,  /* LF behind the data */
    LAST_CR,  /* CR of the empty line behind the last chunk: no trailer */
    LAST_LF,  /* LF of that line */
    ENDED,    /* none: the body is whole */
    BROKEN,   /* none: the body is malformed */
    TOO_LONG, /* none: the body is above its limit */
};

void chunked_init(struct chunked *c, uint64_t limit)
{
    *c = (struct chunked){.room = limit, .state = SIZE};
}

static int hex_value(char ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    if (ch >= 'a' && ch <= 'f')
        return ch - 'a' + 10;
    return ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}

static uint8_t size_byte(struct chunked *c, char ch)
{
    const int v = hex_value(ch);

    if (v >= 0 && c->digits < DIGITS_MAX) {
        c->left = c->left << 4 | (uint64_t)v;
        c->digits++;
        return SIZE;
    }
    return ch == '\r' && c->digits > 0 ? SIZE_LF : BROKEN;
}

static uint8_t size_known(struct chunked *c)
{
    c->digits = 0;
    if (c->left > c->room)
        return TOO_LONG;
    return c->left > 0 ? DATA : LAST_CR;
}

/* The state behind a byte that is not data. */
static uint8_t step(struct chunked *c, char ch)
{
    switch (c->state) {
    case SIZE: return size_byte(c, ch);
    case SIZE_LF: return ch == '\n' ? size_known(c) : BROKEN;
    case DATA_CR: return ch == '\r' ? DATA_LF : BROKEN;
    case DATA_LF: return ch == '\n' ? SIZE : BROKEN;
    case LAST_CR: return ch == '\r' ? LAST_LF : BROKEN;
    case LAST_LF: return ch == '\n' ? ENDED : BROKEN;
    default: return BROKEN;
    }
}

static void take_data(struct chunked *c, struct span *in, struct span *ret)
{
    const size_t n = in->len < c->left ? in->len : (size_t)c->left;

    *ret = span_sub(*in, 0, n);
    *in = span_sub(*in, n, in->len);
    c->left -= n;
    c->room -= n;
    if (c->left == 0)
        c->state = DATA_CR;
}

int chunked_next(struct chunked *c, struct span *in, struct span *ret_data)
{
    for (;;) {
        if (c->state == ENDED)
            return CHUNKED_END;
        if (c->state == BROKEN)
            return -EBADMSG;
        if (c->state == TOO_LONG)
            return -E2BIG;
        if (in->len == 0)
            return CHUNKED_MORE;
        if (c->state == DATA) {
            take_data(c, in, ret_data);
            return CHUNKED_DATA;
        }
        c->state = step(c, in->p[0]);
        *in = span_sub(*in, 1, in->len);
    }
}
