#include "base/mem.h"
#include "support/test.h"
#include "wire/sdp.h"

#include <errno.h>
#include <string.h>

#define FINGERPRINT                                                                                \
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"                                             \
    "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"
#define SESSION                                                                                    \
    "v=0\r\no=- 4858251974351650128 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
#define TRANSPORT                                                                                  \
    "a=ice-ufrag:Zm9v\r\na=ice-pwd:0123456789abcdefghijklmn\r\n"                                   \
    "a=fingerprint:sha-256 " FINGERPRINT "\r\na=setup:actpass\r\n"
#define AUDIO                                                                                      \
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\n"        \
    "a=rtcp-mux\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"                     \
    "a=extmap:14/sendonly urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rtpmap:111 opus/48000/2\r\n"    \
    "a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:9 G722/8000\r\n"
#define VIDEO                                                                                      \
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98\r\na=mid:1\r\na=sendrecv\r\na=rtcp-mux\r\n"              \
    "a=rtpmap:98 rtx/90000\r\na=fmtp:98 apt=99\r\na=rtpmap:96 VP8/90000\r\n"                       \
    "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=simulcast:send l;~m;h,x recv y\r\n"

static const char *const whole = SESSION TRANSPORT AUDIO VIDEO;

static int parse(const char *text, struct sdp *ret, const char **why)
{
    *why = NULL;
    return sdp_parse(span_str(text), ret, why);
}

TEST(an_offer_is_understood)
{
    struct sdp s;
    const char *why;

    CHECK_OK(parse(whole, &s, &why));
    CHECK(span_is(s.session, "4858251974351650128") && span_is(s.ufrag, "Zm9v"));
    CHECK(s.has_fingerprint && s.fingerprint[1] == 0x11 && s.fingerprint[31] == 0xff);
    CHECK(s.can_be_active && s.media_count == 2);
    const struct sdp_media *a = &s.media[0];
    CHECK(a->kind == SDP_AUDIO && a->direction == SDP_SENDONLY && a->rtcp_mux && !a->rejected);
    CHECK(a->extensions[RTPEXT_AUDIO_LEVEL] == 1 && a->extensions[RTPEXT_MID] == 14);
    CHECK_EQ(sdp_codec_of(a, SDP_OPUS)->payload_type, 111);
    CHECK(sdp_codec_of(a, SDP_RED) && !sdp_codec_of(a, SDP_VP8));
    const struct sdp_media *v = &s.media[1];
    CHECK(v->kind == SDP_VIDEO && v->rid_count == 3);
    CHECK(span_is(v->rids[0], "l") && span_is(v->rids[1], "m") && span_is(v->rids[2], "h"));
    CHECK_EQ(sdp_rtx_of(v, sdp_codec_of(v, SDP_VP8))->payload_type, 97);
}

TEST(what_cannot_be_answered_says_why)
{
    static const struct {
        const char *text;
        const char *why;
    } cases[] = {
        {"", "does not begin with v=0"},
        {"hello", "does not begin with v=0"},
        {SESSION TRANSPORT, "no m-line"},
        {SESSION AUDIO, "ice-ufrag or ice-pwd"},
        {SESSION "a=ice-ufrag:Zm9v\r\na=ice-pwd:short\r\n" AUDIO, "ice-ufrag or ice-pwd"},
        {SESSION "a=ice-ufrag:Zm9v\r\na=ice-pwd:0123456789abcdefghijklmn\r\n" AUDIO,
         "no fingerprint"},
        {SESSION "a=fingerprint:sha-256 00:11\r\n" AUDIO, "length of its hash"},
        {SESSION "a=ice-ufrag:Zm9v\r\na=ice-pwd:0123456789abcdefghijklmn\r\n"
                 "a=fingerprint:sha-256 " FINGERPRINT "\r\na=setup:passive\r\n" AUDIO,
         "begin DTLS"},
        {SESSION TRANSPORT "m=audio\r\n", "m-line is not whole"},
        {SESSION TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF\r\n", "m-line is not whole"},
        {SESSION TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "no mid"},
        {SESSION TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:01234567890123456\r\n",
         "mid is empty or too long"},
        {SESSION TRANSPORT AUDIO "a=x\ry\r\n", "control characters"},
        {SESSION TRANSPORT AUDIO "nonsense\r\n", "letter and ="},
        {SESSION TRANSPORT VIDEO "a=simulcast:send 1;2;3;4\r\n", "more than three encodings"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct sdp s;
        const char *why;
        if (parse(cases[i].text, &s, &why) != -EBADMSG || !why || !strstr(why, cases[i].why))
            test_fail(__FILE__, __LINE__, "case %zu says \"%s\", not \"%s\"", i, why ? why : "",
                      cases[i].why);
    }
}

TEST(limits_are_told)
{
    struct buf text = {0};
    struct sdp s;
    const char *why;

    buf_add_str(&text, SESSION TRANSPORT);
    for (int i = 0; i <= SDP_MEDIA_MAX; i++)
        buf_printf(&text, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:%d\r\n", i);
    CHECK_EQ(parse(buf_cstr(&text), &s, &why), -EBADMSG);
    CHECK(strstr(why, "too many m-lines"));
    buf_clear(&text);
    buf_add_str(&text, SESSION TRANSPORT AUDIO);
    for (int i = 0; i <= SDP_CODECS_MAX; i++)
        buf_printf(&text, "a=rtpmap:%d opus/48000/2\r\n", i);
    CHECK_EQ(parse(buf_cstr(&text), &s, &why), -EBADMSG);
    CHECK(strstr(why, "too many codecs"));
    buf_clear(&text);
    buf_add_str(&text, SESSION TRANSPORT AUDIO "a=");
    for (int i = 0; i < SDP_LINE_MAX; i++)
        buf_add_char(&text, 'x');
    CHECK_EQ(parse(buf_cstr(&text), &s, &why), -EBADMSG);
    CHECK(strstr(why, "a line is too long"));
    buf_done(&text);
}

TEST(an_answer_takes_what_was_offered)
{
    const struct addr host = {.ip = {203, 0, 113, 7}, .family = 4};
    const struct sdp_answer a = {.ufrag = "Aufrag01",
                                 .pwd = "0123456789abcdef01234567",
                                 .fingerprint = FINGERPRINT,
                                 .hosts = &host,
                                 .host_count = 1,
                                 .udp_port = 3478};
    struct buf out = {0};
    struct sdp s;
    struct sdp back;
    const char *why;

    CHECK_OK(parse(whole, &s, &why));
    sdp_answer_begin(&out, &s);
    struct sdp_accept refused = {.first = true, .media = &s.media[0]};
    struct sdp_accept video = {.media = &s.media[1],
                               .codecs = {sdp_codec_of(&s.media[1], SDP_VP8)},
                               .codec_count = 1,
                               .stream = {.name = span_str("p0"), .ssrc = 5}};
    sdp_answer_media(&out, &a, &refused);
    sdp_answer_media(&out, &a, &video);
    const char *text = buf_cstr(&out);
    CHECK(strstr(text, "a=ice-lite\r\n") && strstr(text, "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n"));
    CHECK(strstr(text, "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n") &&
          strstr(text, "a=setup:passive\r\n"));
    CHECK(strstr(text, "a=simulcast:recv l;m;h\r\n") && strstr(text, "a=ssrc:5 cname:"));
    CHECK(!strstr(text, "rtx"));
    /* it passes for an offer, but for who begins DTLS */
    CHECK_EQ(parse(text, &back, &why), -EBADMSG);
    CHECK(strstr(why, "begin DTLS"));
    buf_done(&out);
}
