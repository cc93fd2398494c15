#include "ice/ice.h"

#include "base/mem.h"
#include "base/text.h"
#include "crypto/hmac.h"
#include "turn/credential.h"

#include "ice/metered.h"
#include "ice/offer.h"
#include "ice/url.h"

struct ice {
    struct ice_conf conf;
    struct ice_own own;
    bool has_own;
    struct metered *metered; /* NULL: none is set up */
};

struct ice *ice_new(const struct ice_conf *conf)
{
    struct ice *i = mem_new(struct ice);

    i->conf = *conf;
    if (conf->api_key) {
        i->metered = metered_new(&(struct metered_conf){.loop = conf->loop,
                                                        .fetcher = conf->fetcher,
                                                        .url = conf->api_url,
                                                        .key = conf->api_key});
    }
    return i;
}

struct ice *ice_free(struct ice *i)
{
    if (!i)
        return NULL;
    i->metered = metered_free(i->metered);
    return mem_free(i);
}

void ice_set_own(struct ice *i, const struct ice_own *own)
{
    i->own = *own;
    i->has_own = true;
}

static int64_t lapse(struct wall now, unsigned hours)
{
    return now.ms / 1000 + (int64_t)hours * 3600;
}

static void put_credential(struct offer *o, const struct buf *name, const struct buf *password)
{
    json_put_str(o->out, "username", buf_span(name));
    json_put_str(o->out, "credential", buf_span(password));
}

/* One URL, as url.h reads it; an IPv6 address is put into brackets. */
static void put_url(struct offer *o, const char *scheme, struct span host, uint16_t port,
                    const char *query)
{
    struct buf url = {0};
    const bool ip6 = span_find(host, ':') < host.len;

    buf_printf(&url, ip6 ? "%s:[%.*s]:%u%s" : "%s:%.*s:%u%s", scheme, SPAN_ARG(host), port, query);
    json_put_str(o->out, NULL, buf_span(&url));
    buf_done(&url);
}

static bool is_advertised(const struct ice_own *own, struct span host)
{
    struct addr a;

    if (addr_parse_ip(host, &a) != 0)
        return false;
    for (size_t i = 0; i < own->advertised_count; i++) {
        if (addr_same_ip(&a, &own->advertised[i]))
            return true;
    }
    return false;
}

/* The same way at each address that is advertised; for who is inside by the host they came by as well, which they
 * reach: many routers lead nobody out and in again.  Relays talk to each other within this program. */
static void put_each(struct offer *o, const struct ice_own *own, const struct ice_asker *asker,
                     const char *scheme, uint16_t port, const char *query)
{
    if (port == 0)
        return;
    if (own->advertised_count == 0 || (asker->inside && !is_advertised(own, asker->host)))
        put_url(o, scheme, asker->host, port, query);
    for (size_t i = 0; i < own->advertised_count; i++) {
        struct buf host = {0};
        addr_write_ip(&host, &own->advertised[i]);
        put_url(o, scheme, buf_span(&host), port, query);
        buf_done(&host);
    }
}

/* TLS goes by the name: that is what the certificate is for. */
static void offer_own_relay(struct offer *o, const struct ice_own *own,
                            const struct ice_asker *asker)
{
    struct buf name = {0};
    struct buf password = {0};

    json_obj_begin(o->out, NULL);
    json_arr_begin(o->out, "urls");
    put_each(o, own, asker, "turn", own->udp_port, "?transport=udp");
    put_each(o, own, asker, "turn", own->tcp_port, "?transport=tcp");
    if (own->tls_port)
        put_url(o, "turns", asker->host, own->tls_port, "?transport=tcp");
    json_arr_end(o->out);
    credential_write(own->secret, asker->user, asker->session, asker->now, &name, &password);
    put_credential(o, &name, &password);
    json_obj_end(o->out);
    buf_done(&name);
    buf_done(&password);
    offer_expires(o, lapse(asker->now, CREDENTIAL_HOURS) * 1000);
}

