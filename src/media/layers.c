#include "media/layers.h"

#include "base/mem.h"
#include "base/rand.h"
#include "wire/rtp.h"

/* From this number of the encoding on, numbers are shifted by so much. */
struct range {
    uint64_t from;
    uint64_t shift;
};

struct sent {
    uint64_t seq;    /* as sent; 0: nothing */
    uint64_t source; /* as it came */
    usec_t asked;
    uint32_t timestamp;
    uint16_t picture_id;
    uint8_t tl0_picidx;
    uint8_t layer;
    uint8_t resends;
    bool marker;
};

struct layers {
    bool video;
    const struct source *source; /* that is wanted, and whose encoding goes on; NULL */
    int current;                 /* -1: none yet */
    int wanted;                  /* -1: none */
    uint64_t last;               /* the highest number sent */
    uint32_t last_timestamp;
    usec_t last_at;
    uint16_t last_picture_id;
    uint8_t last_tl0;
    bool frame_open; /* the last one sent lacked the marker */
    bool begun;      /* something was sent */
    uint64_t gate;   /* what was sent before this number is of no use any more */
    uint32_t timestamp_shift;
    uint16_t picture_shift;
    uint8_t tl0_shift;
    size_t ranges;
    struct range range[LAYERS_RANGES];
    struct sent sent[LAYERS_SENT];
};

struct layers *layers_new(bool video)
{
    struct layers *l = mem_new(struct layers);

    l->video = video;
    l->current = l->wanted = -1;
    l->last = 0x10000 + rand_below(RTP_SEQ_HALF); /* RFC 3711, 3.3.1: far from the first rollover */
    l->last_timestamp = (uint32_t)rand_below(UINT32_MAX);
    l->last_picture_id = (uint16_t)rand_below(1U << 15);
    return l;
}

struct layers *layers_free(struct layers *l)
{
    return mem_free(l);
}

void layers_want(struct layers *l, const struct source *source, int layer)
{
    if (l->source != source) {
        l->source = source;
        l->current = -1;
        /* the numbers of another source find nothing in this one's store */
        l->gate = l->last + 1;
    }
    l->wanted = source ? layer : -1;
    /* pictures that were left out are what the next ones are made of */
    if (l->wanted < 0)
        l->current = -1;
}

bool layers_going(const struct layers *l)
{
    return l->current >= 0;
}

bool layers_settled(const struct layers *l)
{
    return l->current == l->wanted;
}

int layers_current(const struct layers *l)
{
    return l->current;
}

static uint16_t picture_bits(const struct vp8 *v, unsigned n)
{
    return (uint16_t)(n & (v->wide ? 0x7fff : 0x7f));
}

/* Time goes on while nothing is sent. */
static uint32_t next_timestamp(const struct layers *l, usec_t now)
{
    const usec_t least = l->video ? LAYERS_FRAME_MS * MSEC : 20 * MSEC;
    const usec_t gone = now > l->last_at + least ? now - l->last_at : least;

    return l->last_timestamp + (uint32_t)(gone * (l->video ? 90 : 48) / MSEC);
}

static void begin(struct layers *l, const struct packet *p, usec_t now)
{
    /* a receiver must see that a frame was not whole: so a number is left out */
    const uint64_t first = l->last + (l->begun && l->frame_open && l->video ? 2 : 1);
    const uint32_t timestamp = l->begun ? next_timestamp(l, now) : l->last_timestamp;

    l->current = p->layer;
    l->ranges = 1;
    l->range[0] = (struct range){p->seq, p->seq - first};
    l->timestamp_shift = p->timestamp - timestamp;
    l->picture_shift = (uint16_t)(p->vp8.picture_id - (l->last_picture_id + 1U));
    l->tl0_shift = (uint8_t)(p->vp8.tl0_picidx - (l->last_tl0 + 1U));
    l->gate = first;
}

