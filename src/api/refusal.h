/*
 * refusal - why something was refused: a stable code of the contract, the field at fault, and a
 * sentence that says what to do.
 *
 * Thread: any; a value.
 */
#pragma once

#include "api/contract.h"

enum { REFUSAL_FIELD_MAX = 96, REFUSAL_TEXT_MAX = 240 };

struct refusal {
    enum code code;
    char field[REFUSAL_FIELD_MAX]; /* "members[2]"; empty: none */
    char text[REFUSAL_TEXT_MAX];
};

/*
 * Fills r; field may be NULL, and is cut to what fits, as is the text.  Returns -EBADMSG, so that a
 * check can say `return refuse(...)`.
 */
int refuse(struct refusal *r, enum code code, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* What the errno of a layer below means to a caller; its code and a general sentence. */
void refusal_from_errno(struct refusal *r, int rc);

/* The object {"code":…,"message":…,"field":…}. */
void refusal_write(const struct refusal *r, struct json_out *out, const char *key);

static inline int refusal_status(const struct refusal *r)
{
    return api_codes[r->code].status;
}
