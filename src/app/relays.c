#include "app/relays.h"

#include "base/mem.h"

#include <errno.h>

#include "ice/url.h"

enum { KEY_MAX = 256 };

static int wrong(struct buf *why, const char *text)
{
    buf_add_str(why, text);
    return -EBADMSG;
}

static int check_urls(const struct config *c, bool *ret_turn, struct buf *why)
{
    struct span rest = span_str(c->turn_urls);
    struct span one;
    struct ice_url url;

    while (span_split(&rest, ',', &one)) {
        if (ice_url_parse(span_trim(one), &url)) {
            buf_printf(why,
                       "TURN_URLS has \"%.*s\" in it: it must be stun:, turn: or turns: URLs with "
                       "commas between, as in turn:turn.example.org:3478 or "
                       "turns:turn.example.org:443?transport=tcp.",
                       SPAN_ARG(span_sub(span_trim(one), 0, ICE_URL_MAX)));
            return -EBADMSG;
        }
        *ret_turn |= url.turn;
    }
    return 0;
}

static int check_turn(const struct config *c, struct buf *why)
{
    const bool fixed = c->turn_username && c->turn_credential;
    bool turn = false;

    if (!c->turn_username != !c->turn_credential)
        return wrong(why, "TURN_USERNAME and TURN_CREDENTIAL belong together: set both or none.");
    if (c->turn_urls && check_urls(c, &turn, why))
        return -EBADMSG;
    if (turn && !c->turn_secret && !fixed) {
        return wrong(why, "TURN_URLS names a TURN server: set TURN_SECRET, or TURN_USERNAME and "
                          "TURN_CREDENTIAL.");
    }
    return 0;
}

/* Visible ASCII: it goes into a URL. */
static bool is_key(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    }
    return s.len <= KEY_MAX;
}

/* A key by plain HTTP is a key that others read. */
static bool is_here(const struct url_host *host)
{
    return span_is(host->name, "localhost") || span_is(host->name, "::1") ||
           (host->kind == URL_HOST_IP4 && span_starts(host->name, "127."));
}

static int complete_host(struct config *c, struct buf *why)
{
    static const char as_in[] = "TURN_API_HOST must be the host of your application at Metered.ca, "
                                "as in example.metered.live.";
    struct span text = span_str(c->turn_api_url);
    struct buf url = {0};
    struct url_origin origin;

    if (text.p[text.len - 1] == '/')
        text.len--;
    if (span_find(text, '/') == text.len)
        buf_add_str(&url, "https://");
    buf_add_span(&url, text);
    int rc = url_origin_parse(buf_span(&url), &origin);
    if (rc) {
        rc = wrong(why, as_in);
    } else if (!origin.secure && !is_here(&origin.host)) {
        rc = wrong(why, "TURN_API_HOST must be asked by https: others on the way would read "
                        "TURN_API_KEY.");
    } else {
        (void)mem_free(c->turn_api_url);
        c->turn_api_url = mem_strdup(url.p, url.len);
    }
    buf_done(&url);
    return rc;
}

static int check_api(struct config *c, struct buf *why)
{
    if (!c->turn_api_key && !c->turn_api_url)
        return 0;
    if (!c->turn_api_key || !c->turn_api_url) {
        return wrong(why, "TURN_API_KEY and TURN_API_HOST belong together: set both or none; the "
                          "host is your application's at Metered.ca, as in example.metered.live.");
    }
    if (!is_key(span_str(c->turn_api_key)))
        return wrong(why, "TURN_API_KEY is no key of Metered.ca: it has blanks or is too long.");
    return complete_host(c, why);
}

int config_check_relays(struct config *c, struct buf *why)
{
    const int rc = check_turn(c, why);

    return rc ? rc : check_api(c, why);
}
