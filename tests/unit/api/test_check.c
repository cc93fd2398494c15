#include "api/check.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

static const struct shape *body_of(enum op op)
{
    return api_routes[op].body;
}

/* Checks a body that must be refused, and says by which code. */
static const char *code_of(enum op op, const char *body, struct refusal *why)
{
    json_t *obj = NULL;

    CHECK_EQ(check_body(body_of(op), span_str(body), &obj, why), -EBADMSG);
    CHECK(obj == NULL);
    CHECK(why->text[0] != 0);
    return api_codes[why->code].name;
}

static void refused(enum op op, const char *body, const char *code, const char *field)
{
    struct refusal why;

    CHECK_STR(code_of(op, body, &why), code);
    CHECK_STR(why.field, field);
}

TEST(every_route_names_itself_a_verb_and_at_most_what_we_hold)
{
    for (int i = 0; i < OP_MAX_; i++) {
        const struct route *r = &api_routes[i];

        CHECK_EQ(r->op, i);
        CHECK(r->name && r->segment_count <= API_SEGMENTS_MAX);
        CHECK(r->verb < VERB_MAX_ && r->query.count <= CHECK_PARAMS_MAX);
        CHECK(r->path.count <= 2);
    }
}

TEST(a_body_within_its_limits_passes)
{
    json_t *obj = NULL;
    struct refusal why;

    CHECK_OK(check_body(body_of(OP_MESSAGE_SEND),
                        span_str("{\"client_id\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
                                 "\"body\":\"h\\u00e9llo\"}"),
                        &obj, &why));
    CHECK(span_is(json_get_span(obj, "body"), "h\xc3\xa9llo"));
    json_decref(obj);
}

TEST(what_is_no_object_is_malformed)
{
    refused(OP_ME_EDIT, "", "malformed", "");
    refused(OP_ME_EDIT, "[]", "malformed", "");
    refused(OP_ME_EDIT, "{\"name\":", "malformed", "");
    refused(OP_ME_EDIT, "{\"name\":\"a\"} x", "malformed", "");
    refused(OP_ME_EDIT, "{\"name\":\"a\",\"name\":\"b\"}", "malformed", "");
    refused(OP_ME_EDIT, "{\"name\":\"a\\u0000b\"}", "malformed", "");
}

TEST(bytes_that_are_not_utf8_are_told_apart)
{
    refused(OP_ME_EDIT, "{\"name\":\"a\xff\"}", "bad_utf8", "");
    refused(OP_ME_EDIT, "{\"name\":\"\xed\xa0\x80\"}", "bad_utf8", "");
}

TEST(fields_are_known_given_and_of_their_type)
{
    refused(OP_ME_EDIT, "{\"name\":\"a\",\"role\":\"owner\"}", "unknown_field", "role");
    refused(OP_ME_EDIT, "{}", "missing_field", "name");
    refused(OP_ME_EDIT, "{\"name\":1}", "wrong_type", "name");
    refused(OP_ME_EDIT, "{\"name\":null}", "wrong_type", "name");
    refused(OP_CHANNEL_MARK, "{\"seq\":1.5}", "wrong_type", "seq");
    refused(OP_CHANNEL_MARK, "{\"seq\":-1}", "bad_value", "seq");
    refused(OP_CHANNEL_MARK, "{\"seq\":9007199254740992}", "bad_value", "seq");
}

TEST(text_is_counted_in_characters)
{
    struct buf b = {0};
    json_t *obj;
    struct refusal why;

    buf_add_str(&b, "{\"name\":\"");
    for (int i = 0; i < 80; i++)
        buf_add_str(&b, "\xf0\x9f\x99\x82");
    buf_add_str(&b, "\"}");
    CHECK_OK(check_body(body_of(OP_ME_EDIT), buf_span(&b), &obj, &why));
    json_decref(obj);

    b.len -= 2;
    buf_add_str(&b, "x\"}");
    refused(OP_ME_EDIT, buf_cstr(&b), "too_long", "name");
    buf_done(&b);
    refused(OP_ME_EDIT, "{\"name\":\"\"}", "too_short", "name");
    refused(OP_ME_EDIT, "{\"name\":\" \\t\"}", "too_short", "name");
}

TEST(choices_ids_and_addresses_are_held_to_their_form)
{
    refused(OP_PRESENCE_SET, "{\"state\":\"gone\"}", "bad_value", "state");
    refused(OP_MESSAGE_SEND, "{\"client_id\":\"x\",\"body\":\"b\"}", "bad_value", "client_id");
    refused(OP_MESSAGE_SEND,
            "{\"client_id\":\"01890A5D-AC96-774B-BCCE-B302099A8057\",\"body\":\"b\"}", "bad_value",
            "client_id");
    refused(OP_CHANNEL_CREATE, "{\"kind\":\"direct\",\"members\":[\"x\"]}", "bad_value",
            "members[0]");
    refused(OP_CHANNEL_CREATE, "{\"kind\":\"direct\",\"members\":[]}", "too_short", "members");
}

TEST(null_is_taken_where_the_contract_says_so)
{
    json_t *obj;
    struct refusal why;

    CHECK_OK(check_body(body_of(OP_PRESENCE_SET), span_str("{\"state\":null}"), &obj, &why));
    json_decref(obj);
}

