#include "base/mem.h"
#include "media/layers.h"
#include "media/source.h"
#include "support/test.h"

enum { FRAME_PACKETS = 3, FRAME_TICKS = 3000, WIDE = 0x7fff };

static struct source alice = {.kind = PLANE_CAMERA};
static struct source bob = {.kind = PLANE_CAMERA};

/* An encoding as its sender numbers it. */
struct sender {
    struct source *source;
    uint64_t seq;
    uint32_t timestamp;
    uint16_t picture_id;
    uint8_t tl0;
    uint8_t layer;
    bool narrow;
};

static struct sender sender(struct source *s, uint8_t layer, uint64_t seq)
{
    return (struct sender){
        s,     seq,  (uint32_t)seq * 7919, (uint16_t)(seq * 31 & WIDE), (uint8_t)(seq * 5),
        layer, false};
}

/* Packet i of n of the frame that begins at s->seq. */
static struct packet part(const struct sender *s, unsigned i, unsigned n, bool key)
{
    return (struct packet){.source = s->source,
                           .seq = s->seq + i,
                           .timestamp = s->timestamp,
                           .len = 100,
                           .layer = s->layer,
                           .marker = i + 1 == n,
                           .key = key && i == 0,
                           .has_vp8 = true,
                           .vp8 = {.picture_id = s->picture_id,
                                   .tl0_picidx = s->tl0,
                                   .has_picture_id = true,
                                   .wide = !s->narrow,
                                   .has_tl0 = true}};
}

static void frame_done(struct sender *s, unsigned n)
{
    s->seq += n;
    s->timestamp += FRAME_TICKS;
    s->picture_id = (s->picture_id + 1) & (s->narrow ? 0x7f : WIDE);
    s->tl0++;
}

/* A frame of one packet; did it go out? */
static bool frame(struct layers *l, struct sender *s, bool key, usec_t now, struct layers_out *o)
{
    const struct packet p = part(s, 0, 1, key);

    frame_done(s, 1);
    return layers_pass(l, &p, now, o);
}

TEST(a_picture_begins_with_a_key_frame)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 1, 0x10005);
    struct layers_out o;

    CHECK(!frame(l, &s, true, SEC, &o)); /* nothing is wanted */
    layers_want(l, &alice, 1);
    CHECK(!layers_going(l) && !layers_settled(l));
    CHECK(!frame(l, &s, false, SEC, &o));
    CHECK(frame(l, &s, true, SEC, &o));
    CHECK(layers_going(l) && layers_settled(l) && layers_current(l) == 1);
    CHECK(frame(l, &s, false, SEC, &o));
    layers_free(l);
}

TEST(what_is_not_wanted_does_not_go_out)
{
    struct layers *l = layers_new(true);
    struct sender low = sender(&alice, 0, 0x10005);
    struct sender other = sender(&bob, 0, 0x10005);
    struct layers_out o;

    layers_want(l, &alice, 0);
    CHECK(frame(l, &low, true, SEC, &o));
    CHECK(!frame(l, &other, true, SEC, &o));
    layers_want(l, NULL, 2);
    CHECK(!layers_going(l) && layers_settled(l));
    CHECK(!frame(l, &low, true, SEC, &o));
    layers_free(l);
}

TEST(the_old_encoding_goes_on_until_the_new_ones_key_frame)
{
    struct layers *l = layers_new(true);
    struct sender low = sender(&alice, 0, 0x10005);
    struct sender high = sender(&alice, 2, 0x19000);
    struct layers_out a;
    struct layers_out b;

    layers_want(l, &alice, 0);
    CHECK(frame(l, &low, true, SEC, &a));
    layers_want(l, &alice, 2);
    CHECK(!frame(l, &high, false, SEC, &b));
    CHECK(frame(l, &low, false, SEC + 33 * MSEC, &b));
    CHECK(b.seq == a.seq + 1 && b.timestamp == a.timestamp + FRAME_TICKS);
    CHECK(frame(l, &high, true, SEC + 66 * MSEC, &a));
    CHECK(a.seq == b.seq + 1 && a.timestamp == b.timestamp + 33 * 90);
    CHECK(a.picture_id == ((b.picture_id + 1) & WIDE) &&
          a.tl0_picidx == (uint8_t)(b.tl0_picidx + 1));
    CHECK(!frame(l, &low, true, SEC + 67 * MSEC, &b));
    /* and changing one's mind before it came costs nothing */
    layers_want(l, &alice, 0);
    layers_want(l, &alice, 2);
    CHECK(layers_settled(l) && frame(l, &high, false, SEC + 99 * MSEC, &b));
    CHECK(b.seq == a.seq + 1);
    layers_free(l);
}

