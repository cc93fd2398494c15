/*
 * Who gets what in a room: sound in slots, pictures as far as a line carries them, and what nobody watches.  The pages
 * are made by their offers; what comes from them is written where it would be noted, without a packet.
 */
#include "crypto/dtls.h"
#include "media/room.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

enum { PAIRS = 3, PEOPLE = 6, LOW = 100 * 1000, MID = 400 * 1000, HIGH = 1200 * 1000 };

static const int lines[PLANE_LAYERS] = {180, 360, 720};
static const uint32_t rates[PLANE_LAYERS] = {LOW, MID, HIGH};

struct hall {
    struct loop *main;
    struct media_loops *media;
    struct dtls_identity *identity;
    struct plane_conf conf;
    struct media_lane *lane;
    struct media_lane *lanes[1];
    struct room *room;
    usec_t now;
    size_t published; /* events that told what is watched */
    struct plane_event last;
};

static size_t no_hosts(struct addr ret[PLANE_HOSTS_MAX], void *arg)
{
    (void)ret;
    (void)arg;
    return 0;
}

static void on_event(const struct plane_event *e, void *arg)
{
    struct hall *h = arg;

    if (e->kind != PLANE_PUBLISH)
        return;
    h->published++;
    h->last = *e;
}

static void open_hall(struct hall *h)
{
    const struct id id = {"room"};

    *h = (struct hall){.main = loop_new(), .identity = dtls_identity_new(), .now = 100 * SEC};
    CHECK_OK(media_loops_new(0, 1, &h->media));
    h->conf = (struct plane_conf){.loop = h->main, .media = h->media, .hosts = no_hosts};
    h->lane = h->lanes[0] =
        media_lane_new(&(struct media_lane_conf){.loop = media_loops_loop(h->media, 0),
                                                 .datagrams = media_loops_datagrams(h->media, 0),
                                                 .lanes = h->lanes,
                                                 .count = 1,
                                                 .identity = h->identity,
                                                 .plane = &h->conf,
                                                 .main = h->main,
                                                 .event = on_event,
                                                 .event_arg = h});
    h->room = room_new(h->lane, &id);
}

static void close_hall(struct hall *h)
{
    loop_run_posted(h->main);
    h->room = room_free(h->room);
    h->lane = media_lane_free(h->lane);
    h->media = media_loops_free(h->media, h->main);
    h->identity = dtls_identity_free(h->identity);
    h->main = loop_free(h->main);
}

static void add_line(struct buf *offer, int mid, const char *kind, const char *direction)
{
    const bool audio = strcmp(kind, "audio") == 0;

    buf_printf(offer, "m=%s 9 UDP/TLS/RTP/SAVPF %d\r\nc=IN IP4 0.0.0.0\r\na=mid:%d\r\n", kind,
               audio ? 111 : 96, mid);
    buf_printf(offer, "a=%s\r\na=rtcp-mux\r\na=rtpmap:%s\r\n", direction,
               audio ? "111 opus/48000/2" : "96 VP8/90000");
}

/* The nth who comes. */
static struct peer *come(struct hall *h, int nth)
{
    static const char *const sent[] = {"audio", "video", "video", "audio"};
    struct plane_offer o = {.number = (uint16_t)nth};
    struct buf offer = {0};
    struct buf answer = {0};

    (void)snprintf(o.leg.s, sizeof(o.leg.s), "leg-%d", nth);
    buf_printf(&offer, "v=0\r\no=- %d 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", nth);
    buf_add_str(&offer, "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
                        "a=setup:actpass\r\na=fingerprint:sha-256 AB");
    for (int i = 1; i < SDP_FINGERPRINT; i++)
        buf_add_str(&offer, ":AB");
    buf_add_str(&offer, "\r\n");
    for (int i = 0; i < PLANE_SOURCES; i++)
        add_line(&offer, i, sent[i], "sendonly");
    for (int i = 0; i < PAIRS; i++) {
        add_line(&offer, PLANE_SOURCES + 2 * i, "audio", "recvonly");
        add_line(&offer, PLANE_SOURCES + 2 * i + 1, "video", "recvonly");
    }
    o.sdp = buf_span(&offer);
    CHECK_OK(room_connect(h->room, &o, (uint64_t)nth, &answer));
    buf_done(&offer);
    buf_done(&answer);
    return room_peer(h->room, &o.leg);
}

static void speaks(struct peer *p, uint32_t loud)
{
    p->sources[PLANE_MIC].encodings[0].bound = true;
    p->sources[PLANE_MIC].loud = loud;
}

static void films(struct hall *h, struct peer *p)
{
    for (int i = 0; i < PLANE_LAYERS; i++) {
        struct encoding *e = &p->sources[PLANE_CAMERA].encodings[i];
        e->bound = true;
        e->last_at = h->now;
        e->rate = rates[i];
        e->height = (uint16_t)lines[i];
    }
}

