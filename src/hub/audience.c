#include "hub/audience.h"

#include "base/map.h"

#include <errno.h>

/*
 * Membership is a pair of back references: a person's seat in a channel knows where the channel
 * keeps it and the other way round, so that either side can be taken out by moving its last entry
 * into the hole.
 */
struct seat {
    struct room *room;
    uint32_t place; /* in room->members */
};

struct member {
    struct listener *listener;
    uint32_t place; /* in listener->seats */
};

struct room {
    struct id id;
    struct member *members;
    uint32_t count;
    uint32_t cap;
};

struct listener {
    struct id user;
    struct list ears;
    uint32_t ear_count;
    struct seat *seats;
    uint32_t count;
    uint32_t cap;
    uint32_t moves;
    bool loaded;
};

struct audience {
    struct map *listeners; /* by user */
    struct map *rooms;     /* by channel; only those with somebody present */
};

static uint32_t grown(uint32_t cap)
{
    return cap ? cap * 2 : 2;
}

static struct room *room_of(struct audience *a, const struct id *channel)
{
    struct room *room = map_get(a->rooms, id_span(channel));

    if (!room) {
        room = mem_new(struct room);
        room->id = *channel;
        (void)map_put(a->rooms, id_span(&room->id), room);
    }
    return room;
}

static struct room *room_free(struct room *room)
{
    if (room)
        room->members = mem_free(room->members);
    return mem_free(room);
}

static struct seat *seat_in(const struct listener *l, const struct id *channel)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (id_eq(&l->seats[i].room->id, channel))
            return &l->seats[i];
    }
    return NULL;
}

/* Whoever sat down just now is the last member of the room, so a load sees its own repeats. */
static bool sat_down_last(const struct room *room, const struct listener *l)
{
    return room->count > 0 && room->members[room->count - 1].listener == l;
}

static void sit(struct audience *a, struct listener *l, const struct id *channel)
{
    struct room *room = room_of(a, channel);

    if (sat_down_last(room, l))
        return;
    if (room->count == room->cap) {
        room->cap = grown(room->cap);
        room->members = mem_realloc(room->members, room->cap * sizeof(room->members[0]));
    }
    if (l->count == l->cap) {
        l->cap = grown(l->cap);
        l->seats = mem_realloc(l->seats, l->cap * sizeof(l->seats[0]));
    }
    room->members[room->count] = (struct member){.listener = l, .place = l->count};
    l->seats[l->count] = (struct seat){.room = room, .place = room->count};
    room->count++;
    l->count++;
}

static void stand_up(struct audience *a, struct listener *l, uint32_t at)
{
    struct room *room = l->seats[at].room;
    const uint32_t place = l->seats[at].place;

    const struct member last_member = room->members[--room->count];
    if (place != room->count) {
        room->members[place] = last_member;
        last_member.listener->seats[last_member.place].place = place;
    }

    const struct seat last_seat = l->seats[--l->count];
    if (at != l->count) {
        l->seats[at] = last_seat;
        last_seat.room->members[last_seat.place].place = at;
    }

    if (room->count == 0) {
        (void)map_del(a->rooms, id_span(&room->id));
        (void)room_free(room);
    }
}

static struct listener *listener_free(struct audience *a, struct listener *l)
{
    while (l->count > 0)
        stand_up(a, l, l->count - 1);
    l->seats = mem_free(l->seats);
    (void)map_del(a->listeners, id_span(&l->user));
    return mem_free(l);
}

struct audience *audience_new(void)
{
    struct audience *a = mem_new(struct audience);

    a->listeners = map_new();
    a->rooms = map_new();
    return a;
}

struct audience *audience_free(struct audience *a)
{
    if (!a)
        return NULL;

    size_t at = 0;
    for (struct listener *l = map_next(a->listeners, &at); l; l = map_next(a->listeners, &at))
        (void)listener_free(a, l);
    a->listeners = map_free(a->listeners);
    a->rooms = map_free(a->rooms);
    return mem_free(a);
}

void audience_join(struct audience *a, const struct id *user, struct ear *ear)
{
    struct listener *l = audience_find(a, user);

    if (!l) {
        l = mem_new(struct listener);
        l->user = *user;
        list_init(&l->ears);
        (void)map_put(a->listeners, id_span(&l->user), l);
    }
    ear->listener = l;
    list_init(&ear->link);
    list_add_tail(&l->ears, &ear->link);
    l->ear_count++;
}

void audience_leave(struct audience *a, struct ear *ear)
{
    struct listener *l = ear->listener;

    list_del(&ear->link);
    ear->listener = NULL;
    if (--l->ear_count == 0)
        (void)listener_free(a, l);
}

struct listener *audience_find(struct audience *a, const struct id *user)
{
    return map_get(a->listeners, id_span(user));
}

size_t listener_ears(const struct listener *l)
{
    return l->ear_count;
}

bool listener_loaded(const struct listener *l)
{
    return l->loaded;
}

bool listener_in(const struct listener *l, const struct id *channel)
{
    return seat_in(l, channel) != NULL;
}

void audience_load(struct audience *a, struct listener *l, const struct id *channels, size_t n)
{
    if (l->loaded)
        return;
    for (size_t i = 0; i < n; i++)
        sit(a, l, &channels[i]);
    l->loaded = true;
}

void audience_forget(struct audience *a)
{
    size_t at = 0;

    for (struct listener *l = map_next(a->listeners, &at); l; l = map_next(a->listeners, &at)) {
        while (l->count > 0)
            stand_up(a, l, l->count - 1);
        l->loaded = false;
        l->moves++;
    }
}

void audience_enter(struct audience *a, const struct id *user, const struct id *channel)
{
    struct listener *l = audience_find(a, user);

    if (!l)
        return;
    l->moves++;
    if (l->loaded && !seat_in(l, channel))
        sit(a, l, channel);
}

void audience_exit(struct audience *a, const struct id *user, const struct id *channel)
{
    struct listener *l = audience_find(a, user);

    if (!l)
        return;
    l->moves++;
    const struct seat *seat = l->loaded ? seat_in(l, channel) : NULL;
    if (seat)
        stand_up(a, l, (uint32_t)(seat - l->seats));
}

uint32_t listener_moves(const struct listener *l)
{
    return l->moves;
}

static void each_ear(struct listener *l, ear_fn *fn, void *arg)
{
    LIST_EACH (&l->ears, it)
        fn(container_of(it, struct ear, link), arg);
}

void audience_each_of_channel(struct audience *a, const struct id *channel, ear_fn *fn, void *arg)
{
    const struct room *room = map_get(a->rooms, id_span(channel));

    if (!room)
        return;
    for (uint32_t i = 0; i < room->count; i++)
        each_ear(room->members[i].listener, fn, arg);
}

void audience_each_of_user(struct audience *a, const struct id *user, ear_fn *fn, void *arg)
{
    struct listener *l = audience_find(a, user);

    if (l)
        each_ear(l, fn, arg);
}

void audience_each(struct audience *a, ear_fn *fn, void *arg)
{
    size_t at = 0;

    for (struct listener *l = map_next(a->listeners, &at); l; l = map_next(a->listeners, &at))
        each_ear(l, fn, arg);
}
