/* The vectors of RFC 5769, and what is not a message. */
#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "support/test.h"
#include "wire/stun.h"

#define BYTES(text)                                                                                \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }
#define V(text) span_of(text, sizeof(text) - 1)

/* RFC 5769, 2.1 to 2.4. */
static const struct span request =
    BYTES("\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
          "\x80\x22\x00\x10STUN test client"
          "\x00\x24\x00\x04\x6e\x00\x01\xff"
          "\x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36"
          "\x00\x06\x00\x09\x65\x76\x74\x6a\x3a\x68\x36\x76\x59\x20\x20\x20"
          "\x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\x78\x1e\xf2\xb5\xb2\xd3\xf2\x49\xc1\xb5"
          "\x71\xa2"
          "\x80\x28\x00\x04\xe5\x7a\x3b\xcf");
static const struct span answer_v4 =
    BYTES("\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
          "\x80\x22\x00\x0btest vector "
          "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"
          "\x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9\x2a\xf9\xba\x53\xf0\x6b"
          "\xe7\xd7"
          "\x80\x28\x00\x04\xc0\x7d\x4c\x96");
static const struct span answer_v6 =
    BYTES("\x01\x01\x00\x48\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
          "\x80\x22\x00\x0btest vector "
          "\x00\x20\x00\x14\x00\x02\xa1\x47\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2"
          "\xb9\xd9"
          "\x00\x08\x00\x14\xa3\x82\x95\x4e\x4b\xe6\x7b\xf1\x17\x84\xc9\x7c\x82\x92\xc2\x75\xbf\xe3"
          "\xed\x41"
          "\x80\x28\x00\x04\xc8\xfb\x0b\x4c");
static const struct span long_term =
    BYTES("\x00\x01\x00\x60\x21\x12\xa4\x42\x78\xad\x34\x33\xc6\xad\x72\xc0\x29\xda\x41\x2e"
          "\x00\x06\x00\x12\xe3\x83\x9e\xe3\x83\x88\xe3\x83\xaa\xe3\x83\x83\xe3\x82\xaf\xe3\x82\xb9"
          "\x00\x00"
          "\x00\x15\x00\x1c\x66//499k954d6OL34oL9FSTvy64sA"
          "\x00\x14\x00\x0b\x65xample.org\x00"
          "\x00\x08\x00\x14\xf6\x70\x24\x65\x6d\xd6\x4a\x3e\x02\xb8\xe0\x71\x2e\x85\xc9\xa2\x8c\xa8"
          "\x96\x66");

static bool signed_with(const struct stun *m, struct span key)
{
    uint8_t header[STUN_HEADER];
    uint8_t mac[SHA1_SIZE];
    struct span rest;
    struct span value;
    struct buf all = {0};

    CHECK(stun_covered(m, header, &rest));
    CHECK(stun_get(m, STUN_MESSAGE_INTEGRITY, &value));
    buf_add(&all, header, sizeof(header));
    buf_add_span(&all, rest);
    hmac_sha1(key, buf_span(&all), mac);
    buf_done(&all);
    return span_eq(value, span_of(mac, sizeof(mac)));
}

TEST(the_sample_request_is_read_and_verified)
{
    struct stun m;
    struct span value;
    uint32_t priority;

    CHECK_OK(stun_parse(request, &m));
    CHECK_EQ(m.method, STUN_BINDING);
    CHECK_EQ(m.class, STUN_REQUEST);
    CHECK(stun_get(&m, STUN_USERNAME, &value) && span_is(value, "evtj:h6vY"));
    CHECK(stun_get_u32(&m, ICE_PRIORITY, &priority));
    CHECK_EQ(priority, 0x6e0001ff);
    CHECK(signed_with(&m, span_str("VOkJxbRl1RmTxUk/WvJxBt")));
    CHECK(!signed_with(&m, span_str("VOkJxbRl1RmTxUk/WvJxBT")));
}

