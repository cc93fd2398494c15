#include "base/mem.h"
#include "support/test.h"

#include <errno.h>

#include "ice/relays.h"

/* As Metered.ca's documentation shows it. */
static const char good[] =
    "[{\"urls\":\"stun:stun.relay.metered.ca:80\"},"
    "{\"urls\":\"turn:global.relay.metered.ca:80\",\"username\":\"u\",\"credential\":\"c\"},"
    "{\"urls\":[\"turn:global.relay.metered.ca:80?transport=tcp\","
    "\"turns:global.relay.metered.ca:443?transport=tcp\"],\"username\":\"u\",\"credential\":\"c\","
    "\"credentialType\":\"password\"}]";

TEST(a_list_of_servers_is_taken_over_without_what_is_not_ours)
{
    struct buf out = {0};
    struct buf why = {0};

    CHECK_EQ(relays_parse(span_str(good), &out, &why), 3);
    CHECK_STR(buf_cstr(&out),
              "{\"urls\":[\"stun:stun.relay.metered.ca:80\"]},"
              "{\"urls\":[\"turn:global.relay.metered.ca:80\"],\"username\":\"u\","
              "\"credential\":\"c\"},"
              "{\"urls\":[\"turn:global.relay.metered.ca:80?transport=tcp\","
              "\"turns:global.relay.metered.ca:443?transport=tcp\"],\"username\":\"u\","
              "\"credential\":\"c\"}");
    buf_done(&out);
    buf_done(&why);
}

/* Of a list with one wrong server nothing is used, and what was there before stays. */
static void refused(const char *body, const char *reason)
{
    struct buf out = {0};
    struct buf why = {0};

    buf_add_str(&out, "before");
    CHECK_EQ(relays_parse(span_str(body), &out, &why), -EBADMSG);
    CHECK(strstr(buf_cstr(&why), reason));
    CHECK_STR(buf_cstr(&out), "before");
    buf_done(&out);
    buf_done(&why);
}

TEST(what_is_no_list_of_servers_is_refused_with_a_reason)
{
    refused("", "empty");
    refused("<!doctype html><title>Sign in</title>", "not JSON");
    refused("{\"error\":\"no\"}", "not an array");
    refused("[{\"urls\":\"turn:a\"", "ends too early");
    refused("[]", "empty list");
    refused("[1]", "without urls");
    refused("[null]", "without urls");
    refused("[{}]", "without urls");
    refused("[{\"urls\":1}]", "no text");
    refused("[{\"urls\":null}]", "no text");
    refused("[{\"urls\":[]}]", "no URL");
    refused("[{\"urls\":[[\"stun:a\"]]}]", "no text");
    refused("[{\"urls\":[\"stun:a\",\"stun:a\",\"stun:a\",\"stun:a\",\"stun:a\",\"stun:a\","
            "\"stun:a\",\"stun:a\",\"stun:a\"]}]",
            "too many");
    refused("[{\"urls\":\"stun:a\"},{\"urls\":\"https://a\"}]", "none of STUN or TURN");
    refused("[{\"urls\":\"turn:a\\u0000b\"}]", "U+0000");
    refused("[{\"urls\":\"turn:a\"}]", "without username");
    refused("[{\"urls\":\"turn:a\",\"username\":\"u\"}]", "without username");
    refused("[{\"urls\":\"turn:a\",\"username\":1,\"credential\":\"c\"}]", "without username");
    refused("[{\"urls\":\"turn:a\",\"username\":\"\",\"credential\":\"c\"}]", "without username");
}

TEST(more_than_fits_is_refused)
{
    struct buf body = {0};

    buf_add_str(&body, "[{\"urls\":\"stun:a\"}");
    for (int i = 0; i < RELAYS_MAX; i++)
        buf_add_str(&body, ",{\"urls\":\"stun:a\"}");
    buf_add_str(&body, "]");
    refused(buf_cstr(&body), "more servers");
    buf_clear(&body);
    buf_add_str(&body, "[{\"urls\":\"turn:a\",\"credential\":\"c\",\"username\":\"");
    for (int i = 0; i <= RELAYS_NAME_MAX; i++)
        buf_add_str(&body, "u");
    buf_add_str(&body, "\"}]");
    refused(buf_cstr(&body), "without username");
    buf_done(&body);
}
