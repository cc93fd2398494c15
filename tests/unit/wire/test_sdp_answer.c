#include "base/mem.h"
#include "support/test.h"
#include "wire/sdp.h"

static const struct addr hosts[] = {{.ip = {203, 0, 113, 7}, .family = 4},
                                    {.ip = {0x20, 1, 0xd, 0xb8, [15] = 1}, .family = 6}};

static struct sdp_answer base(void)
{
    return (struct sdp_answer){.ufrag = "Aufrag01",
                               .pwd = "0123456789abcdef01234567",
                               .fingerprint = "AB:CD",
                               .hosts = hosts,
                               .host_count = 2,
                               .udp_port = 3478};
}

static const struct sdp_codec vp8 = {.kind = SDP_VP8, .payload_type = 96};
static const struct sdp_codec rtx = {.kind = SDP_RTX, .payload_type = 97, .apt = 96};
static const struct sdp_codec opus = {.kind = SDP_OPUS, .payload_type = 111};

static struct sdp_media line_of(enum sdp_kind kind, enum sdp_direction direction)
{
    return (struct sdp_media){.kind = kind,
                              .direction = direction,
                              .line = span_str("video 9 UDP/TLS/RTP/SAVPF 96 97"),
                              .mid = span_str("m1"),
                              .extensions = {[RTPEXT_MID] = 4, [RTPEXT_TRANSPORT_CC] = 5}};
}

static bool says(struct buf *out, const char *text)
{
    return strstr(buf_cstr(out), text) != NULL;
}

TEST(what_flows_is_what_was_offered_seen_from_here)
{
    static const struct {
        enum sdp_direction offered;
        bool has_stream;
        const char *answer;
    } cases[] = {
        {SDP_SENDRECV, true, "a=sendrecv\r\n"},  {SDP_SENDRECV, false, "a=recvonly\r\n"},
        {SDP_SENDONLY, true, "a=recvonly\r\n"},  {SDP_SENDONLY, false, "a=recvonly\r\n"},
        {SDP_RECVONLY, true, "a=sendonly\r\n"},  {SDP_RECVONLY, false, "a=inactive\r\n"},
        {SDP_INACTIVE, false, "a=inactive\r\n"}, {SDP_INACTIVE, true, "a=inactive\r\n"},
    };
    const struct sdp_answer a = base();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct sdp_media m = line_of(SDP_VIDEO, cases[i].offered);
        struct sdp_accept x = {.media = &m, .codecs = {&vp8}, .codec_count = 1};
        struct buf out = {0};
        if (cases[i].has_stream)
            x.stream = (struct sdp_stream){.name = span_str("p0"), .ssrc = 5};
        sdp_answer_media(&out, &a, &x);
        if (!says(&out, cases[i].answer))
            test_fail(__FILE__, __LINE__, "case %zu does not say %s", i, cases[i].answer);
        buf_done(&out);
    }
}

TEST(candidates_stand_on_the_first_line_alone)
{
    const struct sdp_media m = line_of(SDP_AUDIO, SDP_SENDONLY);
    struct sdp_accept x = {.first = true, .media = &m, .codecs = {&opus}, .codec_count = 1};
    struct sdp_answer a = base();
    struct buf out = {0};

    sdp_answer_media(&out, &a, &x);
    CHECK(says(&out, " udp ") && says(&out, "203.0.113.7 3478 typ host\r\n"));
    CHECK(says(&out, "2001:db8::1 3478 typ host\r\n") && says(&out, "a=end-of-candidates\r\n"));
    CHECK(!says(&out, "tcptype"));
    buf_clear(&out);
    a.tcp_port = 443;
    sdp_answer_media(&out, &a, &x);
    CHECK(says(&out, "203.0.113.7 443 typ host tcptype passive\r\n"));
    buf_clear(&out);
    x.first = false;
    sdp_answer_media(&out, &a, &x);
    CHECK(!says(&out, "candidate") && says(&out, "a=ice-ufrag:Aufrag01\r\n"));
    buf_done(&out);
}

TEST(repeats_and_feedback_go_with_their_codec)
{
    const struct sdp_media m = line_of(SDP_VIDEO, SDP_RECVONLY);
    struct sdp_codec second = rtx;
    const struct sdp_answer a = base();
    struct buf out = {0};

    second.fmtp = span_str("apt=96");
    const struct sdp_accept x = {
        .media = &m,
        .codecs = {&vp8, &second},
        .codec_count = 2,
        .extensions = {[RTPEXT_MID] = true, [RTPEXT_CVO] = true},
        .stream = {.name = span_str("p3"), .ssrc = 5, .rtx_ssrc = 6},
    };
    sdp_answer_media(&out, &a, &x);
    CHECK(says(&out, "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n") && says(&out, "a=mid:m1\r\n"));
    CHECK(says(&out, "a=rtcp-fb:96 nack\r\n") && says(&out, "a=rtcp-fb:96 nack pli\r\n"));
    CHECK(says(&out, "a=rtcp-fb:96 transport-cc\r\n") && !says(&out, "a=rtcp-fb:97"));
    CHECK(says(&out, "a=fmtp:97 apt=96\r\n") && says(&out, "a=ssrc-group:FID 5 6\r\n"));
    CHECK(says(&out, "a=msid:p3 p3v\r\n") && says(&out, "a=ssrc:6 cname:" SDP_CNAME "\r\n"));
    /* of the extensions those that were offered and are wanted */
    CHECK(says(&out, "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"));
    CHECK(!says(&out, "a=extmap:5") && !says(&out, "video-orientation"));
    buf_done(&out);
}

TEST(a_line_that_is_refused_keeps_its_place_and_is_not_bundled)
{
    struct sdp *offer = mem_new(struct sdp);
    const struct sdp_answer a = base();
    struct buf out = {0};

    offer->session = span_str("77");
    offer->media_count = 3;
    offer->media[0] = line_of(SDP_VIDEO, SDP_SENDONLY);
    offer->media[1] = line_of(SDP_OTHER, SDP_SENDRECV);
    offer->media[1].line = span_str("application 9 UDP/DTLS/SCTP webrtc-datachannel");
    offer->media[1].mid = span_str("data");
    offer->media[2] = line_of(SDP_AUDIO, SDP_SENDONLY);
    offer->media[2].rejected = true;
    offer->media[2].mid = span_str("gone");
    sdp_answer_begin(&out, offer);
    CHECK(says(&out, "o=- 77 2 IN IP4 127.0.0.1\r\n") && says(&out, "a=group:BUNDLE m1\r\n"));
    const struct sdp_accept x = {.media = &offer->media[1]};
    sdp_answer_media(&out, &a, &x);
    CHECK(says(&out, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
    CHECK(says(&out, "a=mid:data\r\na=inactive\r\n"));
    buf_done(&out);
    (void)mem_free(offer);
}
