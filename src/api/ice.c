#include "api/ice.h"

#include "base/text.h"
#include "crypto/hmac.h"

static bool is_turn(struct span url)
{
    return span_starts(url, "turn:") || span_starts(url, "turns:");
}

/* The member urls: of the TURN servers or of the others. */
static size_t write_urls(const char *urls, bool turn, struct json_out *o)
{
    struct span rest = span_str(urls);
    struct span one;
    size_t n = 0;

    json_arr_begin(o, "urls");
    while (span_split(&rest, ',', &one)) {
        if (is_turn(span_trim(one)) == turn) {
            json_put_str(o, NULL, span_trim(one));
            n++;
        }
    }
    json_arr_end(o);
    return n;
}

static bool has(const char *urls, bool turn)
{
    struct buf scratch = {0};
    struct json_out o = json_out(&scratch);
    const size_t n = write_urls(urls, turn, &o);

    buf_done(&scratch);
    return n > 0;
}

static void write_credential(const struct ice_conf *conf, const struct id *user, struct wall now,
                             struct json_out *o)
{
    struct buf name = {0};
    struct buf word = {0};
    uint8_t mac[SHA1_SIZE];

    if (!conf->secret) {
        json_put_cstr(o, "username", conf->username ? conf->username : "");
        json_put_cstr(o, "credential", conf->credential ? conf->credential : "");
        return;
    }
    buf_add_i64(&name, now.ms / 1000 + (int64_t)ICE_CREDENTIAL_HOURS * 3600);
    buf_add_char(&name, ':');
    buf_add_span(&name, id_span(user));
    hmac_sha1(span_str(conf->secret), buf_span(&name), mac);
    text_base64(&word, span_of(mac, sizeof(mac)));
    json_put_str(o, "username", buf_span(&name));
    json_put_str(o, "credential", buf_span(&word));
    buf_done(&name);
    buf_done(&word);
}

void ice_write(const struct ice_conf *conf, const struct id *user, struct wall now,
               struct json_out *o)
{
    json_arr_begin(o, "ice_servers");
    if (conf->urls && has(conf->urls, false)) {
        json_obj_begin(o, NULL);
        (void)write_urls(conf->urls, false, o);
        json_obj_end(o);
    }
    if (conf->urls && has(conf->urls, true)) {
        json_obj_begin(o, NULL);
        (void)write_urls(conf->urls, true, o);
        write_credential(conf, user, now, o);
        json_obj_end(o);
    }
    json_arr_end(o);
}
