/*
 * What names STUN and TURN servers, by the first byte of the input: a URL that is read is read again
 * as the same, and what an API's answer comes to is JSON of such URLs and bounded.
 */
#include "base/json.h"

#include "fuzz.h"
#include "ice/relays.h"
#include "ice/url.h"

static void url(struct span in)
{
    static const char *const schemes[2][3] = {{"stun", "stun", "stuns"}, {"turn", "turn", "turns"}};
    struct ice_url u;
    struct ice_url again;
    struct buf out = {0};

    if (ice_url_parse(in, &u))
        return;
    MUST(u.host.port > 0 && u.host.name.len > 0 && in.len <= ICE_URL_MAX);
    buf_printf(&out, u.host.kind == URL_HOST_IP6 ? "%s:[%.*s]:%u%s" : "%s:%.*s:%u%s",
               schemes[u.turn][u.transport], SPAN_ARG(u.host.name), u.host.port,
               u.transport == ICE_TCP ? "?transport=tcp" : "");
    MUST(ice_url_parse(buf_span(&out), &again) == 0);
    MUST(again.turn == u.turn && again.transport == u.transport && again.host.port == u.host.port &&
         span_eq(again.host.name, u.host.name));
    buf_done(&out);
}

static void server(const json_t *s)
{
    size_t i;
    json_t *text;
    bool turn = false;

    MUST(json_array_size(json_object_get(s, "urls")) > 0);
    json_array_foreach(json_object_get(s, "urls"), i, text)
    {
        struct ice_url u;
        MUST(ice_url_parse(span_str(json_string_value(text)), &u) == 0);
        turn |= u.turn;
    }
    MUST(!turn || (json_get_span(s, "username").len > 0 && json_get_span(s, "credential").len > 0));
}

static void relays(struct span in)
{
    struct buf servers = {0};
    struct buf list = {0};
    struct buf why = {0};
    const int n = relays_parse(in, &servers, &why);

    if (n >= 0) {
        const char *reason;
        json_t *v = NULL;
        size_t i;
        json_t *s;

        buf_add_char(&list, '[');
        buf_add_span(&list, buf_span(&servers));
        buf_add_char(&list, ']');
        MUST(n > 0 && n <= RELAYS_MAX && why.len == 0);
        MUST(json_parse_array(buf_span(&list), &v, &reason) == 0);
        MUST(json_array_size(v) == (size_t)n);
        json_array_foreach(v, i, s) server(s);
        json_decref(v);
    } else {
        MUST(servers.len == 0 && why.len > 0);
    }
    buf_done(&servers);
    buf_done(&list);
    buf_done(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = span_of(data, size);

    if (fuzz_byte(&in) % 2) {
        url(in);
    } else {
        relays(in);
    }
    return 0;
}
