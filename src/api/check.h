/*
 * check - holds what comes from outside to the tables of the contract: bodies, query and path
 * parameters, headers, and the messages of a socket.
 *
 * What has passed is of the right type and within its limits, so that a handler reads without
 * asking again.  The first fault found is told; nothing of what was sent is repeated but names of
 * fields, cut short.
 *
 * Thread: any; values.
 */
#pragma once

#include "api/refusal.h"
#include "base/arena.h"

enum { CHECK_PARAMS_MAX = 12 };

/* One parameter, in the place that it has in the contract. */
struct param {
    bool given;
    int64_t number;   /* of FIELD_INT; of FIELD_BOOL 0 or 1 */
    struct span text; /* decoded; lives in the arena or in what was given */
};

/*
 * A body, which must be a JSON object of the shape: 0 and *ret, which the caller ends with
 * json_decref(); or -EBADMSG and why: bad_utf8, malformed, unknown_field, missing_field, wrong_type,
 * bad_value, too_short, too_long.
 */
int check_body(const struct shape *shape, struct span body, json_t **ret, struct refusal *why);

/* An object that is parsed already; `skip` is a member that is none of the shape's (its type). */
int check_object(const struct shape *shape, const json_t *obj, const char *skip,
                 struct refusal *why);

/* A query: ret[i] is the parameter shape->fields[i].  -EBADMSG and bad_parameter. */
int check_query(const struct shape *shape, struct span query, struct arena *arena,
                struct param ret[CHECK_PARAMS_MAX], struct refusal *why);
/* The same, but what the shape does not know is passed over (RFC 6749, 4.1.2). */
int check_open_query(const struct shape *shape, struct span query, struct arena *arena,
                     struct param ret[CHECK_PARAMS_MAX], struct refusal *why);

/* A segment of a path, as sent.  Nothing can be called so: -ENOENT and not_found. */
int check_segment(const struct field *field, struct span text, struct param *ret,
                  struct refusal *why);
