/*
 * json - JSON in and out.
 *
 * Out: a writer that appends to a buf; commas are put by itself, so that a caller says only what
 * there is.  In: jansson, behind a check of what it leaves open: bytes are UTF-8, depth at most
 * JSON_DEPTH_MAX (checked before parsing, since jansson recurses), no duplicate keys, no U+0000.
 *
 * Thread: any; values.
 */
#pragma once

#include "base/buf.h"
#include "base/id.h"

#include <jansson.h>

enum { JSON_DEPTH_MAX = 32 };

struct json_out {
    struct buf *buf;
    bool comma; /* the next member or element needs one first */
};

struct json_out json_out(struct buf *buf);
void json_obj_begin(struct json_out *o, const char *key); /* key NULL: an element, or the root */
void json_obj_end(struct json_out *o);
void json_arr_begin(struct json_out *o, const char *key);
void json_arr_end(struct json_out *o);
void json_put_str(struct json_out *o, const char *key, struct span s); /* must be valid UTF-8 */
void json_put_cstr(struct json_out *o, const char *key, const char *s);
void json_put_i64(struct json_out *o, const char *key, int64_t v);
void json_put_bool(struct json_out *o, const char *key, bool v);
void json_put_null(struct json_out *o, const char *key);
void json_put_id(struct json_out *o, const char *key, const struct id *id); /* none: null */
/* Text that is JSON already (a row's stored body, a jansson dump). */
void json_put_raw(struct json_out *o, const char *key, struct span json);
/* A parsed value again as JSON. */
void json_put_value(struct json_out *o, const char *key, const json_t *v);

/*
 * Parses an object.  -EBADMSG with a short reason in *ret_why (static text) when it is not one.
 * The caller owns *ret and ends it with json_decref().
 */
int json_parse_object(struct span s, json_t **ret, const char **ret_why);
/* The same for an array. */
int json_parse_array(struct span s, json_t **ret, const char **ret_why);

/* The member as text, or SPAN_NONE when absent or of another type; lives as long as obj. */
struct span json_get_span(const json_t *obj, const char *key);
int64_t json_get_i64(const json_t *obj, const char *key, int64_t otherwise);
bool json_get_bool(const json_t *obj, const char *key, bool otherwise);