/* Everything behind moves up by one, unless some of it has gone out: two would have one number. */
static void close_up(struct layers *l, uint64_t seq)
{
    struct range *last = &l->range[l->ranges - 1];

    if (seq < last->from || seq - last->shift <= l->last)
        return;
    if (seq == last->from) {
        last->from++;
        last->shift++;
        return;
    }
    const uint64_t shift = last->shift + 1;
    if (l->ranges == LAYERS_RANGES) {
        l->ranges--;
        memmove(&l->range[0], &l->range[1], l->ranges * sizeof(l->range[0]));
    }
    l->range[l->ranges++] = (struct range){seq + 1, shift};
}

static const struct range *range_of(const struct layers *l, uint64_t seq)
{
    for (size_t i = l->ranges; i > 0; i--) {
        if (seq >= l->range[i - 1].from)
            return &l->range[i - 1];
    }
    return NULL;
}

static void remember(struct layers *l, const struct packet *p, const struct layers_out *o)
{
    l->sent[o->seq % LAYERS_SENT] = (struct sent){.seq = o->seq,
                                                  .source = p->seq,
                                                  .timestamp = o->timestamp,
                                                  .picture_id = o->picture_id,
                                                  .tl0_picidx = o->tl0_picidx,
                                                  .layer = p->layer,
                                                  .marker = o->marker};
}

static void note(struct layers *l, const struct layers_out *o, const struct packet *p, usec_t now)
{
    if (p->key && l->video && o->seq > l->gate)
        l->gate = o->seq;
    if (o->seq <= l->last)
        return;
    l->last = o->seq;
    l->last_timestamp = o->timestamp;
    l->last_at = now;
    l->frame_open = !o->marker;
    l->last_picture_id = o->picture_id;
    l->last_tl0 = o->tl0_picidx;
    l->begun = true;
}

bool layers_pass(struct layers *l, const struct packet *p, usec_t now, struct layers_out *ret)
{
    bool fresh = false;

    if (p->source != l->source || l->wanted < 0)
        return false;
    if (l->current != l->wanted && p->layer == l->wanted && (p->key || !l->video)) {
        begin(l, p, now);
        fresh = true;
    }
    if (p->layer != l->current)
        return false;
    if (p->len == 0) {
        close_up(l, p->seq);
        return false;
    }
    const struct range *r = range_of(l, p->seq);
    if (!r)
        return false;
    *ret = (struct layers_out){
        .seq = p->seq - r->shift,
        .timestamp = layers_timestamp(l, p->timestamp),
        .picture_id = picture_bits(&p->vp8, (unsigned)p->vp8.picture_id - l->picture_shift),
        .tl0_picidx = (uint8_t)(p->vp8.tl0_picidx - l->tl0_shift),
        .marker = p->marker || (fresh && !l->video), /* sound begins (RFC 3551, 4.1) */
    };
    /* A number goes out once: a second packet under it would be encrypted under the same key stream
     * (RFC 7714, 8.1), and what is too old to be known may have gone out. */
    if (ret->seq + LAYERS_SENT <= l->last || l->sent[ret->seq % LAYERS_SENT].seq == ret->seq)
        return false;
    note(l, ret, p, now);
    remember(l, p, ret);
    return true;
}

bool layers_again(struct layers *l, uint16_t seq, usec_t rtt, usec_t now, uint8_t *ret_layer,
                  uint64_t *ret_seq, struct layers_out *ret)
{
    const uint64_t whole = rtp_extend(l->last, seq);
    struct sent *s = &l->sent[whole % LAYERS_SENT];
    const usec_t pause = rtt > LAYERS_PATIENCE ? rtt : LAYERS_PATIENCE;

    if (s->seq != whole || whole < l->gate || s->resends == LAYERS_RESENDS ||
        (s->asked != 0 && now < s->asked + pause))
        return false;
    s->asked = now;
    s->resends++;
    *ret_layer = s->layer;
    *ret_seq = s->source;
    *ret = (struct layers_out){s->seq, s->timestamp, s->picture_id, s->tl0_picidx, s->marker};
    return true;
}

uint32_t layers_timestamp(const struct layers *l, uint32_t timestamp)
{
    return timestamp - l->timestamp_shift;
}
