#include "base/json.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>

/*
 * Whether brackets nest deeper than JSON_DEPTH_MAX.  Brackets in strings do not count, and a
 * string ends where jansson's would; text that is not JSON may be judged either way, since it
 * fails all the same.
 */
static bool too_deep(struct span s)
{
    int depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < s.len; i++) {
        const char c = s.p[i];

        if (in_string && c == '\\') {
            i++; /* whatever is escaped, it ends no string */
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '{' || c == '[')) {
            if (++depth > JSON_DEPTH_MAX)
                return true;
        } else if (!in_string && (c == '}' || c == ']')) {
            depth--;
        }
    }
    return false;
}

static const char *why(enum json_error_code code)
{
    switch (code) {
    case json_error_premature_end_of_input: return "the text ends too early";
    case json_error_end_of_input_expected: return "something follows the value";
    case json_error_duplicate_key: return "a name stands twice in an object";
    case json_error_numeric_overflow: return "a number is too large";
    case json_error_null_byte_in_key:
    case json_error_null_character: return "U+0000 is not allowed";
    default: return "not JSON";
    }
}

static int refuse(const char *reason, const char **ret_why)
{
    *ret_why = reason;
    return -EBADMSG;
}

static int parse(struct span s, json_type type, json_t **ret, const char **ret_why)
{
    json_error_t error = {0};

    if (s.len == 0)
        return refuse("empty", ret_why);
    if (!utf8_valid(s))
        return refuse("not UTF-8", ret_why);
    if (too_deep(s))
        return refuse("nested too deeply", ret_why);

    json_t *v = json_loadb(s.p, s.len, JSON_REJECT_DUPLICATES, &error);
    if (!v && json_error_code(&error) == json_error_out_of_memory)
        abort();
    if (!v)
        return refuse(why(json_error_code(&error)), ret_why);
    if (json_typeof(v) != type) {
        json_decref(v);
        return refuse(type == JSON_OBJECT ? "not an object" : "not an array", ret_why);
    }
    *ret = v;
    return 0;
}

int json_parse_object(struct span s, json_t **ret, const char **ret_why)
{
    return parse(s, JSON_OBJECT, ret, ret_why);
}

int json_parse_array(struct span s, json_t **ret, const char **ret_why)
{
    return parse(s, JSON_ARRAY, ret, ret_why);
}

struct span json_get_span(const json_t *obj, const char *key)
{
    const json_t *v = json_object_get(obj, key);

    return json_is_string(v) ? span_of(json_string_value(v), json_string_length(v)) : SPAN_NONE;
}

int64_t json_get_i64(const json_t *obj, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(obj, key);

    return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

bool json_get_bool(const json_t *obj, const char *key, bool otherwise)
{
    const json_t *v = json_object_get(obj, key);

    return json_is_boolean(v) ? json_is_true(v) : otherwise;
}