TEST(a_frame_that_was_cut_off_leaves_a_number_out)
{
    struct layers *l = layers_new(true);
    struct sender low = sender(&alice, 0, 0x10005);
    struct sender high = sender(&alice, 2, 0x19000);
    const struct packet first = part(&low, 0, 2, true);
    struct layers_out a;
    struct layers_out b;

    layers_want(l, &alice, 0);
    CHECK(layers_pass(l, &first, SEC, &a) && !a.marker);
    layers_want(l, &alice, 2);
    CHECK(frame(l, &high, true, SEC, &b));
    CHECK_EQ(b.seq, a.seq + 2);
    layers_free(l);
}

TEST(another_persons_picture_follows_without_a_hole)
{
    struct layers *l = layers_new(true);
    struct sender a = sender(&alice, 0, 0x10005);
    struct sender b = sender(&bob, 0, 0x1fff0);
    struct layers_out x;
    struct layers_out y;
    struct layers_out again;
    uint64_t number;
    uint8_t layer;

    layers_want(l, &alice, 0);
    CHECK(frame(l, &a, true, SEC, &x));
    layers_want(l, &bob, 0);
    CHECK(!layers_going(l));
    /* what was alice's is not looked for among bob's packets */
    CHECK(!layers_again(l, (uint16_t)x.seq, 0, 2 * SEC, &layer, &number, &again));
    CHECK(!frame(l, &b, false, 3 * SEC, &y));
    CHECK(frame(l, &b, true, 3 * SEC, &y));
    CHECK(y.seq == x.seq + 1 && y.timestamp == x.timestamp + 2 * 90000);
    CHECK(y.picture_id == ((x.picture_id + 1) & WIDE));
    CHECK_EQ(layers_timestamp(l, b.timestamp), y.timestamp + FRAME_TICKS);
    layers_free(l);
}

TEST(a_picture_that_was_paused_begins_anew)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 1, 0x10005);
    struct layers_out a;
    struct layers_out b;

    layers_want(l, &alice, 1);
    CHECK(frame(l, &s, true, SEC, &a));
    layers_want(l, &alice, -1);
    for (int i = 0; i < 300; i++)
        CHECK(!frame(l, &s, i % 30 == 0, 2 * SEC, &b));
    layers_want(l, &alice, 1);
    CHECK(!layers_settled(l));
    CHECK(!frame(l, &s, false, 11 * SEC, &b)); /* of pictures that nobody has */
    CHECK(frame(l, &s, true, 11 * SEC, &b));
    CHECK(b.seq == a.seq + 1 && b.timestamp == a.timestamp + 10 * 90000);
    CHECK(b.picture_id == ((a.picture_id + 1) & WIDE));
    layers_free(l);
}

TEST(sound_changes_at_any_packet)
{
    struct layers *l = layers_new(false);
    struct packet a = {.source = &alice, .seq = 0x10005, .timestamp = 960, .len = 80};
    struct packet b = {.source = &bob, .seq = 0x10900, .timestamp = 77, .len = 80};
    struct layers_out x;
    struct layers_out y;

    layers_want(l, &alice, 0);
    CHECK(layers_pass(l, &a, SEC, &x) && x.marker);
    a.seq++;
    a.timestamp += 960;
    CHECK(layers_pass(l, &a, SEC + 20 * MSEC, &y) && !y.marker);
    CHECK(y.seq == x.seq + 1 && y.timestamp == x.timestamp + 960);
    layers_want(l, &bob, 0);
    CHECK(layers_pass(l, &b, SEC + 50 * MSEC, &x) && x.marker);
    CHECK(x.seq == y.seq + 1 && x.timestamp == y.timestamp + 30 * 48);
    layers_free(l);
}

TEST(padding_is_left_out_and_its_number_closed_up)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 0, 0x10005);
    struct layers_out before;
    struct layers_out o;

    layers_want(l, &alice, 0);
    CHECK(frame(l, &s, true, SEC, &before));
    for (unsigned i = 0; i < 100; i++) {
        struct packet p = part(&s, 0, 1, false);
        p.len = 0;
        for (unsigned k = 0; k < i % 3; k++, p.seq = ++s.seq)
            CHECK(!layers_pass(l, &p, SEC, &o));
        CHECK(frame(l, &s, false, SEC, &o));
        CHECK_EQ(o.seq, before.seq + 1);
        before = o;
    }
    layers_free(l);
}

