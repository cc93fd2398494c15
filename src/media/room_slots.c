/*
 * Whose sound each slot has, and what a page is told of its slots.
 *
 * Sound stands beside its picture where there is one, so that both are played in step; and where there are more
 * voices than slots, the loudest have them.
 */
#include "media/room.h"

#define SLOTS_EVERY (100 * MSEC)

enum { LOUDER = 8 * 256 }; /* than who has the slot, before a voice takes it */

static bool sounds(const struct source *s, const struct peer *to)
{
    return s->peer != to && s->on && s->encodings[0].bound;
}

static struct slot *quietest(struct peer *to)
{
    struct slot *least = NULL;

    for (size_t i = 0; i < to->terms.pairs; i++) {
        struct slot *s = &to->audio[i];
        if (s->source && s->source->kind == PLANE_MIC &&
            (!least || s->source->loud < least->source->loud))
            least = s;
    }
    return least;
}

/* Beside the picture, or the first that is free; NULL: there is none. */
static struct slot *free_for(struct peer *to, const struct source *source)
{
    struct slot *first = NULL;

    for (size_t i = 0; i < to->terms.pairs; i++) {
        const struct source *picture = to->video[i].source;
        if (to->audio[i].source)
            continue;
        if (picture && picture->peer == source->peer &&
            (picture->kind == PLANE_SCREEN) == (source->kind == PLANE_SCREEN_AUDIO))
            return &to->audio[i];
        /* one without a picture leaves the place beside it to whose it is, as long as there are others */
        if (!first || (first->peer->video[first->index].source && !picture))
            first = &to->audio[i];
    }
    return first;
}

static void give(struct peer *to, struct source *source)
{
    struct slot *s;

    LIST_EACH (&source->slots, it) {
        if (container_of(it, struct slot, link)->peer == to)
            return;
    }
    s = free_for(to, source);
    if (!s && source->kind == PLANE_MIC) {
        s = quietest(to);
        if (s && source->loud < s->source->loud + LOUDER)
            return;
    }
    if (s)
        slot_set(s, source);
}

void room_give_sound(struct room *r, struct peer *to, usec_t now)
{
    static const enum plane_source kinds[] = {PLANE_MIC, PLANE_SCREEN_AUDIO};

    for (size_t i = 0; i < PLANE_PAIRS_MAX; i++) {
        const struct source *has = to->audio[i].source;
        if (has && (i >= to->terms.pairs || !sounds(has, to)))
            slot_set(&to->audio[i], NULL);
    }
    LIST_EACH (&r->peers, it) {
        struct peer *from = container_of(it, struct peer, room_link);
        for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
            if (sounds(&from->sources[kinds[k]], to))
                give(to, &from->sources[kinds[k]]);
        }
    }
    for (size_t i = 0; i < to->terms.pairs; i++)
        slot_choose(&to->audio[i], 0, now);
}

static void add(const struct slot *s, usec_t now, struct plane_event *e)
{
    const struct source *source = s->source;
    struct plane_slot *to = &e->slots.at[e->slots.count++];
    const int layer = s->video ? layers_current(s->layers) : -1;

    *to = (struct plane_slot){.slot = s->index,
                              .source = (uint8_t)source->kind,
                              .state = (uint8_t)slot_state(s, now),
                              .video = s->video,
                              .height = layer < 0 ? 0 : source->encodings[layer].height,
                              .leg = source->peer->leg};
}

/* A state changes with time alone as well: a sender may fall silent. */
static bool states_changed(struct peer *p, usec_t now)
{
    bool changed = false;

    for (size_t i = 0; i < p->terms.pairs; i++) {
        struct slot *s = &p->video[i];
        const enum plane_slot_state state = s->source ? slot_state(s, now) : PLANE_OFF;
        changed = changed || state != s->told;
        s->told = state;
    }
    return changed;
}

void room_tell_slots(struct peer *p, usec_t now)
{
    if (now < p->told_at + SLOTS_EVERY)
        return;
    p->told_at = now;
    const bool changed = states_changed(p, now);
    if (!changed && !p->slots_changed)
        return;
    p->slots_changed = false;
    struct plane_event *e = mem_new(struct plane_event);
    e->kind = PLANE_SLOTS;
    e->room = p->room->id;
    e->leg = p->leg;
    e->peer = p->name;
    for (size_t i = 0; i < p->terms.pairs; i++) {
        if (p->audio[i].source)
            add(&p->audio[i], now, e);
        if (p->video[i].source)
            add(&p->video[i], now, e);
    }
    lane_tell(p->lane, e);
    (void)mem_free(e);
}

/* What one encoding and those below it are wanted for: a weak line needs the lower ones at once. */
static int most_wanted(const struct source *s)
{
    int most = -1;

    LIST_EACH (&s->slots, it) {
        const struct slot *slot = container_of(it, struct slot, link);
        const int ideal = slot->height > 0 ? source_ideal_layer(s, slot->height) : -1;
        most = ideal > most ? ideal : most;
    }
    return most;
}

/* Up at once, down when it has been so for a while. */
static bool settle_watched(struct source *s, usec_t now)
{
    const int most = s->on ? most_wanted(s) : -1;
    bool changed = false;

    for (int i = 0; i < PLANE_LAYERS; i++) {
        if (i <= most) {
            s->unwatched_at[i] = 0;
            changed = changed || !s->told[i];
            s->told[i] = true;
        } else if (s->unwatched_at[i] == 0) {
            s->unwatched_at[i] = now;
        } else if (s->told[i] && now >= s->unwatched_at[i] + ROOM_UNWATCHED) {
            s->told[i] = false;
            changed = true;
        }
    }
    return changed;
}

void room_watch(struct room *r, usec_t now)
{
    LIST_EACH (&r->peers, it) {
        struct peer *p = container_of(it, struct peer, room_link);
        const bool camera = settle_watched(&p->sources[PLANE_CAMERA], now);
        const bool screen = settle_watched(&p->sources[PLANE_SCREEN], now);
        struct plane_event e = {
            .kind = PLANE_PUBLISH, .room = r->id, .leg = p->leg, .peer = p->name};

        if (!p->connected || (!camera && !screen))
            continue;
        memcpy(e.publish.layers, p->sources[PLANE_CAMERA].told, sizeof(e.publish.layers));
        e.publish.screen = p->sources[PLANE_SCREEN].told[0];
        lane_tell(p->lane, &e);
    }
}
