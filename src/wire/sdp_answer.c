#include "wire/sdp.h"

enum {
    HOST_PREFERENCE = 126, /* RFC 8445, 5.1.2.2: of host candidates */
    UDP_ABOVE_TCP = 0x4000,
};

void sdp_answer_begin(struct buf *out, const struct sdp *offer)
{
    buf_printf(out,
               "v=0\r\no=- %.*s 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n"
               "a=msid-semantic: WMS *\r\na=group:BUNDLE",
               SPAN_ARG(offer->session));
    for (size_t i = 0; i < offer->media_count; i++) {
        if (!offer->media[i].rejected && offer->media[i].kind != SDP_OTHER)
            buf_printf(out, " %.*s", SPAN_ARG(offer->media[i].mid));
    }
    buf_add_str(out, "\r\n");
}

static void put_candidate(struct buf *out, const struct addr *host, size_t nth, bool tcp,
                          uint16_t port)
{
    /* the first address first, UDP before TCP (RFC 8445, 5.1.2.1; RFC 6544, 4.2) */
    const unsigned local = (tcp ? 0U : UDP_ABOVE_TCP) + (0xffU - (unsigned)nth);
    const unsigned priority = (unsigned)HOST_PREFERENCE << 24 | local << 8 | 255U;

    buf_printf(out, "a=candidate:%u 1 %s %u ", (unsigned)nth * 2 + (tcp ? 2 : 1),
               tcp ? "tcp" : "udp", priority);
    addr_write_ip(out, host);
    buf_printf(out, " %u typ host%s\r\n", port, tcp ? " tcptype passive" : "");
}

static void put_transport(struct buf *out, const struct sdp_answer *a, bool first)
{
    buf_printf(out, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\n", a->ufrag,
               a->pwd, a->fingerprint);
    buf_add_str(out, "a=setup:passive\r\n");
    if (!first)
        return;
    for (size_t i = 0; i < a->host_count; i++) {
        put_candidate(out, &a->hosts[i], i, false, a->udp_port);
        if (a->tcp_port != 0)
            put_candidate(out, &a->hosts[i], i, true, a->tcp_port);
    }
    buf_add_str(out, "a=end-of-candidates\r\n");
}

static void put_codec(struct buf *out, const struct sdp_codec *c)
{
    const unsigned pt = c->payload_type;

    switch (c->kind) {
    case SDP_OPUS:
        buf_printf(out, "a=rtpmap:%u opus/48000/2\r\na=rtcp-fb:%u transport-cc\r\n", pt, pt);
        buf_printf(out, "a=fmtp:%u minptime=10;useinbandfec=1;usedtx=1\r\n", pt);
        return;
    case SDP_RED: buf_printf(out, "a=rtpmap:%u red/48000/2\r\n", pt); break;
    case SDP_RTX: buf_printf(out, "a=rtpmap:%u rtx/90000\r\n", pt); break;
    default:
        buf_printf(out, "a=rtpmap:%u %s/90000\r\n", pt,
                   c->kind == SDP_VP8   ? "VP8"
                   : c->kind == SDP_VP9 ? "VP9"
                                        : "H264");
        buf_printf(out, "a=rtcp-fb:%u nack\r\na=rtcp-fb:%u nack pli\r\n", pt, pt);
        buf_printf(out, "a=rtcp-fb:%u transport-cc\r\n", pt);
        break;
    }
    if (c->fmtp.len > 0)
        buf_printf(out, "a=fmtp:%u %.*s\r\n", pt, SPAN_ARG(c->fmtp));
}

static void put_direction(struct buf *out, const struct sdp_accept *x)
{
    const enum sdp_direction d = x->media->direction;
    const bool sends = x->stream.name.len > 0 && (d == SDP_SENDRECV || d == SDP_RECVONLY);
    const bool takes = d == SDP_SENDRECV || d == SDP_SENDONLY;

    buf_printf(out, "a=%s\r\n",
               sends && takes ? "sendrecv"
               : sends        ? "sendonly"
               : takes        ? "recvonly"
                              : "inactive");
}

static void put_simulcast(struct buf *out, const struct sdp_media *m)
{
    if (m->rid_count == 0)
        return;
    for (size_t i = 0; i < m->rid_count; i++)
        buf_printf(out, "a=rid:%.*s recv\r\n", SPAN_ARG(m->rids[i]));
    buf_add_str(out, "a=simulcast:recv ");
    for (size_t i = 0; i < m->rid_count; i++)
        buf_printf(out, "%s%.*s", i > 0 ? ";" : "", SPAN_ARG(m->rids[i]));
    buf_add_str(out, "\r\n");
}

static void put_stream(struct buf *out, const struct sdp_accept *x)
{
    const struct sdp_stream *s = &x->stream;

    if (s->name.len == 0)
        return;
    buf_printf(out, "a=msid:%.*s %.*s%c\r\n", SPAN_ARG(s->name), SPAN_ARG(s->name),
               x->media->kind == SDP_AUDIO ? 'a' : 'v');
    if (s->rtx_ssrc != 0)
        buf_printf(out, "a=ssrc-group:FID %u %u\r\n", s->ssrc, s->rtx_ssrc);
    buf_printf(out, "a=ssrc:%u cname:%s\r\n", s->ssrc, SDP_CNAME);
    if (s->rtx_ssrc != 0)
        buf_printf(out, "a=ssrc:%u cname:%s\r\n", s->rtx_ssrc, SDP_CNAME);
}

/* A line that is refused keeps its kind and profile, and its place (RFC 3264, 6). */
static void put_refused(struct buf *out, const struct sdp_media *m)
{
    struct span rest = m->line;
    struct span kind;
    struct span port;
    struct span profile;
    struct span format;

    if (!span_split(&rest, ' ', &kind) || !span_split(&rest, ' ', &port) ||
        !span_split(&rest, ' ', &profile) || !span_split(&rest, ' ', &format))
        return;
    buf_printf(out, "m=%.*s 0 %.*s %.*s\r\nc=IN IP4 0.0.0.0\r\na=mid:%.*s\r\na=inactive\r\n",
               SPAN_ARG(kind), SPAN_ARG(profile), SPAN_ARG(format), SPAN_ARG(m->mid));
}

void sdp_answer_media(struct buf *out, const struct sdp_answer *a, const struct sdp_accept *x)
{
    const struct sdp_media *m = x->media;

    if (x->codec_count == 0) {
        put_refused(out, m);
        return;
    }
    buf_printf(out, "m=%s 9 UDP/TLS/RTP/SAVPF", m->kind == SDP_AUDIO ? "audio" : "video");
    for (size_t i = 0; i < x->codec_count; i++)
        buf_printf(out, " %u", x->codecs[i]->payload_type);
    buf_printf(out, "\r\nc=IN IP4 0.0.0.0\r\na=mid:%.*s\r\n", SPAN_ARG(m->mid));
    put_transport(out, a, x->first);
    buf_add_str(out, "a=rtcp-mux\r\na=rtcp-rsize\r\n");
    put_direction(out, x);
    for (size_t i = 0; i < x->codec_count; i++)
        put_codec(out, x->codecs[i]);
    for (int e = 0; e < RTPEXT_COUNT_; e++) {
        if (x->extensions[e] && m->extensions[e] != 0)
            buf_printf(out, "a=extmap:%u %s\r\n", m->extensions[e], rtpext_uri((enum rtpext)e));
    }
    put_simulcast(out, m);
    put_stream(out, x);
}