TEST(padding_that_comes_late_takes_nothing_away)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 0, 0x10005);
    struct layers_out a;
    struct layers_out b;

    layers_want(l, &alice, 0);
    CHECK(frame(l, &s, true, SEC, &a));
    struct packet padding = part(&s, 0, 1, false);
    padding.len = 0;
    s.seq++;
    CHECK(frame(l, &s, false, SEC, &a));
    CHECK(!layers_pass(l, &padding, SEC, &b));
    CHECK(frame(l, &s, false, SEC, &b)); /* its number has not been given away */
    CHECK_EQ(b.seq, a.seq + 1);
    layers_free(l);
}

TEST(a_number_goes_out_once)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 0, 0x10005);
    const struct packet first = part(&s, 0, 1, true);
    struct layers_out o;

    layers_want(l, &alice, 0);
    CHECK(layers_pass(l, &first, SEC, &o));
    CHECK(!layers_pass(l, &first, SEC, &o));
    frame_done(&s, 1);
    const struct packet second = part(&s, 0, 1, false);
    for (int i = 0; i < LAYERS_SENT; i++)
        frame_done(&s, 1);
    CHECK(frame(l, &s, false, SEC, &o));
    CHECK(!layers_pass(l, &second, SEC, &o)); /* too old to be known */
    CHECK(!layers_pass(l, &first, SEC, &o));
    layers_free(l);
}

TEST(what_came_before_the_beginning_does_not_go_out)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 0, 0x10005);
    struct layers_out o;

    layers_want(l, &alice, 0);
    const struct packet before = part(&s, 0, 1, false);
    frame_done(&s, 1);
    CHECK(frame(l, &s, true, SEC, &o));
    CHECK(!layers_pass(l, &before, SEC, &o));
    layers_free(l);
}

TEST(a_packet_is_sent_again_as_it_was_and_not_too_often)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 2, 0x10005);
    const struct packet p = part(&s, 0, 1, true);
    struct layers_out sent;
    struct layers_out o;
    uint64_t number;
    uint8_t layer;
    usec_t now = SEC;

    layers_want(l, &alice, 2);
    CHECK(layers_pass(l, &p, now, &sent));
    const uint16_t seq = (uint16_t)sent.seq;
    CHECK(!layers_again(l, (uint16_t)(seq + 1), 0, now, &layer, &number, &o));
    CHECK(layers_again(l, seq, 0, now, &layer, &number, &o));
    CHECK(layer == 2 && number == p.seq && o.seq == sent.seq && o.timestamp == sent.timestamp);
    CHECK(o.picture_id == sent.picture_id && o.tl0_picidx == sent.tl0_picidx && o.marker);
    CHECK(!layers_again(l, seq, 0, now + LAYERS_PATIENCE - 1, &layer, &number, &o));
    now += LAYERS_PATIENCE;
    CHECK(!layers_again(l, seq, SEC, now, &layer, &number, &o)); /* a round trip is longer */
    CHECK(layers_again(l, seq, 0, now, &layer, &number, &o));
    CHECK(layers_again(l, seq, 0, now += SEC, &layer, &number, &o));
    CHECK(!layers_again(l, seq, 0, now + SEC, &layer, &number, &o));
    layers_free(l);
}

TEST(what_is_before_a_key_frame_is_not_sent_again)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 0, 0x10005);
    struct layers_out a;
    struct layers_out b;
    struct layers_out o;
    uint64_t number;
    uint8_t layer;

    layers_want(l, &alice, 0);
    CHECK(frame(l, &s, true, SEC, &a));
    CHECK(frame(l, &s, true, SEC, &b));
    CHECK(!layers_again(l, (uint16_t)a.seq, 0, 2 * SEC, &layer, &number, &o));
    CHECK(layers_again(l, (uint16_t)b.seq, 0, 2 * SEC, &layer, &number, &o));
    for (int i = 0; i < LAYERS_SENT; i++)
        CHECK(frame(l, &s, false, SEC, &o));
    CHECK(!layers_again(l, (uint16_t)b.seq, 0, 3 * SEC, &layer, &number, &o));
    layers_free(l);
}

TEST(a_picture_number_of_seven_bits_stays_one)
{
    struct layers *l = layers_new(true);
    struct sender s = sender(&alice, 0, 0x10005);
    struct layers_out a;
    struct layers_out b;

    s.narrow = true;
    s.picture_id = 0x70;
    layers_want(l, &alice, 0);
    CHECK(frame(l, &s, true, SEC, &a));
    for (int i = 0; i < 300; i++, a = b) {
        CHECK(frame(l, &s, false, SEC, &b));
        CHECK(b.picture_id == ((a.picture_id + 1) & 0x7f));
    }
    layers_free(l);
}

/* A source with three encodings on a line with loss and reordering, and a receiver that wants now this one, now that. */

