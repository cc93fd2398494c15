/*
 * exchange - one call of the API on its way: who asks, what was checked, and the answer.
 *
 * It lives in its request's arena, from the match of the route to the answer, which ends it: after
 * any of the answer_ functions it is gone.  A handler may keep it over turns (a job's reply).
 *
 * Thread: the loop's.
 */
#pragma once

#include "api/check.h"
#include "http/request.h"

struct api;

struct exchange {
    struct api *api;
    struct request *req;
    const struct route *route;
    struct actor actor; /* user none: nobody is signed in */
    struct param path[2];
    struct param query[CHECK_PARAMS_MAX];
    struct span bearer;   /* an API token; SPAN_NONE: none, and the cookie counts */
    struct span idem_key; /* SPAN_NONE: none was given */
    json_t *body;         /* checked; NULL where the call takes none */
};

/* What was asked for, by the names of the contract (asserted to exist). */
struct id exchange_path_id(const struct exchange *x, const char *name);
const struct param *exchange_query(const struct exchange *x, const char *name);
int64_t exchange_number(const struct exchange *x, const char *name, int64_t otherwise);

/* Does the caller come by https, as far as we are told? */
bool exchange_secure(const struct exchange *x);
/* The session cookie's name.  The prefix keeps other hosts of the domain from setting it (RFC 6265bis,
 * 4.1.3.2), but needs https. */
const char *exchange_cookie(const struct exchange *x);

/* Takes the bytes of *json. */
void answer_json(struct exchange *x, int status, struct buf *json);
/* The same with one more field of the head. */
void answer_json_with(struct exchange *x, int status, struct buf *json, const struct header *field);
/* With n more; they are changed. */
void answer_json_fields(struct exchange *x, int status, struct buf *json, struct header *fields,
                        size_t n);
/* 204, with or without one more field. */
void answer_nothing(struct exchange *x);
void answer_nothing_with(struct exchange *x, const struct header *field);
void answer_refusal(struct exchange *x, const struct refusal *why);
void answer_code(struct exchange *x, enum code code, const char *field, const char *message);
/* By the one table of refusal.h. */
void answer_errno(struct exchange *x, int rc);
/* 429: come again after so long. */
void answer_later(struct exchange *x, usec_t wait);