static void shares(struct hall *h, struct peer *p)
{
    struct encoding *e = &p->sources[PLANE_SCREEN].encodings[0];

    e->bound = true;
    e->last_at = h->now;
    e->rate = MID;
}

/* What the line of one carries from now on. */
static void carries(struct peer *p, uint32_t rate)
{
    p->terms.numbered[true] = true;
    p->line.estimate.full_once = true;
    p->line.estimate.rate = rate;
}

static void looks(struct hall *h, struct peer *p, const struct plane_want *wants, size_t n)
{
    room_view(h->room, &p->leg, wants, n);
    room_give_pictures(h->room, p, h->now);
}

static const struct peer *heard_in(const struct peer *to, size_t slot)
{
    return to->audio[slot].source ? to->audio[slot].source->peer : NULL;
}

static size_t hears(const struct peer *to, const struct peer *from)
{
    size_t n = 0;

    for (size_t i = 0; i < PLANE_PAIRS_MAX; i++)
        n += heard_in(to, i) == from;
    return n;
}

TEST(each_hears_all_others_once_and_not_themselves)
{
    struct hall h;
    struct peer *p[3];

    open_hall(&h);
    for (int i = 0; i < 3; i++)
        speaks(p[i] = come(&h, i + 1), 50 * 256);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++)
            room_give_sound(h.room, p[i], h.now);
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 3; k++)
                CHECK_EQ(hears(p[i], p[k]), i != k);
        }
    }
    close_hall(&h);
}

TEST(who_is_muted_makes_room)
{
    static const bool off[PLANE_SOURCES] = {0};
    struct hall h;

    open_hall(&h);
    struct peer *a = come(&h, 1);
    struct peer *b = come(&h, 2);
    speaks(b, 50 * 256);
    room_give_sound(h.room, a, h.now);
    CHECK_EQ(hears(a, b), 1);
    room_sources(h.room, &b->leg, off);
    room_give_sound(h.room, a, h.now);
    CHECK_EQ(hears(a, b), 0);
    close_hall(&h);
}

TEST(of_many_the_clearly_loudest_are_heard)
{
    struct hall h;
    struct peer *p[PEOPLE];

    open_hall(&h);
    for (int i = 0; i < PEOPLE; i++)
        speaks(p[i] = come(&h, i + 1), 40 * 256);
    room_give_sound(h.room, p[0], h.now);
    for (int i = 1; i < PEOPLE; i++)
        CHECK_EQ(hears(p[0], p[i]), i <= PAIRS);
    /* a little louder is not enough to take a place, much is: that of the quietest */
    p[5]->sources[PLANE_MIC].loud = 45 * 256;
    p[2]->sources[PLANE_MIC].loud = 39 * 256;
    room_give_sound(h.room, p[0], h.now);
    CHECK_EQ(hears(p[0], p[5]), 0);
    p[5]->sources[PLANE_MIC].loud = 60 * 256;
    room_give_sound(h.room, p[0], h.now);
    CHECK_EQ(hears(p[0], p[5]), 1);
    CHECK_EQ(hears(p[0], p[2]), 0);
    CHECK_EQ(hears(p[0], p[1]) + hears(p[0], p[3]), 2);
    close_hall(&h);
}

TEST(sound_stands_beside_its_picture)
{
    struct hall h;

    open_hall(&h);
    struct peer *a = come(&h, 1);
    struct peer *b = come(&h, 2);
    struct peer *c = come(&h, 3);
    const struct plane_want wants[] = {{b->leg, 2, PLANE_CAMERA, 180},
                                       {c->leg, 0, PLANE_CAMERA, 180}};
    speaks(b, 50 * 256);
    speaks(c, 50 * 256);
    films(&h, b);
    films(&h, c);
    looks(&h, a, wants, 2);
    room_give_sound(h.room, a, h.now);
    CHECK(heard_in(a, 2) == b);
    CHECK(heard_in(a, 0) == c);
    close_hall(&h);
}

TEST(nobody_is_shown_themselves_or_somebody_who_is_not_there)
{
    struct hall h;

    open_hall(&h);
    struct peer *a = come(&h, 1);
    struct peer *b = come(&h, 2);
    const struct plane_want wants[] = {{a->leg, 0, PLANE_CAMERA, 180},
                                       {{"nobody"}, 1, PLANE_CAMERA, 180},
                                       {b->leg, PAIRS, PLANE_CAMERA, 180},
                                       {b->leg, 2, PLANE_CAMERA, 180}};
    films(&h, a);
    films(&h, b);
    looks(&h, a, wants, 4);
    CHECK(!a->video[0].source && !a->video[1].source && !a->video[PAIRS].source);
    CHECK(a->video[2].source == &b->sources[PLANE_CAMERA]);
    close_hall(&h);
}