static void check_mapped(struct span answer, const char *ip)
{
    struct stun m;
    struct span value;
    struct addr a;
    struct buf text = {0};

    CHECK_OK(stun_parse(answer, &m));
    CHECK_EQ(m.class, STUN_SUCCESS);
    CHECK(signed_with(&m, span_str("VOkJxbRl1RmTxUk/WvJxBt")));
    CHECK(stun_get(&m, STUN_XOR_MAPPED_ADDRESS, &value));
    CHECK_OK(stun_xor_address(&m, value, &a));
    CHECK_EQ(a.port, 32853);
    addr_write_ip(&text, &a);
    CHECK_STR(buf_cstr(&text), ip);
    buf_done(&text);
}

TEST(the_sample_answers_give_their_addresses)
{
    check_mapped(answer_v4, "192.0.2.1");
    check_mapped(answer_v6, "2001:db8:1234:5678:11:2233:4455:6677");
}

TEST(long_term_credentials_verify)
{
    struct stun m;
    uint8_t key[MD5_SIZE];

    CHECK_OK(stun_parse(long_term, &m));
    hash_md5(span_str("\xe3\x83\x9e\xe3\x83\x88\xe3\x83\xaa\xe3\x83\x83\xe3\x82\xaf\xe3\x82\xb9"
                      ":example.org:TheMatrIX"),
             key);
    CHECK(signed_with(&m, span_of(key, sizeof(key))));
}

/* Each byte cut off and each bit turned: refused, or at least not verified. */
TEST(nothing_else_passes_for_the_sample)
{
    uint8_t bytes[256];
    struct stun m;

    for (size_t n = 0; n < request.len; n++)
        CHECK_EQ(stun_parse(span_of(request.p, n), &m), -74 /* EBADMSG */);
    for (size_t bit = 0; bit < 8 * request.len; bit++) {
        memcpy(bytes, request.p, request.len);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (stun_parse(span_of(bytes, request.len), &m) == 0)
            CHECK(!stun_has(&m, STUN_FINGERPRINT) ||
                  !signed_with(&m, span_str("VOkJxbRl1RmTxUk/WvJxBt")));
    }
}

TEST(what_stands_behind_the_integrity_is_not_seen)
{
    uint8_t room[256];
    struct stun_out o;
    struct stun m;
    struct span covered;

    stun_begin(&o, room, sizeof(room), STUN_REQUEST, TURN_ALLOCATE,
               (const uint8_t *)"0123456789ab");
    stun_add(&o, STUN_USERNAME, span_str("ada"));
    CHECK(stun_add_integrity(&o, &covered));
    stun_add(&o, STUN_REALM, span_str("late"));
    stun_add_fingerprint(&o);
    CHECK_OK(stun_parse(stun_end(&o), &m));
    CHECK_EQ(m.method, TURN_ALLOCATE);
    CHECK(stun_has(&m, STUN_USERNAME));
    CHECK(!stun_has(&m, STUN_REALM));
    CHECK(stun_has(&m, STUN_FINGERPRINT));
}

TEST(addresses_come_back_as_they_were_written)
{
    static const char *const ips[] = {"198.51.100.7", "2001:db8::7", "::ffff:10.0.0.1"};

    for (size_t i = 0; i < ARRAY_SIZE(ips); i++) {
        uint8_t room[64];
        struct stun_out o;
        struct stun m;
        struct addr a;
        struct addr back;
        struct span value;

        CHECK_OK(addr_parse_ip(span_str(ips[i]), &a));
        a.port = 40000;
        stun_begin(&o, room, sizeof(room), STUN_SUCCESS, STUN_BINDING,
                   (const uint8_t *)"0123456789ab");
        stun_add_xor_address(&o, TURN_XOR_PEER_ADDRESS, &a);
        CHECK_OK(stun_parse(stun_end(&o), &m));
        CHECK(stun_get(&m, TURN_XOR_PEER_ADDRESS, &value));
        CHECK_OK(stun_xor_address(&m, value, &back));
        CHECK(addr_same_ip(&a, &back) && a.port == back.port);
    }
}

