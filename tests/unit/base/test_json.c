#include "base/json.h"
#include "support/test.h"

#include <errno.h>

static void refused(struct span s)
{
    json_t *v = NULL;
    const char *why = NULL;

    CHECK_EQ(json_parse_object(s, &v, &why), -EBADMSG);
    CHECK(v == NULL && why != NULL);
}

TEST(the_writer_puts_commas_and_escapes)
{
    struct buf b = {0};
    struct json_out o = json_out(&b);

    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "s", "q\" b\\ n\n \x01 \xc3\xa4");
    json_put_i64(&o, "n", -5);
    json_arr_begin(&o, "a");
    json_arr_end(&o);
    json_arr_begin(&o, "b");
    json_put_bool(&o, NULL, true);
    json_obj_begin(&o, NULL);
    json_obj_end(&o);
    json_put_null(&o, NULL);
    json_arr_end(&o);
    json_put_id(&o, "id", &(struct id){{0}});
    json_put_raw(&o, "raw", span_str("[1]"));
    json_obj_end(&o);
    CHECK_STR(buf_cstr(&b), "{\"s\":\"q\\\" b\\\\ n\\n \\u0001 \xc3\xa4\",\"n\":-5,\"a\":[],"
                            "\"b\":[true,{},null],\"id\":null,\"raw\":[1]}");
    buf_done(&b);
}

TEST(what_is_written_is_read_again)
{
    struct buf b = {0};
    struct buf again = {0};
    struct json_out o = json_out(&b);
    json_t *v = NULL;
    const char *why = NULL;
    char all[127];

    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (char)(i + 1);
    json_obj_begin(&o, NULL);
    json_put_str(&o, "t", span_of(all, sizeof(all)));
    json_put_i64(&o, "n", INT64_MIN);
    json_put_bool(&o, "b", true);
    json_obj_end(&o);
    CHECK_OK(json_parse_object(buf_span(&b), &v, &why));
    CHECK(span_eq(json_get_span(v, "t"), span_of(all, sizeof(all))));
    CHECK(json_get_i64(v, "n", 0) == INT64_MIN);
    CHECK(json_get_bool(v, "b", false));
    CHECK(json_get_span(v, "n").p == NULL);
    CHECK_EQ(json_get_i64(v, "t", 3), 3);
    CHECK(!json_get_bool(v, "absent", false));

    o = json_out(&again);
    json_put_value(&o, NULL, v);
    CHECK(span_starts(buf_span(&again), "{\"t\":\""));
    json_decref(v);
    buf_done(&b);
    buf_done(&again);
}

TEST(what_is_not_an_object_is_refused)
{
    static const char *const bad[] = {
        "",
        "[]",
        "1",
        "\"a\"",
        "null",
        "{",
        "{}x",
        "{} {}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":1e999}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":\"\\u0000\"}",
        "{\"\\u0000\":1}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":99999999999999999999}",
        "{/**/}",
        "\xef\xbb\xbf{}",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        refused(span_str(bad[i]));
    refused(span_of("{}\0", 3));
    refused(SPAN_NONE);
}

/* {"a":[[[...]]]} with `depth` brackets open at once */
static int nested(int depth)
{
    struct buf b = {0};
    json_t *v = NULL;
    const char *why = NULL;

    buf_add_str(&b, "{\"]\\\"[[\":");
    for (int i = 1; i < depth; i++)
        buf_add_char(&b, '[');
    for (int i = 1; i < depth; i++)
        buf_add_char(&b, ']');
    buf_add_char(&b, '}');
    const int rc = json_parse_object(buf_span(&b), &v, &why);
    json_decref(v);
    buf_done(&b);
    return rc;
}

TEST(depth_is_bounded_and_brackets_in_strings_do_not_count)
{
    CHECK_OK(nested(2));
    CHECK_OK(nested(JSON_DEPTH_MAX));
    CHECK_EQ(nested(JSON_DEPTH_MAX + 1), -EBADMSG);
    CHECK_EQ(nested(1000000), -EBADMSG);
}
