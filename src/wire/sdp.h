/*
 * sdp - session descriptions (RFC 8866) as browsers offer them (RFC 8829), and the answer to one.
 *
 * Reading keeps what the media plane decides by, and passes over the rest; text stays where it stands.  Writing
 * puts down what has been decided, in the order of the offer's m-lines.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "base/addr.h"
#include "base/buf.h"
#include "wire/rtpext.h"

enum {
    SDP_MAX = 100 * 1024, /* bytes of an offer */
    SDP_LINE_MAX = 4096,
    SDP_MEDIA_MAX = 104, /* m-lines */
    SDP_CODECS_MAX = 24, /* that we know, of one m-line */
    SDP_RIDS_MAX = 3,
    SDP_RID_LEN = 16,
    SDP_MID_LEN = 16,
    SDP_UFRAG_LEN = 256, /* RFC 8839, 5.4 */
    SDP_FINGERPRINT = 32,
};

/* Of all that the answer sends; RTCP says the same. */
#define SDP_CNAME "convene"

enum sdp_kind { SDP_AUDIO, SDP_VIDEO, SDP_OTHER };

enum sdp_direction { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };

enum sdp_codec_kind { SDP_OPUS, SDP_RED, SDP_VP8, SDP_VP9, SDP_H264, SDP_RTX };

struct sdp_codec {
    enum sdp_codec_kind kind;
    uint8_t payload_type;
    uint8_t apt; /* of SDP_RTX: whose packets it repeats */
    struct span fmtp;
};

struct sdp_media {
    enum sdp_kind kind;
    enum sdp_direction direction;
    bool rejected; /* port 0 */
    bool rtcp_mux;
    struct span line; /* "audio 9 UDP/TLS/RTP/SAVPF 111 63": for refusing it */
    struct span mid;
    size_t codec_count;
    struct sdp_codec codecs[SDP_CODECS_MAX];
    uint8_t extensions[RTPEXT_COUNT_]; /* ids; 0: not offered */
    size_t rid_count;                  /* of simulcast that it sends, best last */
    struct span rids[SDP_RIDS_MAX];
};

struct sdp {
    struct span session; /* id of the o-line: the same for later offers of a PeerConnection */
    struct span ufrag;
    struct span pwd;
    uint8_t fingerprint[SDP_FINGERPRINT]; /* SHA-256 of the certificate */
    bool has_fingerprint;
    bool can_be_active; /* a=setup: the offerer may begin DTLS */
    size_t media_count;
    struct sdp_media media[SDP_MEDIA_MAX];
};

/* -EBADMSG with a sentence in *ret_why; ret points into text. */
int sdp_parse(struct span text, struct sdp *ret, const char **ret_why);

/* NULL: none. */
const struct sdp_codec *sdp_codec_of(const struct sdp_media *m, enum sdp_codec_kind kind);
/* Its retransmissions; NULL. */
const struct sdp_codec *sdp_rtx_of(const struct sdp_media *m, const struct sdp_codec *c);

/* An answer being written. */
struct sdp_answer {
    const char *ufrag;
    const char *pwd;
    const char *fingerprint; /* SHA-256, "AB:CD:…" */
    const struct addr *hosts;
    size_t host_count;
    uint16_t udp_port;
    uint16_t tcp_port; /* 0: none */
};

struct sdp_stream {
    struct span
        name; /* of the stream (msid); tracks of one are played in step; SPAN_NONE: nothing is sent */
    uint32_t ssrc;
    uint32_t rtx_ssrc; /* 0: none */
};

/* What is accepted of one m-line. */
struct sdp_accept {
    bool first;                    /* it carries the candidates of the bundle */
    const struct sdp_media *media; /* as offered */
    const struct sdp_codec
        *codecs[SDP_CODECS_MAX]; /* in order of preference; none: the line is refused */
    size_t codec_count;
    bool extensions[RTPEXT_COUNT_]; /* those offered of these */
    struct sdp_stream stream;
};

void sdp_answer_begin(struct buf *out, const struct sdp *offer);
/* For each m-line of the offer, in its order. */
void sdp_answer_media(struct buf *out, const struct sdp_answer *a, const struct sdp_accept *x);