TEST(a_picture_is_as_fine_as_its_tile)
{
    struct hall h;

    open_hall(&h);
    struct peer *a = come(&h, 1);
    struct peer *b = come(&h, 2);
    films(&h, b);
    for (int i = 0; i < PLANE_LAYERS; i++) {
        const struct plane_want want = {b->leg, 0, PLANE_CAMERA, (uint16_t)lines[i]};
        looks(&h, a, &want, 1);
        CHECK_EQ(a->video[0].want, i);
        CHECK(!a->video[0].weak);
    }
    close_hall(&h);
}

TEST(a_weak_line_has_the_screen_then_the_speaker_then_the_first)
{
    struct hall h;

    open_hall(&h);
    struct peer *a = come(&h, 1);
    struct peer *b = come(&h, 2);
    struct peer *c = come(&h, 3);
    const struct plane_want wants[] = {{b->leg, 0, PLANE_CAMERA, 180},
                                       {c->leg, 1, PLANE_CAMERA, 180},
                                       {b->leg, 2, PLANE_SCREEN, 720}};
    films(&h, b);
    films(&h, c);
    shares(&h, b);
    /* for the screen and one camera, with a tenth to rise */
    carries(a, (MID + LOW) * 115 / 100);
    looks(&h, a, wants, 3);
    CHECK(a->video[2].want == 0 && !a->video[2].weak);
    CHECK(a->video[0].want == 0 && !a->video[0].weak);
    CHECK(a->video[1].want == -1 && a->video[1].weak);
    h.room->dominant = c->leg;
    looks(&h, a, wants, 3);
    CHECK(a->video[2].want == 0 && !a->video[2].weak);
    CHECK(a->video[1].want == 0 && !a->video[1].weak);
    CHECK(a->video[0].want == -1 && a->video[0].weak);
    /* and what it lacks is known, for a probe */
    CHECK(a->line.lacks > MID + 2 * LOW);
    close_hall(&h);
}

TEST(a_line_that_was_never_full_pauses_nothing)
{
    struct hall h;

    open_hall(&h);
    struct peer *a = come(&h, 1);
    struct peer *b = come(&h, 2);
    const struct plane_want want = {b->leg, 0, PLANE_CAMERA, 720};
    films(&h, b);
    carries(a, LOW / 2);
    a->line.estimate.full_once = false;
    looks(&h, a, &want, 1);
    CHECK(a->video[0].want == PLANE_LOW && !a->video[0].weak);
    close_hall(&h);
}

TEST(sound_goes_before_all_pictures)
{
    struct hall h;

    open_hall(&h);
    struct peer *a = come(&h, 1);
    a->line.audio_at = h.now;
    /* a line that never tells is not held to anything */
    a->terms.numbered[true] = false;
    CHECK_EQ(peer_line_budget(a), UINT32_MAX);
    carries(a, 200 * 1000);
    CHECK_EQ(peer_line_budget(a), 200 * 1000);
    /* 50 packets a second of 250 bytes with their headers below RTP: 100 kbit/s, of which a tenth more is kept */
    for (int i = 1; i <= 50; i++)
        peer_line_sent(&a->line, 250 - 32, false, false, h.now + (usec_t)i * 20 * MSEC);
    CHECK_EQ(peer_line_budget(a), 90 * 1000);
    carries(a, 100 * 1000);
    CHECK_EQ(peer_line_budget(a), 0);
    close_hall(&h);
}

TEST(what_nobody_watches_is_switched_off_after_a_while_and_on_at_once)
{
    struct hall h;

    open_hall(&h);
    struct peer *a = come(&h, 1);
    struct peer *b = come(&h, 2);
    const struct plane_want fine = {b->leg, 0, PLANE_CAMERA, 720};
    const struct plane_want coarse = {b->leg, 0, PLANE_CAMERA, 180};
    films(&h, b);
    b->connected = true;
    looks(&h, a, &fine, 1);
    room_watch(h.room, h.now);
    loop_run_posted(h.main);
    CHECK_EQ(h.published, 1);
    CHECK(h.last.publish.layers[PLANE_HIGH] && h.last.publish.layers[PLANE_LOW]);
    CHECK(!h.last.publish.screen);
    looks(&h, a, &coarse, 1);
    room_watch(h.room, h.now);
    room_watch(h.room, h.now + ROOM_UNWATCHED - 1);
    loop_run_posted(h.main);
    CHECK_EQ(h.published, 1);
    room_watch(h.room, h.now + ROOM_UNWATCHED);
    loop_run_posted(h.main);
    CHECK_EQ(h.published, 2);
    CHECK(h.last.publish.layers[PLANE_LOW] && !h.last.publish.layers[PLANE_MID]);
    looks(&h, a, &fine, 1);
    room_watch(h.room, h.now + ROOM_UNWATCHED);
    loop_run_posted(h.main);
    CHECK_EQ(h.published, 3);
    CHECK(h.last.publish.layers[PLANE_HIGH]);
    b->connected = false; /* it has no keys to free */
    close_hall(&h);
}
