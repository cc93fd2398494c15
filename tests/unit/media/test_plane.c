/* The door to the media of calls: what a page is answered. */
#include "media/plane.h"
#include "os/loop.h"
#include "support/test.h"

#include <string.h>

struct bench {
    struct loop *loop;
    struct media_loops *media;
    struct plane *plane;
    struct addr host; /* that the machine has now */
    struct buf answer;
};

static size_t hosts(struct addr ret[PLANE_HOSTS_MAX], void *arg)
{
    const struct bench *b = arg;

    ret[0] = b->host;
    return 1;
}

static void open_bench(struct bench *b)
{
    *b = (struct bench){.loop = loop_new()};
    CHECK_EQ(media_loops_new(0, 2, &b->media), 0);
    b->plane = plane_new(
        &(struct plane_conf){.loop = b->loop, .media = b->media, .hosts = hosts, .hosts_arg = b});
    plane_start(b->plane);
    media_loops_start(b->media);
}

static void close_bench(struct bench *b)
{
    media_loops_stop(b->media, b->loop);
    b->plane = plane_free(b->plane);
    b->media = media_loops_free(b->media, b->loop);
    buf_done(&b->answer);
    b->loop = loop_free(b->loop);
}

static void on_answer(int rc, struct span text, void *arg)
{
    struct bench *b = arg;

    CHECK_EQ(rc, 0);
    buf_done(&b->answer);
    buf_add_span(&b->answer, text);
    loop_stop(b->loop);
}

static const char *answered(struct bench *b)
{
    static const char offer[] =
        "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3\r\n"
        "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\n"
        "a=fingerprint:sha-256 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:"
        "AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB\r\n"
#define MEDIA(kind, type, mid, format)                                                             \
    "m=" kind " 9 UDP/TLS/RTP/SAVPF " type "\r\nc=IN IP4 0.0.0.0\r\na=mid:" mid                    \
    "\r\na=sendonly\r\na=rtcp-mux\r\na=rtpmap:" type " " format "\r\n"
        MEDIA("audio", "111", "0", "opus/48000/2") MEDIA("video", "96", "1", "VP8/90000")
            MEDIA("video", "96", "2", "VP8/90000") MEDIA("audio", "111", "3", "opus/48000/2");
    const struct plane_offer o = {
        .room = {"room"}, .leg = {"leg"}, .number = 1, .sdp = span_str(offer)};

    plane_connect(b->plane, &o, on_answer, b);
    loop_run(b->loop);
    return buf_cstr(&b->answer);
}

/* A machine whose network was not there at the start, or that has moved to another. */
TEST(a_page_is_offered_the_addresses_of_now)
{
    struct bench b;

    open_bench(&b);
    b.host = (struct addr){.ip = {192, 0, 2, 1}, .family = 4};
    CHECK(strstr(answered(&b), " 192.0.2.1 "));
    b.host.ip[3] = 2;
    CHECK(strstr(answered(&b), " 192.0.2.2 "));
    CHECK(!strstr(answered(&b), " 192.0.2.1 "));
    close_bench(&b);
}
