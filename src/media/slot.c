#include "media/slot.h"

#include "base/rand.h"
#include "media/room.h"
#include "wire/rtp.h"

enum {
    REPLAY_MAX = 200
}; /* packets behind a key frame that are sent again to one who comes late */

static uint32_t new_ssrc(void)
{
    uint32_t ssrc;

    rand_bytes(&ssrc, sizeof(ssrc));
    return ssrc ? ssrc : 1;
}

void slot_init(struct slot *s, struct peer *p, uint8_t index, bool video)
{
    *s = (struct slot){.peer = p, .index = index, .video = video, .want = -1};
    s->ssrc = new_ssrc();
    s->rtx_ssrc = new_ssrc();
    s->rtx_seq = rand_below(RTP_SEQ_HALF);
    list_init(&s->link);
}

void slot_done(struct slot *s)
{
    list_del(&s->link);
    s->layers = layers_free(s->layers);
}

void slot_set(struct slot *s, struct source *source)
{
    if (s->source == source)
        return;
    if (!s->layers)
        s->layers = layers_new(s->video);
    list_del(&s->link);
    s->source = source;
    s->want = -1;
    s->peer->slots_changed = true;
    layers_want(s->layers, source, -1);
    if (source)
        list_add_tail(&source->slots, &s->link);
}

void slots_afresh(struct source *source)
{
    LIST_EACH (&source->slots, it) {
        struct slot *s = container_of(it, struct slot, link);
        layers_want(s->layers, NULL, -1);
        layers_want(s->layers, source, s->want);
    }
}

void slot_replay(struct slot *s, const struct encoding *e, uint64_t from, usec_t now)
{
    struct packet p;

    for (uint64_t seq = from; seq <= e->reception.highest && seq < from + REPLAY_MAX; seq++) {
        if (store_get(e->store, seq, &p))
            (void)forward_to(s, &p, now);
    }
}

/* What came since the last key frame, so that the picture is there at once. */
static bool replay_key(struct slot *s, const struct encoding *e, usec_t now)
{
    struct packet p;

    if (!e->has_key || e->reception.highest - e->key_seq > REPLAY_MAX ||
        !store_get(e->store, e->key_seq, &p))
        return false;
    slot_replay(s, e, e->key_seq, now);
    return true;
}

void slot_choose(struct slot *s, int want, usec_t now)
{
    struct source *source = s->source;

    if (!source)
        return;
    if (!source->on)
        want = -1;
    if (want != s->want) {
        s->want = want;
        s->peer->slots_changed = true;
    }
    layers_want(s->layers, source, want);
    if (!s->video || want < 0 || layers_settled(s->layers))
        return;
    struct encoding *e = &source->encodings[want];
    if (!e->bound || (!layers_going(s->layers) && replay_key(s, e, now)))
        return;
    pli_want(&e->pli);
}

enum plane_slot_state slot_state(const struct slot *s, usec_t now)
{
    bool alive = false;

    if (!s->source || !s->source->on)
        return PLANE_OFF;
    for (int i = 0; i < PLANE_LAYERS; i++)
        alive = alive || encoding_alive(&s->source->encodings[i], now);
    if (!alive)
        return PLANE_OFF;
    if (s->weak)
        return PLANE_PAUSED;
    return layers_going(s->layers) ? PLANE_LIVE : PLANE_WAITING;
}

void slot_resend(struct slot *s, uint16_t seq, usec_t now)
{
    struct layers_out o;
    struct packet p;
    uint64_t number;
    uint8_t layer;

    if (!s->layers || !s->source ||
        !layers_again(s->layers, seq, s->peer->rtt, now, &layer, &number, &o))
        return;
    const struct encoding *e = &s->source->encodings[layer];
    if (e->store && store_get(e->store, number, &p))
        forward_again(s, &p, &o, now);
}
