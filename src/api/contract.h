/*
 * contract - api/openapi.json and api/events.json as tables: what each call and each message of a
 * socket may hold, and what it needs.  Written by tools/gen_api.py; nothing here is repeated by hand.
 *
 * Thread: any; constants.
 */
#pragma once

#include "api/contract_gen.h"
#include "auth/authorize.h"
#include "base/json.h"
#include "http/request.h"

enum { API_SEGMENTS_MAX = 8 };

enum field_type { FIELD_TEXT, FIELD_INT, FIELD_BOOL, FIELD_OBJECT, FIELD_ARRAY };
enum field_format { FORMAT_ANY, FORMAT_UUID, FORMAT_EMAIL };

struct shape;

/* One field of an object, one parameter, or (without a name) the items of an array. */
struct field {
    const char *name;
    enum field_type type;
    enum field_format format;
    bool required;
    bool nullable;
    int64_t min; /* code points of text, items of an array, or the number itself */
    int64_t max;
    const char *const *choices; /* NULL-terminated; NULL: any */
    const struct shape *object; /* of FIELD_OBJECT; NULL: any object */
    const struct field *item;   /* of FIELD_ARRAY */
};

struct shape {
    const struct field *fields;
    size_t count;
};

/* What a call counts against; see limit.c. */
enum limit_class { LIMIT_READ, LIMIT_ACT, LIMIT_SEND, LIMIT_GATHER, LIMIT_SIGN_IN, LIMIT_MAX_ };

struct route {
    enum op op;
    const char *name; /* operationId */
    enum method method;
    const char *segments[API_SEGMENTS_MAX]; /* of the path; NULL: a parameter */
    size_t segment_count;
    enum verb verb;
    enum object_kind object;
    enum limit_class limit;
    struct shape path;        /* in the order of the path */
    struct shape query;       /* and of the contract */
    const struct shape *body; /* NULL: none */
    size_t body_max;          /* bytes that the largest body allowed can take */
    bool idempotent;          /* takes an Idempotency-Key */
    bool page;                /* a browser is sent there: answers with where to go on */
};

struct message_def {
    const char *name; /* its type */
    enum verb verb;
    enum object_kind object;
    struct shape shape;
};

struct code_def {
    const char *name;
    int status;
};

extern const struct route api_routes[OP_MAX_];
extern const struct message_def api_messages[MESSAGE_MAX_];
extern const struct code_def api_codes[CODE_MAX_];
