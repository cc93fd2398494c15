#include "api/check.h"

#include "auth/names.h"
#include "base/utf8.h"
#include "wire/url.h"

#include <errno.h>
#include <stdio.h>

/* Where in the body a value stands; built on the way down, so that a refusal can name it. */
struct place {
    char name[REFUSAL_FIELD_MAX];
};

static struct place place_member(const struct place *at, const char *key)
{
    struct place in;

    (void)snprintf(in.name, sizeof(in.name), "%.60s%s%.30s", at->name, at->name[0] ? "." : "", key);
    return in;
}

static struct place place_item(const struct place *at, size_t i)
{
    struct place in;

    (void)snprintf(in.name, sizeof(in.name), "%.70s[%zu]", at->name, i);
    return in;
}

static bool is_one_of(char c, const char *set)
{
    return c != 0 && strchr(set, c) != NULL;
}

static bool is_blank(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_one_of(s.p[i], " \t\r\n"))
            return false;
    }
    return true;
}

static int check_choice(const struct field *f, struct span s, const char *name, enum code code,
                        struct refusal *why)
{
    char list[160];
    size_t used = 0;

    list[0] = 0;
    for (size_t i = 0; f->choices[i]; i++) {
        if (span_is(s, f->choices[i]))
            return 0;
        if (used < sizeof(list)) {
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "",
                                     f->choices[i]);
        }
    }
    return refuse(why, code, name, "%s must be one of: %s.", name, list);
}

/* What holds for text wherever it stands; in a query every fault has the one code. */
static int check_text(const struct field *f, struct span s, const char *name, bool query,
                      struct refusal *why)
{
    struct id id;
    const long long min = f->min;
    const long long max = f->max;
    const long long count = (long long)utf8_count(s);

    if (f->choices)
        return check_choice(f, s, name, query ? CODE_BAD_PARAMETER : CODE_BAD_VALUE, why);
    if (f->format == FORMAT_UUID) {
        if (id_parse(s, &id)) {
            return refuse(why, query ? CODE_BAD_PARAMETER : CODE_BAD_VALUE, name,
                          "%s must be an id: a UUID of 36 characters in lower case.", name);
        }
        return 0;
    }
    if (count < min || (min > 0 && is_blank(s))) {
        return refuse(why, query ? CODE_BAD_PARAMETER : CODE_TOO_SHORT, name,
                      "%s must have at least %lld character%s, and not only blanks.", name, min,
                      min == 1 ? "" : "s");
    }
    if (count > max) {
        return refuse(why, query ? CODE_BAD_PARAMETER : CODE_TOO_LONG, name,
                      "%s may have at most %lld characters; this has %lld.", name, max, count);
    }
    if (f->format == FORMAT_EMAIL && !names_is_email(s)) {
        return refuse(why, query ? CODE_BAD_PARAMETER : CODE_BAD_VALUE, name,
                      "%s must be an e-mail address, as in ann@example.org.", name);
    }
    return 0;
}

static int check_number(const struct field *f, int64_t v, const char *name, enum code code,
                        struct refusal *why)
{
    if (v >= f->min && v <= f->max)
        return 0;
    return refuse(why, code, name, "%s must be a whole number from %lld to %lld.", name,
                  (long long)f->min, (long long)f->max);
}

static const char *const type_names[] = {
    [FIELD_TEXT] = "text",        [FIELD_INT] = "a whole number", [FIELD_BOOL] = "true or false",
    [FIELD_OBJECT] = "an object", [FIELD_ARRAY] = "a list",
};

static bool is_type(const struct field *f, const json_t *v)
{
    switch (f->type) {
    case FIELD_TEXT: return json_is_string(v);
    case FIELD_INT: return json_is_integer(v);
    case FIELD_BOOL: return json_is_boolean(v);
    case FIELD_OBJECT: return json_is_object(v);
    case FIELD_ARRAY: return json_is_array(v);
    }
    return false;
}

static int check_members(const struct shape *shape, const json_t *obj, const char *skip,
                         const struct place *at, struct refusal *why);
static int check_value(const struct field *f, const json_t *v, const struct place *at,
                       struct refusal *why);

static int check_items(const struct field *f, const json_t *v, const struct place *at,
                       struct refusal *why)
{
    const size_t n = json_array_size(v);

    if ((int64_t)n < f->min) {
        return refuse(why, CODE_TOO_SHORT, at->name, "%s must have at least %lld item%s.", at->name,
                      (long long)f->min, f->min == 1 ? "" : "s");
    }
    if ((int64_t)n > f->max) {
        return refuse(why, CODE_TOO_LONG, at->name, "%s may have at most %lld items; this has %zu.",
                      at->name, (long long)f->max, n);
    }
    for (size_t i = 0; i < n; i++) {
        const struct place item = place_item(at, i);
        const int rc = check_value(f->item, json_array_get(v, i), &item, why);

        if (rc)
            return rc;
    }
    return 0;
}

/* Goes as deep as the contract does, which is three. */
static int check_value(const struct field *f, const json_t *v, const struct place *at,
                       struct refusal *why)
{
    if (json_is_null(v) && f->nullable)
        return 0;
    if (!is_type(f, v)) {
        return refuse(why, CODE_WRONG_TYPE, at->name, "%s must be %s%s.", at->name,
                      type_names[f->type], f->nullable ? " or null" : "");
    }
    switch (f->type) {
    case FIELD_TEXT:
        return check_text(f, span_of(json_string_value(v), json_string_length(v)), at->name, false,
                          why);
    case FIELD_INT: return check_number(f, json_integer_value(v), at->name, CODE_BAD_VALUE, why);
    case FIELD_OBJECT: return f->object ? check_members(f->object, v, NULL, at, why) : 0;
    case FIELD_ARRAY: return check_items(f, v, at, why);
    case FIELD_BOOL: break;
    }
    return 0;
}

