/*
 * A JSON body: what is accepted is UTF-8, is written by our writer, and is read again as the same.
 */
#include "base/json.h"
#include "base/utf8.h"

#include "fuzz.h"

static void write_again(const json_t *v)
{
    struct buf out = {0};
    struct json_out o = json_out(&out);
    json_t *again = NULL;
    const char *why = NULL;

    json_put_value(&o, NULL, v);
    MUST(json_parse_object(buf_span(&out), &again, &why) == 0);
    MUST(json_equal(v, again));
    json_decref(again);
    buf_done(&out);
}

/* The text of the first string member, through the writer of ours and back. */
static void rewrite_strings(json_t *v)
{
    const char *key = NULL;
    json_t *member = NULL;

    json_object_foreach(v, key, member)
    {
        struct buf out = {0};
        struct json_out o = json_out(&out);
        json_t *again = NULL;
        const char *why = NULL;

        if (!json_is_string(member))
            continue;
        const struct span text = span_of(json_string_value(member), json_string_length(member));
        MUST(utf8_valid(text) && span_find(text, 0) == text.len);
        json_obj_begin(&o, NULL);
        json_put_str(&o, "t", text);
        json_obj_end(&o);
        MUST(json_parse_object(buf_span(&out), &again, &why) == 0);
        MUST(span_eq(json_get_span(again, "t"), text));
        json_decref(again);
        buf_done(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *v = NULL;
    const char *why = NULL;

    if (json_parse_object(span_of(data, size), &v, &why) < 0) {
        MUST(v == NULL && why != NULL);
        return 0;
    }
    write_again(v);
    rewrite_strings(v);
    json_decref(v);
    return 0;
}