TEST(a_message_that_does_not_fit_is_none)
{
    uint8_t room[STUN_HEADER + 8];
    struct stun_out o;

    stun_begin(&o, room, sizeof(room), STUN_FAILURE, TURN_SEND, (const uint8_t *)"0123456789ab");
    stun_add_error(&o, 400, "");
    CHECK_EQ(stun_end(&o).len, sizeof(room));
    stun_add_u32(&o, TURN_LIFETIME, 600);
    CHECK(!stun_end(&o).p);
    stun_begin(&o, room, 19, STUN_REQUEST, STUN_BINDING, (const uint8_t *)"0123456789ab");
    CHECK(!stun_end(&o).p);
}

TEST(too_many_attributes_are_refused)
{
    uint8_t room[STUN_HEADER + 4 * (STUN_ATTRIBUTES + 1)];
    struct stun_out o;
    struct stun m;

    stun_begin(&o, room, sizeof(room), STUN_REQUEST, STUN_BINDING, (const uint8_t *)"0123456789ab");
    for (int i = 0; i < STUN_ATTRIBUTES; i++)
        stun_add(&o, 0x7fff, SPAN_NONE);
    CHECK_OK(stun_parse(stun_end(&o), &m));
    stun_add(&o, 0x7fff, SPAN_NONE);
    CHECK(stun_parse(stun_end(&o), &m) < 0);
}

TEST(unknown_types_are_named_once)
{
    static const uint16_t known[] = {STUN_USERNAME};
    uint8_t room[128];
    uint16_t types[4];
    struct stun_out o;
    struct stun m;

    stun_begin(&o, room, sizeof(room), STUN_REQUEST, STUN_BINDING, (const uint8_t *)"0123456789ab");
    stun_add(&o, STUN_USERNAME, span_str("x"));
    stun_add(&o, 0x7ffe, SPAN_NONE);
    stun_add(&o, STUN_SOFTWARE, SPAN_NONE);
    stun_add(&o, 0x7ffe, SPAN_NONE);
    CHECK_OK(stun_parse(stun_end(&o), &m));
    CHECK_EQ(stun_unknown(&m, known, ARRAY_SIZE(known), types, ARRAY_SIZE(types)), 1);
    CHECK_EQ(types[0], 0x7ffe);
}

TEST(frames_of_a_stream_are_told_by_four_bytes)
{
    CHECK_EQ(stun_frame((const uint8_t *)"\x00\x01\x00\x58"), 20 + 88);
    CHECK_EQ(stun_frame((const uint8_t *)"\x00\x01\x00\x57"), 0);
    CHECK_EQ(stun_frame((const uint8_t *)"\x40\x00\x00\x05"), 4 + 8);
    CHECK_EQ(stun_frame((const uint8_t *)"\x7f\xff\xff\xff"), 4 + 65536);
    CHECK_EQ(stun_frame((const uint8_t *)"\x80\x00\x00\x04"), 0);
    CHECK_EQ(stun_frame((const uint8_t *)"\x16\x03\x01\x03"), 0);
}

TEST(channel_data_are_cut_at_their_length)
{
    uint16_t number;
    struct span data;

    CHECK_OK(channel_parse(V("\x40\x01\x00\x03"
                             "abc\0"),
                           &number, &data));
    CHECK_EQ(number, 0x4001);
    CHECK(span_is(data, "abc"));
    CHECK(channel_parse(V("\x40\x01\x00\x05"
                          "abc\0"),
                        &number, &data) < 0);
    CHECK(channel_parse(V("\x80\x01\x00\x03"
                          "abc\0"),
                        &number, &data) < 0);
    CHECK(channel_parse(V("\x40\x01\x00"), &number, &data) < 0);
}
