#include "media/negotiate.h"

#include <errno.h>
#include <stdio.h>

enum { SENDING = PLANE_SOURCES }; /* m-lines before the slots */

static const enum sdp_kind kinds[SENDING] = {
    [PLANE_MIC] = SDP_AUDIO,
    [PLANE_CAMERA] = SDP_VIDEO,
    [PLANE_SCREEN] = SDP_VIDEO,
    [PLANE_SCREEN_AUDIO] = SDP_AUDIO,
};

static void copy_name(char *out, size_t cap, struct span s)
{
    (void)snprintf(out, cap, "%.*s", SPAN_ARG(s));
}

static bool wants(const struct sdp_media *m)
{
    return m->direction == SDP_RECVONLY || m->direction == SDP_SENDRECV;
}

/* "111/111": what its blocks are (RFC 2198, 5). */
static bool red_of_opus(const struct sdp_codec *red, uint8_t opus)
{
    struct span rest = red->fmtp;
    struct span type;
    uint64_t n;

    if (rest.len == 0)
        return false;
    while (span_split(&rest, '/', &type)) {
        if (span_u64(type, 127, &n) != 0 || n != opus)
            return false;
    }
    return true;
}

/* Payload types are the same on all lines of a bundle (RFC 9143, 9.1); ids of extensions with browsers as well, but not all
 * others give sound and video the same. */
static void learn(const struct sdp_media *m, struct terms *t)
{
    const struct sdp_codec *opus = sdp_codec_of(m, SDP_OPUS);
    const struct sdp_codec *red = sdp_codec_of(m, SDP_RED);
    const struct sdp_codec *vp8 = sdp_codec_of(m, SDP_VP8);
    const struct sdp_codec *rtx = vp8 ? sdp_rtx_of(m, vp8) : NULL;

    if (m->kind == SDP_AUDIO && opus && t->opus == 0)
        t->opus = opus->payload_type;
    if (m->kind == SDP_AUDIO && red && t->red == 0 && red_of_opus(red, t->opus))
        t->red = red->payload_type;
    if (m->kind == SDP_VIDEO && vp8 && t->vp8 == 0) {
        t->vp8 = vp8->payload_type;
        t->vp8_rtx = rtx ? rtx->payload_type : 0;
    }
    if (m->extensions[RTPEXT_TRANSPORT_CC] != 0)
        t->numbered[m->kind == SDP_VIDEO] = true;
    struct rtpext_ids *ids = &t->ids[m->kind == SDP_VIDEO];
    for (int e = 0; e < RTPEXT_COUNT_; e++) {
        if (ids->id[e] == 0)
            ids->id[e] = m->extensions[e];
    }
}

static int learn_source(const struct sdp_media *m, enum plane_source kind, struct terms *t,
                        const char **ret_why)
{
    if (m->kind != kinds[kind]) {
        *ret_why = "the first m-lines must be microphone, camera, screen and its sound";
        return -EBADMSG;
    }
    copy_name(t->mid[kind], sizeof(t->mid[kind]), m->mid);
    if (kind != PLANE_CAMERA)
        return 0;
    t->rids = (uint8_t)m->rid_count;
    for (size_t i = 0; i < m->rid_count; i++)
        copy_name(t->rid[i], sizeof(t->rid[i]), m->rids[i]);
    return 0;
}

static int learn_slot(const struct sdp_media *m, size_t i, const char **ret_why)
{
    const enum sdp_kind kind = i % 2 == 0 ? SDP_AUDIO : SDP_VIDEO;

    if (m->kind == kind)
        return 0;
    *ret_why = "the m-lines behind the first four must be pairs of audio and video";
    return -EBADMSG;
}

int negotiate_terms(const struct sdp *offer, struct terms *ret, const char **ret_why)
{
    struct terms t = {0};
    int rc = 0;

    for (size_t i = 0; i < offer->media_count && rc == 0; i++) {
        const struct sdp_media *m = &offer->media[i];
        rc = i < SENDING ? learn_source(m, (enum plane_source)i, &t, ret_why)
                         : learn_slot(m, i - SENDING, ret_why);
        learn(m, &t);
    }
    if (rc)
        return rc;
    t.pairs = offer->media_count > SENDING ? (offer->media_count - SENDING) / 2 : 0;
    if (offer->media_count < SENDING || t.pairs > PLANE_PAIRS_MAX) {
        *ret_why = "there are too few or too many m-lines";
        return -EBADMSG;
    }
    if (t.opus == 0 || t.vp8 == 0) {
        *ret_why = "opus and VP8 must be offered";
        return -EBADMSG;
    }
    *ret = t;
    return 0;
}

static void accept_codec(struct sdp_accept *x, const struct sdp_codec *c)
{
    if (c)
        x->codecs[x->codec_count++] = c;
}

/* Sound as its page wants to send it, as it has put them in order. */
static void accept_sound(struct sdp_accept *x, const struct terms *t)
{
    for (size_t i = 0; i < x->media->codec_count; i++) {
        const struct sdp_codec *c = &x->media->codecs[i];
        if (c->payload_type == t->opus || (t->red != 0 && c->payload_type == t->red))
            accept_codec(x, c);
    }
}

/* The room speaks opus and VP8, so that everybody understands everybody; and opus twice over, to whom that helps. */
static void accept_codecs(struct sdp_accept *x, const struct terms *t)
{
    const struct sdp_codec *vp8 = sdp_codec_of(x->media, SDP_VP8);

    if (x->media->kind == SDP_AUDIO) {
        accept_sound(x, t);
    } else if (x->media->kind == SDP_VIDEO && vp8) {
        accept_codec(x, vp8);
        accept_codec(x, sdp_rtx_of(x->media, vp8));
    }
}

static void accept_extensions(struct sdp_accept *x)
{
    const bool video = x->media->kind == SDP_VIDEO;

    x->extensions[RTPEXT_MID] = true;
    x->extensions[RTPEXT_TRANSPORT_CC] = true;
    x->extensions[RTPEXT_AUDIO_LEVEL] = !video;
    x->extensions[RTPEXT_RID] = video;
    x->extensions[RTPEXT_RRID] = video;
    x->extensions[RTPEXT_CVO] = video;
}

static void put_slot(const struct peer *p, size_t i, struct sdp_accept *x, char name[8])
{
    const bool video = i % 2 != 0;
    const struct slot *s = video ? &p->video[i / 2] : &p->audio[i / 2];

    (void)snprintf(name, 8, "p%u", (unsigned)(i / 2));
    x->stream = (struct sdp_stream){.name = span_str(name), .ssrc = s->ssrc};
    if (video && p->terms.vp8_rtx != 0)
        x->stream.rtx_ssrc = s->rtx_ssrc;
}

void negotiate_answer(const struct sdp *offer, const struct peer *p, const struct sdp_answer *a,
                      struct buf *out)
{
    sdp_answer_begin(out, offer);
    for (size_t i = 0; i < offer->media_count; i++) {
        struct sdp_accept x = {.first = i == 0, .media = &offer->media[i]};
        char name[8];

        accept_codecs(&x, &p->terms);
        accept_extensions(&x);
        if (i >= SENDING && wants(x.media))
            put_slot(p, i - SENDING, &x, name);
        sdp_answer_media(out, a, &x);
    }
}