static const struct field *find_field(const struct shape *shape, struct span name)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (span_is(name, shape->fields[i].name))
            return &shape->fields[i];
    }
    return NULL;
}

static int check_members(const struct shape *shape, const json_t *obj, const char *skip,
                         const struct place *at, struct refusal *why)
{
    const char *key;
    json_t *v;

    json_object_foreach((json_t *)obj, key, v)
    {
        const struct place in = place_member(at, key);

        if ((!skip || strcmp(key, skip) != 0) && !find_field(shape, span_str(key))) {
            return refuse(why, CODE_UNKNOWN_FIELD, in.name,
                          "This takes no field of that name; leave it out.");
        }
    }
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *f = &shape->fields[i];
        const struct place in = place_member(at, f->name);
        int rc;

        v = json_object_get(obj, f->name);
        if (!v && f->required) {
            return refuse(why, CODE_MISSING_FIELD, in.name, "%s is missing; it must be %s.",
                          in.name, type_names[f->type]);
        }
        rc = v ? check_value(f, v, &in, why) : 0;
        if (rc)
            return rc;
    }
    return 0;
}

int check_object(const struct shape *shape, const json_t *obj, const char *skip,
                 struct refusal *why)
{
    const struct place root = {{0}};

    return check_members(shape, obj, skip, &root, why);
}

int check_body(const struct shape *shape, struct span body, json_t **ret, struct refusal *why)
{
    const char *reason = "";
    json_t *obj;
    int rc;

    if (!utf8_valid(body))
        return refuse(why, CODE_BAD_UTF8, NULL, "The body must be UTF-8 throughout.");
    if (json_parse_object(body, &obj, &reason))
        return refuse(why, CODE_MALFORMED, NULL, "The body must be one JSON object: %s.", reason);
    rc = check_object(shape, obj, NULL, why);
    if (rc) {
        json_decref(obj);
        return rc;
    }
    *ret = obj;
    return 0;
}

static int read_param(const struct field *f, struct span text, struct param *ret,
                      struct refusal *why)
{
    uint64_t number;

    ret->given = true;
    ret->text = text;
    if (f->type == FIELD_TEXT)
        return check_text(f, text, f->name, true, why);
    if (f->type == FIELD_BOOL) {
        ret->number = span_is(text, "true");
        if (!ret->number && !span_is(text, "false"))
            return refuse(why, CODE_BAD_PARAMETER, f->name, "%s must be true or false.", f->name);
        return 0;
    }
    if (span_u64(text, (uint64_t)f->max, &number))
        return check_number(f, f->min - 1, f->name, CODE_BAD_PARAMETER, why);
    ret->number = (int64_t)number;
    return check_number(f, ret->number, f->name, CODE_BAD_PARAMETER, why);
}

/* One name=value of a query. */
static int take_pair(const struct shape *shape, struct span raw_name, struct span raw_value,
                     struct arena *arena, struct param *ret, struct refusal *why)
{
    const struct field *f;
    struct buf text = {0};
    struct param *p;
    int rc = url_decode(raw_name, true, &text);

    f = rc ? NULL : find_field(shape, buf_span(&text));
    if (!f) {
        rc = refuse(why, CODE_BAD_PARAMETER, rc ? NULL : buf_cstr(&text),
                    "This call takes no parameter of that name; leave it out.");
        buf_done(&text);
        return rc;
    }
    p = &ret[f - shape->fields];
    buf_clear(&text);
    if (p->given) {
        rc = refuse(why, CODE_BAD_PARAMETER, f->name, "%s is given twice.", f->name);
    } else if (!raw_value.p || url_decode(raw_value, true, &text)) {
        rc = refuse(why, CODE_BAD_PARAMETER, f->name, "%s cannot be decoded as UTF-8 text.",
                    f->name);
    } else {
        rc = read_param(f, arena_span(arena, span_of(buf_cstr(&text), text.len)), p, why);
    }
    buf_done(&text);
    return rc;
}

static int check_pairs(const struct shape *shape, struct span query, bool open, struct arena *arena,
                       struct param ret[CHECK_PARAMS_MAX], struct refusal *why)
{
    struct span name;
    struct span value;

    for (size_t i = 0; i < CHECK_PARAMS_MAX; i++)
        ret[i] = (struct param){0};
    while (url_query_next(&query, &name, &value)) {
        if (open && !find_field(shape, name))
            continue;
        const int rc = take_pair(shape, name, value, arena, ret, why);
        if (rc)
            return rc;
    }
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].required && !ret[i].given) {
            return refuse(why, CODE_BAD_PARAMETER, shape->fields[i].name,
                          "%s is missing from the query.", shape->fields[i].name);
        }
    }
    return 0;
}

int check_query(const struct shape *shape, struct span query, struct arena *arena,
                struct param ret[CHECK_PARAMS_MAX], struct refusal *why)
{
    return check_pairs(shape, query, false, arena, ret, why);
}

int check_open_query(const struct shape *shape, struct span query, struct arena *arena,
                     struct param ret[CHECK_PARAMS_MAX], struct refusal *why)
{
    return check_pairs(shape, query, true, arena, ret, why);
}

int check_segment(const struct field *field, struct span text, struct param *ret,
                  struct refusal *why)
{
    *ret = (struct param){0};
    if (read_param(field, text, ret, why) == 0)
        return 0;
    (void)refuse(why, CODE_NOT_FOUND, field->name, "There is no %s of that id.", field->name);
    return -ENOENT;
}