static void offer_own(struct offer *o, const struct ice_own *own, const struct ice_asker *asker)
{
    if (own->udp_port) {
        json_obj_begin(o->out, NULL);
        json_arr_begin(o->out, "urls");
        put_each(o, own, asker, "stun", own->udp_port, "");
        json_arr_end(o->out);
        json_obj_end(o->out);
    }
    if (own->udp_port || own->tcp_port || own->tls_port)
        offer_own_relay(o, own, asker);
}

static bool is_turn(struct span url)
{
    return span_starts(url, "turn");
}

/* The member urls: of the TURN servers or of the others. */
static void put_urls(struct offer *o, const char *urls, bool turn)
{
    struct span rest = span_str(urls);
    struct span one;

    json_arr_begin(o->out, "urls");
    while (span_split(&rest, ',', &one)) {
        if (is_turn(span_trim(one)) == turn)
            json_put_str(o->out, NULL, span_trim(one));
    }
    json_arr_end(o->out);
}

static bool has(const char *urls, bool turn)
{
    struct span rest = span_str(urls);
    struct span one;

    while (span_split(&rest, ',', &one)) {
        if (is_turn(span_trim(one)) == turn)
            return true;
    }
    return false;
}

static void put_shared_secret(struct offer *o, const char *secret, const struct ice_asker *asker)
{
    const int64_t expiry = lapse(asker->now, ICE_CREDENTIAL_HOURS);
    struct buf name = {0};
    struct buf password = {0};
    uint8_t mac[SHA1_SIZE];

    buf_add_i64(&name, expiry);
    buf_add_char(&name, ':');
    buf_add_span(&name, id_span(asker->user));
    hmac_sha1(span_str(secret), buf_span(&name), mac);
    text_base64(&password, span_of(mac, sizeof(mac)));
    put_credential(o, &name, &password);
    buf_done(&name);
    buf_done(&password);
    offer_expires(o, expiry * 1000);
}

static void offer_foreign(struct offer *o, const struct ice_conf *conf,
                          const struct ice_asker *asker)
{
    if (has(conf->urls, false)) {
        json_obj_begin(o->out, NULL);
        put_urls(o, conf->urls, false);
        json_obj_end(o->out);
    }
    if (!has(conf->urls, true))
        return;
    json_obj_begin(o->out, NULL);
    put_urls(o, conf->urls, true);
    if (conf->secret) {
        put_shared_secret(o, conf->secret, asker);
    } else {
        json_put_cstr(o->out, "username", conf->username ? conf->username : "");
        json_put_cstr(o->out, "credential", conf->credential ? conf->credential : "");
    }
    json_obj_end(o->out);
}

void ice_write(const struct ice *i, const struct ice_asker *asker, struct json_out *out)
{
    struct offer o = {.out = out};

    json_arr_begin(out, "ice_servers");
    if (i->has_own)
        offer_own(&o, &i->own, asker);
    if (i->conf.urls)
        offer_foreign(&o, &i->conf, asker);
    if (i->metered)
        metered_offer(i->metered, asker->now, &o);
    json_arr_end(out);
    if (o.expires_ms) {
        json_put_i64(out, "expires_at", o.expires_ms);
    } else {
        json_put_null(out, "expires_at");
    }
}

void ice_urls(const struct ice *i, struct span host, struct buf *out)
{
    const struct id nobody = {{0}};
    struct buf json = {0};
    struct json_out o = json_out(&json);
    const char *why;
    json_t *v = NULL;
    size_t at;
    size_t k;
    json_t *server;
    json_t *url;

    json_obj_begin(&o, NULL);
    ice_write(i, &(struct ice_asker){.user = &nobody, .session = &nobody, .host = host}, &o);
    json_obj_end(&o);
    if (json_parse_object(buf_span(&json), &v, &why) == 0) {
        json_array_foreach(json_object_get(v, "ice_servers"), at, server)
        {
            json_array_foreach(json_object_get(server, "urls"), k, url)
            {
                buf_add_str(out, out->len > 0 ? ", " : "");
                buf_add_str(out, json_string_value(url));
            }
        }
        json_decref(v);
    }
    buf_done(&json);
}
