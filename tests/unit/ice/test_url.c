#include "base/mem.h"
#include "support/test.h"

#include <errno.h>

#include "ice/url.h"

TEST(the_schemes_and_transports_of_the_rfcs_are_read)
{
    static const struct {
        const char *text;
        const char *host;
        unsigned port;
        enum ice_transport transport;
        bool turn;
    } good[] = {
        {"stun:stun.example.org", "stun.example.org", 3478, ICE_UDP, false},
        {"stuns:stun.example.org", "stun.example.org", 5349, ICE_TLS, false},
        {"turn:192.0.2.1:80", "192.0.2.1", 80, ICE_UDP, true},
        {"turn:a.b:80?transport=udp", "a.b", 80, ICE_UDP, true},
        {"turn:a.b:80?transport=tcp", "a.b", 80, ICE_TCP, true},
        {"turns:[2001:db8::1]:443?transport=tcp", "2001:db8::1", 443, ICE_TLS, true},
        {"turns:a.b", "a.b", 5349, ICE_TLS, true},
    };

    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        struct ice_url url;
        struct buf host = {0};
        CHECK_OK(ice_url_parse(span_str(good[i].text), &url));
        buf_add_span(&host, url.host.name);
        CHECK_STR(buf_cstr(&host), good[i].host);
        CHECK_EQ(url.host.port, good[i].port);
        CHECK_EQ(url.transport, good[i].transport);
        CHECK_EQ(url.turn, good[i].turn);
        buf_done(&host);
    }
}

TEST(what_a_browser_would_refuse_is_refused)
{
    static const char *const bad[] = {
        "",
        "stun",
        "stun:",
        "turn::3478",
        "turn:a:0",
        "turn:a:65536",
        "turn:a:80x",
        "turn:a b",
        "turn:a/b",
        "turn:u@a",
        "turn://a",
        "http://a",
        "javascript:1",
        "TURN:a",
        "turn:[::1",
        "turn:1.2.3",
        "stun:a?transport=udp",
        "turn:a?transport=sctp",
        "turn:a?transport=udp&x=1",
        "turn:a?",
        "turns:a?transport=udp",
        "turn:a\n",
        "turn:a\xc3\xa9",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct ice_url url;
        CHECK_EQ(ice_url_parse(span_str(bad[i]), &url), -EBADMSG);
    }
}
