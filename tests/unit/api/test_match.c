#include "api/match.h"
#include "support/test.h"

#include <errno.h>

static const char *op_of(enum method method, const char *path)
{
    struct match m = {0};
    const int rc = match_route(method, span_str(path), &m);

    if (rc == -ENOENT)
        return "no path";
    return rc == -EPERM ? "no method" : m.route->name;
}

TEST(each_path_and_method_finds_its_own_call)
{
    CHECK_STR(op_of(METHOD_GET, "/api/v1/me"), "me_get");
    CHECK_STR(op_of(METHOD_PATCH, "/api/v1/me"), "me_edit");
    CHECK_STR(op_of(METHOD_POST, "/api/v1/invites/lookup"), "invite_lookup");
    CHECK_STR(op_of(METHOD_DELETE, "/api/v1/invites/lookup"), "invite_revoke");
    CHECK_STR(op_of(METHOD_PUT, "/api/v1/calls/seen"), "calls_seen");
    CHECK_STR(op_of(METHOD_GET, "/healthz"), "healthz");
    CHECK_STR(op_of(METHOD_POST, "/api/v1/channels/x/messages"), "message_send");
}

TEST(every_route_is_found_by_its_own_path)
{
    for (int i = 0; i < OP_MAX_; i++) {
        const struct route *r = &api_routes[i];
        struct buf path = {0};

        for (size_t j = 0; j < r->segment_count; j++)
            buf_printf(&path, "/%s", r->segments[j] ? r->segments[j] : "x");
        CHECK_STR(op_of(r->method, buf_cstr(&path)), r->name);
        buf_done(&path);
    }
}

TEST(head_is_answered_as_get)
{
    CHECK_STR(op_of(METHOD_HEAD, "/api/v1/site"), "site_get");
    CHECK_STR(op_of(METHOD_HEAD, "/api/v1/setup"), "no method");
}

TEST(what_is_no_path_of_ours_is_not_found)
{
    static const char *const paths[] = {"",
                                        "/",
                                        "/api",
                                        "/api/v1",
                                        "/api/v1/",
                                        "/api/v1/me/",
                                        "/api/v1//me",
                                        "//api/v1/me",
                                        "/api/v2/me",
                                        "/API/v1/me",
                                        "api/v1/me",
                                        "/api/v1/me2",
                                        "/api/v1/m",
                                        "/api/v1/channels/x/messages/y",
                                        "/1/2/3/4/5/6/7/8/9/10"};

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
        CHECK_STR(op_of(METHOD_GET, paths[i]), "no path");
}

TEST(a_path_with_another_method_says_which_it_takes)
{
    struct match m = {0};
    struct buf allowed = {0};

    CHECK_EQ(match_route(METHOD_OTHER, span_str("/api/v1/channels"), &m), -EPERM);
    match_write_allowed(m.allowed, &allowed);
    CHECK_STR(buf_cstr(&allowed), "GET, HEAD, POST");
    buf_clear(&allowed);
    CHECK_EQ(match_route(METHOD_GET, span_str("/api/v1/session"), &m), -EPERM);
    match_write_allowed(m.allowed, &allowed);
    CHECK_STR(buf_cstr(&allowed), "POST, DELETE");
    buf_done(&allowed);
}

TEST(the_parameters_of_a_path_come_in_its_order)
{
    struct match m;

    CHECK_OK(match_route(METHOD_DELETE, span_str("/api/v1/channels/abc/members/de"), &m));
    CHECK_EQ(m.route->op, OP_MEMBER_REMOVE);
    CHECK(span_is(m.params[0], "abc"));
    CHECK(span_is(m.params[1], "de"));
}
