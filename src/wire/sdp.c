#include "wire/sdp.h"

#include <errno.h>

static const char *const codec_names[] = {
    [SDP_OPUS] = "opus", [SDP_RED] = "red",   [SDP_VP8] = "VP8",
    [SDP_VP9] = "VP9",   [SDP_H264] = "H264", [SDP_RTX] = "rtx",
};

struct reader {
    struct sdp *out;
    struct sdp_media *media; /* the m-line that lines belong to; NULL: the session */
    const char *why;
};

static int fail(struct reader *r, const char *why)
{
    r->why = why;
    return -EBADMSG;
}

static bool take_prefix(struct span *s, const char *with)
{
    if (!span_starts(*s, with))
        return false;
    *s = span_sub(*s, strlen(with), s->len);
    return true;
}

static bool number(struct span s, uint64_t max, uint64_t *ret)
{
    return span_u64(s, max, ret) == 0;
}

static struct sdp_codec *codec_by_pt(struct sdp_media *m, uint64_t pt)
{
    for (size_t i = 0; i < m->codec_count; i++) {
        if (m->codecs[i].payload_type == pt)
            return &m->codecs[i];
    }
    return NULL;
}

/* "audio 9 UDP/TLS/RTP/SAVPF 111 63": an answer that refuses it says the same again. */
static int read_media_line(struct reader *r, struct span value)
{
    struct sdp *o = r->out;
    struct span rest = value;
    struct span kind;
    struct span port;
    struct span profile;

    if (o->media_count == SDP_MEDIA_MAX)
        return fail(r, "there are too many m-lines");
    if (!span_split(&rest, ' ', &kind) || !span_split(&rest, ' ', &port) ||
        !span_split(&rest, ' ', &profile) || rest.len == 0)
        return fail(r, "an m-line is not whole");
    r->media = &o->media[o->media_count++];
    *r->media = (struct sdp_media){.line = value};
    r->media->kind = span_is(kind, "audio")   ? SDP_AUDIO
                     : span_is(kind, "video") ? SDP_VIDEO
                                              : SDP_OTHER;
    r->media->rejected = span_is(port, "0");
    return 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "sha-256 AB:CD:…" (RFC 8122, 5); other hashes are passed over. */
static int read_fingerprint(struct reader *r, struct span value)
{
    struct sdp *o = r->out;
    struct span hash;

    if (!span_split(&value, ' ', &hash))
        return fail(r, "a fingerprint is not whole");
    if (!span_eq_nocase(hash, span_str("sha-256")) || o->has_fingerprint)
        return 0;
    if (value.len != SDP_FINGERPRINT * 3 - 1)
        return fail(r, "a fingerprint has not the length of its hash");
    for (size_t i = 0; i < SDP_FINGERPRINT; i++) {
        const int high = hex_digit(value.p[i * 3]);
        const int low = hex_digit(value.p[i * 3 + 1]);
        if (high < 0 || low < 0)
            return fail(r, "a fingerprint has other characters than hexadecimal ones");
        o->fingerprint[i] = (uint8_t)(high << 4 | low);
    }
    o->has_fingerprint = true;
    return 0;
}

/* "111 opus/48000/2" */
static int read_rtpmap(struct reader *r, struct span value)
{
    struct sdp_media *m = r->media;
    struct span pt;
    struct span name;
    uint64_t type;

    if (!m || !span_split(&value, ' ', &pt) || !number(pt, 127, &type) ||
        !span_split(&value, '/', &name))
        return fail(r, "an rtpmap is not whole");
    for (size_t k = 0; k < sizeof(codec_names) / sizeof(codec_names[0]); k++) {
        if (!span_eq_nocase(name, span_str(codec_names[k])))
            continue;
        if (m->codec_count == SDP_CODECS_MAX)
            return fail(r, "an m-line has too many codecs");
        m->codecs[m->codec_count++] =
            (struct sdp_codec){.kind = (enum sdp_codec_kind)k, .payload_type = (uint8_t)type};
    }
    return 0;
}

static void read_fmtp(struct reader *r, struct span value)
{
    struct span pt;
    uint64_t n;

    if (!r->media || !span_split(&value, ' ', &pt) || !number(pt, 127, &n))
        return;
    struct sdp_codec *c = codec_by_pt(r->media, n);
    if (!c)
        return;
    c->fmtp = value;
    struct span apt = value;
    if (c->kind == SDP_RTX && take_prefix(&apt, "apt=") && number(apt, 127, &n))
        c->apt = (uint8_t)n;
}

/* "4 uri" or "4/sendrecv uri attributes" (RFC 8285, 5). */
static void read_extmap(struct reader *r, struct span value)
{
    struct span id;
    struct span uri;
    struct span only;
    uint64_t n;

    if (!r->media || !span_split(&value, ' ', &id) || !span_split(&value, ' ', &uri) ||
        !span_split(&id, '/', &only) || !number(only, RTPEXT_ID_MAX, &n) || n == 0)
        return;
    const enum rtpext e = rtpext_by_uri(uri);
    if (e != RTPEXT_COUNT_)
        r->media->extensions[e] = (uint8_t)n;
}

/* "send l;m;h": each may be one of several alternatives ("l,x"), or paused ("~l") (RFC 8853, 5.1). */
static int read_simulcast(struct reader *r, struct span value)
{
    struct span rid;

    if (!r->media || !take_prefix(&value, "send "))
        return 0;
    value = span_sub(value, 0, span_find(value, ' '));
    while (span_split(&value, ';', &rid)) {
        rid = span_sub(rid, 0, span_find(rid, ','));
        (void)take_prefix(&rid, "~");
        if (r->media->rid_count == SDP_RIDS_MAX || rid.len == 0 || rid.len > SDP_RID_LEN)
            return fail(r, "there are more than three encodings, or one without a name");
        r->media->rids[r->media->rid_count++] = rid;
    }
    return 0;
}

static bool read_direction(struct sdp_media *m, struct span a)
{
    static const char *const names[] = {[SDP_SENDRECV] = "sendrecv",
                                        [SDP_SENDONLY] = "sendonly",
                                        [SDP_RECVONLY] = "recvonly",
                                        [SDP_INACTIVE] = "inactive"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (m && span_is(a, names[i])) {
            m->direction = (enum sdp_direction)i;
            return true;
        }
    }
    return false;
}

static int read_attribute(struct reader *r, struct span a)
{
    struct sdp *o = r->out;

    if (read_direction(r->media, a))
        return 0;
    if (take_prefix(&a, "ice-ufrag:")) {
        o->ufrag = o->ufrag.p ? o->ufrag : a;
        return a.len <= SDP_UFRAG_LEN ? 0 : fail(r, "ice-ufrag is too long");
    }
    if (take_prefix(&a, "ice-pwd:")) {
        o->pwd = o->pwd.p ? o->pwd : a;
        return a.len <= SDP_UFRAG_LEN ? 0 : fail(r, "ice-pwd is too long");
    }
    if (take_prefix(&a, "fingerprint:"))
        return read_fingerprint(r, a);
    if (take_prefix(&a, "setup:")) {
        o->can_be_active = o->can_be_active || span_is(a, "actpass") || span_is(a, "active");
        return 0;
    }
    if (take_prefix(&a, "mid:")) {
        if (!r->media || a.len == 0 || a.len > SDP_MID_LEN)
            return fail(r, "a mid is empty or too long");
        r->media->mid = a;
        return 0;
    }
    if (take_prefix(&a, "rtpmap:"))
        return read_rtpmap(r, a);
    if (take_prefix(&a, "simulcast:"))
        return read_simulcast(r, a);
    if (take_prefix(&a, "fmtp:")) {
        read_fmtp(r, a);
    } else if (take_prefix(&a, "extmap:")) {
        read_extmap(r, a);
    } else if (r->media && span_is(a, "rtcp-mux")) {
        r->media->rtcp_mux = true;
    }
    return 0;
}

/* "- 4858 2 IN IP4 127.0.0.1" */
static int read_origin(struct reader *r, struct span value)
{
    struct span name;

    if (!span_split(&value, ' ', &name) || !span_split(&value, ' ', &r->out->session))
        return fail(r, "the o-line is not whole");
    return 0;
}

/* RFC 8866, 5: a line is text; some of it comes back in the answer. */
static bool is_text(struct span line)
{
    for (size_t i = 0; i < line.len; i++) {
        if ((uint8_t)line.p[i] < ' ' && line.p[i] != '\t')
            return false;
    }
    return true;
}

static int read_line(struct reader *r, struct span line)
{
    if (!is_text(line))
        return fail(r, "a line has control characters");
    if (line.len < 2 || line.p[1] != '=')
        return fail(r, "a line does not begin with a letter and =");
    const struct span value = span_sub(line, 2, line.len);
    switch (line.p[0]) {
    case 'o': return read_origin(r, value);
    case 'm': return read_media_line(r, value);
    case 'a': return read_attribute(r, value);
    default: return 0;
    }
}

static int check(struct reader *r)
{
    const struct sdp *o = r->out;

    if (o->media_count == 0)
        return fail(r, "there is no m-line");
    if (o->ufrag.len < 4 || o->pwd.len < 22)
        return fail(r, "ice-ufrag or ice-pwd is missing or too short");
    if (!o->has_fingerprint)
        return fail(r, "there is no fingerprint with sha-256");
    if (!o->can_be_active)
        return fail(r, "a=setup must let the offering side begin DTLS (actpass or active)");
    for (size_t i = 0; i < o->media_count; i++) {
        if (o->media[i].mid.len == 0)
            return fail(r, "an m-line has no mid");
    }
    return 0;
}

int sdp_parse(struct span text, struct sdp *ret, const char **ret_why)
{
    struct reader r = {.out = ret};
    struct span line;
    int rc = 0;

    *ret = (struct sdp){0};
    if (text.len > SDP_MAX)
        rc = fail(&r, "it is too long");
    if (rc == 0 && !span_starts(text, "v=0"))
        rc = fail(&r, "it does not begin with v=0");
    while (rc == 0 && span_split(&text, '\n', &line)) {
        if (line.len > 0 && line.p[line.len - 1] == '\r')
            line.len--;
        if (line.len > SDP_LINE_MAX) {
            rc = fail(&r, "a line is too long");
        } else if (line.len > 0) {
            rc = read_line(&r, line);
        }
    }
    if (rc == 0)
        rc = check(&r);
    *ret_why = r.why;
    return rc;
}

const struct sdp_codec *sdp_codec_of(const struct sdp_media *m, enum sdp_codec_kind kind)
{
    for (size_t i = 0; i < m->codec_count; i++) {
        if (m->codecs[i].kind == kind)
            return &m->codecs[i];
    }
    return NULL;
}

const struct sdp_codec *sdp_rtx_of(const struct sdp_media *m, const struct sdp_codec *c)
{
    for (size_t i = 0; i < m->codec_count; i++) {
        if (m->codecs[i].kind == SDP_RTX && m->codecs[i].apt == c->payload_type)
            return &m->codecs[i];
    }
    return NULL;
}
