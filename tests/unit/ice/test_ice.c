#include "base/mem.h"
#include "support/test.h"

#include "ice/ice.h"

static const char *offered_to(const struct ice_conf *conf, const struct ice_own *own,
                              const char *host, bool inside)
{
    static struct buf b;
    struct json_out o = json_out(&b);
    const struct id user = {"01890a5d-ac96-774b-bcce-b302099a8057"};
    const struct id session = {"01890a5d-ac96-774b-bcce-b302099a8058"};
    struct ice *ice = ice_new(conf);

    buf_clear(&b);
    if (own)
        ice_set_own(ice, own);
    json_obj_begin(&o, NULL);
    ice_write(ice,
              &(struct ice_asker){.user = &user,
                                  .session = &session,
                                  .host = span_str(host),
                                  .inside = inside,
                                  .now = {1700000000000}},
              &o);
    json_obj_end(&o);
    (void)ice_free(ice);
    return buf_cstr(&b);
}

static const char *offered(const struct ice_conf *conf, const struct ice_own *own, const char *host)
{
    return offered_to(conf, own, host, false);
}

static const char *of_conf(const struct ice_conf *conf)
{
    return offered(conf, NULL, "chat.example.org");
}

TEST(nothing_set_is_no_server)
{
    CHECK_STR(of_conf(&(struct ice_conf){0}), "{\"ice_servers\":[],\"expires_at\":null}");
}

TEST(a_stun_server_needs_no_credential)
{
    CHECK_STR(of_conf(&(struct ice_conf){.urls = "stun:a:1, stun:b"}),
              "{\"ice_servers\":[{\"urls\":[\"stun:a:1\",\"stun:b\"]}],\"expires_at\":null}");
}

/* The password as `openssl dgst -sha1 -hmac secret -binary | base64` makes it of the name. */
TEST(a_shared_secret_gives_each_person_a_credential_that_lapses)
{
    const struct ice_conf conf = {.urls = "stun:a,turns:b:443", .secret = "secret"};

    CHECK_STR(of_conf(&conf),
              "{\"ice_servers\":[{\"urls\":[\"stun:a\"]},{\"urls\":[\"turns:b:443\"],"
              "\"username\":\"1700043200:01890a5d-ac96-774b-bcce-b302099a8057\","
              "\"credential\":\"RBJI59/NczWY0YCZr2qzJhLi1Ys=\"}],\"expires_at\":1700043200000}");
}

TEST(without_a_secret_the_fixed_credential_is_given)
{
    const struct ice_conf conf = {.urls = "turn:b", .username = "u", .credential = "c"};

    CHECK_STR(of_conf(&conf), "{\"ice_servers\":[{\"urls\":[\"turn:b\"],\"username\":\"u\","
                              "\"credential\":\"c\"}],\"expires_at\":null}");
}

/* The password as `printf NAME | openssl dgst -sha1 -hmac own -binary | base64` makes it. */
TEST(our_own_server_comes_first_by_the_name_that_people_use)
{
    const struct ice_own own = {
        .udp_port = 3478, .tcp_port = 8080, .tls_port = 8443, .secret = span_str("own")};

    CHECK_STR(offered(&(struct ice_conf){.urls = "stun:a"}, &own, "chat.example.org"),
              "{\"ice_servers\":[{\"urls\":[\"stun:chat.example.org:3478\"]},{\"urls\":["
              "\"turn:chat.example.org:3478?transport=udp\","
              "\"turn:chat.example.org:8080?transport=tcp\","
              "\"turns:chat.example.org:8443?transport=tcp\"],"
              "\"username\":\"1700043200:01890a5d-ac96-774b-bcce-b302099a8057."
              "01890a5d-ac96-774b-bcce-b302099a8058\","
              "\"credential\":\"c/8P4wBoWVjTL/p3tjkPbN7PCqE=\"},"
              "{\"urls\":[\"stun:a\"]}],\"expires_at\":1700043200000}");
}

TEST(what_is_advertised_stands_in_the_place_of_the_name_but_for_tls)
{
    struct ice_own own = {.advertised_count = 2,
                          .udp_port = 3478,
                          .tcp_port = 80,
                          .tls_port = 443,
                          .secret = span_str("own")};
    const char *said;

    CHECK_OK(addr_parse_ip(span_str("192.0.2.7"), &own.advertised[0]));
    CHECK_OK(addr_parse_ip(span_str("2001:db8::7"), &own.advertised[1]));
    said = offered(&(struct ice_conf){0}, &own, "chat.example.org");
    CHECK(strstr(said, "{\"urls\":[\"stun:192.0.2.7:3478\",\"stun:[2001:db8::7]:3478\"]}"));
    CHECK(strstr(said, "\"turn:192.0.2.7:3478?transport=udp\","
                       "\"turn:[2001:db8::7]:3478?transport=udp\","
                       "\"turn:192.0.2.7:80?transport=tcp\","
                       "\"turn:[2001:db8::7]:80?transport=tcp\","
                       "\"turns:chat.example.org:443?transport=tcp\"]"));
}

TEST(who_is_inside_is_offered_the_host_they_came_by_as_well)
{
    struct ice_own own = {.advertised_count = 1, .udp_port = 3478, .secret = span_str("own")};
    const struct ice_conf none = {0};

    CHECK_OK(addr_parse_ip(span_str("192.0.2.7"), &own.advertised[0]));
    CHECK(
        strstr(offered_to(&none, &own, "192.168.1.10", true),
               "\"turn:192.168.1.10:3478?transport=udp\",\"turn:192.0.2.7:3478?transport=udp\"]"));
    CHECK(!strstr(offered_to(&none, &own, "192.168.1.10", false), "192.168.1.10"));
    CHECK(strstr(offered_to(&none, &own, "192.0.2.7", true),
                 "[\"turn:192.0.2.7:3478?transport=udp\"]"));
}

TEST(an_address_of_ipv6_that_people_use_stands_in_brackets)
{
    const struct ice_own own = {.udp_port = 3478, .secret = span_str("own")};

    CHECK(strstr(offered(&(struct ice_conf){0}, &own, "::1"), "\"stun:[::1]:3478\""));
}

TEST(ways_without_a_port_are_not_offered)
{
    const struct ice_own own = {.tcp_port = 8080, .secret = span_str("own")};
    const char *said = offered(&(struct ice_conf){0}, &own, "h");

    CHECK(strstr(said, "{\"ice_servers\":[{\"urls\":[\"turn:h:8080?transport=tcp\"],"));
    CHECK_STR(offered(&(struct ice_conf){0}, &(struct ice_own){0}, "h"),
              "{\"ice_servers\":[],\"expires_at\":null}");
}
