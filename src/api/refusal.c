#include "api/refusal.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* A cut text must not end in the middle of a character, or the answer would be no JSON. */
static void end_whole(char *text)
{
    size_t len = strlen(text);

    while (len > 0 && !utf8_valid(span_of(text, len)))
        text[--len] = 0;
}

int refuse(struct refusal *r, enum code code, const char *field, const char *fmt, ...)
{
    va_list ap;

    r->code = code;
    (void)snprintf(r->field, sizeof(r->field), "%s", field ? field : "");
    va_start(ap, fmt);
    (void)vsnprintf(r->text, sizeof(r->text), fmt, ap);
    va_end(ap);
    end_whole(r->field);
    end_whole(r->text);
    return -EBADMSG;
}

static const struct {
    int rc;
    enum code code;
    const char *text;
} meanings[] = {
    {-EBADMSG, CODE_MALFORMED, "This cannot be read; see /api/docs for what the call takes."},
    {-EACCES, CODE_SIGNED_OUT, "Sign in first."},
    {-EPERM, CODE_FORBIDDEN, "You may not do this; ask an administrator."},
    {-EOPNOTSUPP, CODE_LOCAL_ACCOUNTS_OFF,
     "Nobody signs in by a password here; use one of the providers on the sign-in page."},
    {-ENOENT, CODE_NOT_FOUND, "There is no such thing, or you are not part of it."},
    {-EEXIST, CODE_CONFLICT, "This is there already."},
    {-EDQUOT, CODE_RATE_LIMITED, "Too many at once or too often; wait a little and try again."},
    {-EMSGSIZE, CODE_TOO_LARGE, "This is larger than may be sent."},
    {-ECANCELED, CODE_CONFLICT, "This was given up meanwhile."},
    {-EPROTO, CODE_CONFLICT, "This cannot be done in the present state; look again and retry."},
    {-ENOSPC, CODE_STORAGE_FULL, "The server's disk is full; ask its operator."},
    {-EAGAIN, CODE_UNAVAILABLE, "The server is busy; try again in a moment."},
    {-EBUSY, CODE_UNAVAILABLE, "The server is busy; try again in a moment."},
    {-ETIMEDOUT, CODE_UNAVAILABLE, "This took too long; try again."},
    {-ECONNRESET, CODE_UNAVAILABLE, "The database is away; try again in a moment."},
    {-EROFS, CODE_UNAVAILABLE, "The database takes no changes at present; ask the operator."},
};

void refusal_from_errno(struct refusal *r, int rc)
{
    for (size_t i = 0; i < ARRAY_SIZE(meanings); i++) {
        if (meanings[i].rc == rc) {
            (void)refuse(r, meanings[i].code, NULL, "%s", meanings[i].text);
            return;
        }
    }
    (void)refuse(r, CODE_INTERNAL, NULL,
                 "Something went wrong here; try again, or tell the operator.");
}

void refusal_write(const struct refusal *r, struct json_out *out, const char *key)
{
    json_obj_begin(out, key);
    json_put_cstr(out, "code", api_codes[r->code].name);
    json_put_cstr(out, "message", r->text);
    if (r->field[0])
        json_put_cstr(out, "field", r->field);
    json_obj_end(out);
}