TEST(an_address_has_one_at_and_nothing_that_breaks_a_line)
{
    static const char *const bad[] = {"abc", "@bc", "ab@", "a@b@c", "a b@c", "a\\n@b", "a@.b"};
    struct buf body = {0};
    struct refusal why;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        buf_clear(&body);
        buf_printf(&body,
                   "{\"token\":\"%043d\",\"email\":\"%s\",\"name\":\"n\","
                   "\"password\":\"123456789012\",\"team\":\"t\"}",
                   0, bad[i]);
        CHECK_STR(code_of(OP_SETUP_RUN, buf_cstr(&body), &why), "bad_value");
        CHECK_STR(why.field, "email");
    }
    buf_done(&body);
}

TEST(the_place_of_a_nested_fault_is_named)
{
    const struct message_def *m = &api_messages[MESSAGE_CALL_SIGNAL];
    json_t *obj;
    const char *reason;
    struct refusal why;

    CHECK_OK(json_parse_object(
        span_str("{\"type\":\"call.signal\",\"call\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
                 "\"to\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
                 "\"signal\":{\"description\":{\"type\":\"offer\",\"sdp\":7}}}"),
        &obj, &reason));
    CHECK_EQ(check_object(&m->shape, obj, "type", &why), -EBADMSG);
    CHECK_STR(why.field, "signal.description.sdp");
    json_decref(obj);
}

TEST(a_long_unknown_name_is_cut_at_a_character)
{
    struct buf b = {0};
    struct buf out = {0};
    struct refusal why;
    struct json_out o = json_out(&out);
    json_t *obj = NULL;
    const char *reason;

    buf_add_str(&b, "{\"name\":\"x\",\"a");
    for (int i = 0; i < 200; i++)
        buf_add_str(&b, "\xc3\xa9");
    buf_add_str(&b, "\":1}");
    CHECK_STR(code_of(OP_ME_EDIT, buf_cstr(&b), &why), "unknown_field");
    refusal_write(&why, &o, NULL);
    CHECK_OK(json_parse_object(buf_span(&out), &obj, &reason));
    json_decref(obj);
    buf_done(&b);
    buf_done(&out);
}

static const char *query_fault(enum op op, const char *query)
{
    static struct refusal why;
    struct param p[CHECK_PARAMS_MAX];
    struct arena *a = arena_new();
    const int rc = check_query(&api_routes[op].query, span_str(query), a, p, &why);

    (void)arena_free(a);
    if (rc == 0)
        return "none";
    CHECK_EQ(why.code, CODE_BAD_PARAMETER);
    return why.field;
}

TEST(a_query_is_checked_by_its_table)
{
    CHECK_STR(query_fault(OP_MESSAGE_LIST, ""), "none");
    CHECK_STR(query_fault(OP_MESSAGE_LIST, "before=5&limit=200"), "none");
    CHECK_STR(query_fault(OP_MESSAGE_LIST, "limit=201"), "limit");
    CHECK_STR(query_fault(OP_MESSAGE_LIST, "limit=0"), "limit");
    CHECK_STR(query_fault(OP_MESSAGE_LIST, "limit=-1"), "limit");
    CHECK_STR(query_fault(OP_MESSAGE_LIST, "limit=1x"), "limit");
    CHECK_STR(query_fault(OP_MESSAGE_LIST, "limit"), "limit");
    CHECK_STR(query_fault(OP_MESSAGE_LIST, "limit=5&limit=5"), "limit");
    CHECK_STR(query_fault(OP_MESSAGE_LIST, "foo=5"), "foo");
    CHECK_STR(query_fault(OP_CHANGE_LIST, "limit=5"), "after");
    CHECK_STR(query_fault(OP_PEOPLE_LIST, "query=%ff"), "query");
    CHECK_STR(query_fault(OP_PEOPLE_LIST, "query=%00"), "query");
    CHECK_STR(query_fault(OP_CALL_LIST, "missed=yes"), "missed");
    CHECK_STR(query_fault(OP_MEMBER_LIST, "after=x"), "after");
}

TEST(parameters_stand_in_the_place_of_the_contract)
{
    struct param p[CHECK_PARAMS_MAX];
    struct arena *a = arena_new();
    struct refusal why;

    CHECK_OK(check_query(&api_routes[OP_PEOPLE_LIST].query, span_str("limit=7&query=J%C3%B6+x"), a,
                         p, &why));
    CHECK(span_is(p[0].text, "J\xc3\xb6 x"));
    CHECK(!p[1].given);
    CHECK_EQ(p[2].number, 7);
    (void)arena_free(a);
}

TEST(a_path_that_names_no_id_is_not_found)
{
    struct param p;
    struct refusal why;
    const struct field *f = &api_routes[OP_CHANNEL_GET].path.fields[0];

    CHECK_EQ(check_segment(f, span_str("General"), &p, &why), -ENOENT);
    CHECK_EQ(why.code, CODE_NOT_FOUND);
    CHECK_OK(check_segment(f, span_str("01890a5d-ac96-774b-bcce-b302099a8057"), &p, &why));
}

TEST(every_errno_has_a_status_and_the_unknown_ones_are_ours)
{
    struct refusal why;

    refusal_from_errno(&why, -ENOENT);
    CHECK_EQ(refusal_status(&why), 404);
    refusal_from_errno(&why, -ENOSPC);
    CHECK_EQ(refusal_status(&why), 507);
    refusal_from_errno(&why, -EDQUOT);
    CHECK_EQ(refusal_status(&why), 429);
    refusal_from_errno(&why, -EMSGSIZE);
    CHECK_EQ(refusal_status(&why), 413);
    refusal_from_errno(&why, -EACCES);
    CHECK_EQ(refusal_status(&why), 401);
    refusal_from_errno(&why, -EIO);
    CHECK_EQ(refusal_status(&why), 500);
}
