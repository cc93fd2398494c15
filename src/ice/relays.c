#include "ice/relays.h"

#include "base/json.h"

#include <errno.h>

#include "ice/url.h"

static int wrong(struct buf *why, const char *text)
{
    buf_add_str(why, text);
    return -EBADMSG;
}

static int put_url(const json_t *v, struct json_out *o, bool *turn, struct buf *why)
{
    const struct span text = span_of(json_string_value(v), json_string_length(v));
    struct ice_url url;

    if (!json_is_string(v))
        return wrong(why, "a URL that is no text");
    if (ice_url_parse(text, &url))
        return wrong(why, "a URL that is none of STUN or TURN");
    *turn |= url.turn;
    json_put_str(o, NULL, text);
    return 0;
}

static int put_urls(const json_t *urls, struct json_out *o, bool *turn, struct buf *why)
{
    int rc = 0;

    if (!json_is_array(urls))
        return put_url(urls, o, turn, why);
    const size_t n = json_array_size(urls);
    if (n == 0 || n > RELAYS_URLS_MAX)
        return wrong(why, "a server that has no URL or too many");
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = put_url(json_array_get(urls, i), o, turn, why);
    return rc;
}

static bool is_word(struct span s)
{
    return s.len > 0 && s.len <= RELAYS_NAME_MAX;
}

static int put_server(const json_t *server, struct json_out *o, struct buf *why)
{
    const struct span username = json_get_span(server, "username");
    const struct span credential = json_get_span(server, "credential");
    const json_t *urls = json_object_get(server, "urls");
    bool turn = false;

    if (!json_is_object(server) || !urls)
        return wrong(why, "a server without urls");
    json_obj_begin(o, NULL);
    json_arr_begin(o, "urls");
    const int rc = put_urls(urls, o, &turn, why);
    json_arr_end(o);
    if (rc == 0 && turn) {
        if (!is_word(username) || !is_word(credential))
            return wrong(why, "a TURN server without username and credential");
        json_put_str(o, "username", username);
        json_put_str(o, "credential", credential);
    }
    json_obj_end(o);
    return rc;
}

static int put_all(const json_t *list, struct buf *out, struct buf *why)
{
    struct json_out o = json_out(out);
    const size_t n = json_array_size(list);

    if (n == 0)
        return wrong(why, "an empty list of servers");
    if (n > RELAYS_MAX)
        return wrong(why, "more servers than are taken");
    for (size_t i = 0; i < n; i++) {
        const int rc = put_server(json_array_get(list, i), &o, why);
        if (rc)
            return rc;
    }
    return (int)n;
}

int relays_parse(struct span body, struct buf *ret_servers, struct buf *why)
{
    struct buf out = {0};
    const char *reason = "";
    json_t *list = NULL;

    if (json_parse_array(body, &list, &reason)) {
        buf_printf(why, "something else than a list of servers: %s", reason);
        return -EBADMSG;
    }
    const int rc = put_all(list, &out, why);
    json_decref(list);
    if (rc < 0) {
        buf_done(&out);
        return rc;
    }
    buf_done(ret_servers);
    *ret_servers = out;
    return rc;
}