enum { GO_FRAMES = 20000, TALLY = GO_FRAMES * FRAME_PACKETS * 2, APART = 8, OUT_MAX = 3 };

static uint64_t seed = 11;

static uint32_t some(uint32_t below)
{
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(seed >> 33) % below;
}

struct tally {
    uint64_t first;
    bool lost[TALLY]; /* numbers that the line took away */
    struct layers_out out[TALLY];
    unsigned begun[TALLY]; /* which beginning it belongs to */
    unsigned beginnings;
};

static void take_one(struct layers *l, struct tally *t, const struct packet *p, usec_t now)
{
    const int before = layers_current(l);
    struct layers_out o;

    if (!layers_pass(l, p, now, &o))
        return;
    if (t->first == 0)
        t->first = o.seq;
    const uint64_t i = o.seq - t->first;
    CHECK(i < TALLY);
    CHECK(t->out[i].seq == 0); /* a number goes out once */
    t->beginnings += layers_current(l) != before;
    t->begun[i] = t->beginnings;
    t->out[i] = o;
}

/* What the receiver sees, in the order of its numbers. */
static void check_stream(const struct tally *t, bool faultless, unsigned *ret_holes)
{
    const struct layers_out *last = NULL;
    unsigned part_of = 0;

    *ret_holes = 0;
    for (size_t i = 0; i < TALLY; i++) {
        const struct layers_out *o = &t->out[i];
        if (o->seq == 0)
            continue;
        if (last) {
            const uint64_t gap = o->seq - last->seq - 1;
            const bool anew = t->begun[i] != part_of;
            *ret_holes += gap > 0;
            if (faultless)
                CHECK(gap == 0 || (anew && gap == 1 && !last->marker));
            CHECK((int32_t)(o->timestamp - last->timestamp) >= 0);
            if (o->timestamp == last->timestamp)
                CHECK(!anew && o->picture_id == last->picture_id &&
                      o->tl0_picidx == last->tl0_picidx);
            else if (faultless)
                CHECK(o->picture_id == ((last->picture_id + 1) & WIDE) &&
                      o->tl0_picidx == (uint8_t)(last->tl0_picidx + 1));
            else
                CHECK((uint16_t)((o->picture_id - last->picture_id) & WIDE) < 100);
        }
        last = o;
        part_of = t->begun[i];
    }
    CHECK(last);
}

/* Packets of one frame of every encoding, in the order that they come in; how many. */
static size_t frames_of(struct sender *senders, bool key, bool bad_line, struct packet *ret)
{
    size_t n = 0;

    for (unsigned i = 0; i < FRAME_PACKETS; i++) {
        for (int k = 0; k < PLANE_LAYERS; k++) {
            if (!bad_line || some(100) >= 3)
                ret[n++] = part(&senders[k], i, FRAME_PACKETS, key);
        }
    }
    for (int k = 0; k < PLANE_LAYERS; k++)
        frame_done(&senders[k], FRAME_PACKETS);
    for (size_t i = 0; bad_line && i + 1 < n; i++) {
        const size_t other = i + some(APART) < n ? i + some(2) : i;
        const struct packet p = ret[i];
        if (other >= n)
            continue;
        ret[i] = ret[other];
        ret[other] = p;
    }
    return n;
}

static unsigned go(bool bad_line)
{
    struct sender senders[PLANE_LAYERS] = {sender(&alice, 0, 0x10001), sender(&alice, 1, 0x1f000),
                                           sender(&alice, 2, 0x18000)};
    struct tally *t = mem_new(struct tally);
    struct layers *l = layers_new(true);
    struct packet packets[FRAME_PACKETS * PLANE_LAYERS];
    unsigned holes;

    layers_want(l, &alice, 0);
    for (unsigned f = 0; f < GO_FRAMES; f++) {
        const size_t n = frames_of(senders, some(20) == 0, bad_line, packets);
        const size_t turn = some(12) == 0 ? some((uint32_t)n + 1) : n;
        for (size_t i = 0; i < n; i++) {
            if (i == turn)
                layers_want(l, &alice, (int)some(PLANE_LAYERS + 1) - 1);
            take_one(l, t, &packets[i], SEC + f * (SEC / 30));
        }
    }
    CHECK(t->beginnings > 200);
    check_stream(t, !bad_line, &holes);
    layers_free(l);
    (void)mem_free(t);
    return holes;
}

TEST(one_faultless_stream_comes_of_many_switches)
{
    (void)go(false);
}

TEST(loss_and_reordering_are_handed_on_and_nothing_else_goes_wrong)
{
    CHECK(go(true) > 0);
}
