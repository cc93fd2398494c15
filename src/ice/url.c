#include "ice/url.h"

#include "base/mem.h"

#include <errno.h>

enum { PORT_PLAIN = 3478, PORT_TLS = 5349 };

static const struct {
    const char *prefix;
    bool turn;
    bool tls;
} schemes[] = {
    {"stun:", false, false},
    {"stuns:", false, true},
    {"turn:", true, false},
    {"turns:", true, true},
};

/* RFC 7065, 3.1; of TLS over UDP no browser knows. */
static int take_query(struct span query, struct ice_url *url)
{
    if (!query.p)
        return 0;
    if (!url->turn)
        return -EBADMSG;
    if (span_is(query, "transport=tcp")) {
        if (url->transport == ICE_UDP)
            url->transport = ICE_TCP;
        return 0;
    }
    return span_is(query, "transport=udp") && url->transport == ICE_UDP ? 0 : -EBADMSG;
}

int ice_url_parse(struct span s, struct ice_url *ret)
{
    struct ice_url url = {0};
    struct span host;
    struct span query;
    size_t i = 0;

    while (i < ARRAY_SIZE(schemes) && !span_starts(s, schemes[i].prefix))
        i++;
    if (i == ARRAY_SIZE(schemes) || s.len > ICE_URL_MAX)
        return -EBADMSG;
    url.turn = schemes[i].turn;
    url.transport = schemes[i].tls ? ICE_TLS : ICE_UDP;
    url_split(span_sub(s, strlen(schemes[i].prefix), s.len), &host, &query);
    if (url_host_parse(host, &url.host) || take_query(query, &url))
        return -EBADMSG;
    if (url.host.port == 0)
        url.host.port = schemes[i].tls ? PORT_TLS : PORT_PLAIN;
    *ret = url;
    return 0;
}
