/*
 * The room of a call: who is there and what they send is told to the plane, and what it says of a page's
 * connection goes to that page.
 */
#include "auth/authorize.h"
#include "calls/inside.h"
#include "media/plane.h"

#include <assert.h>
#include <errno.h>

static const char *const source_names[] = {
    [PLANE_MIC] = "mic",
    [PLANE_CAMERA] = "camera",
    [PLANE_SCREEN] = "screen",
    [PLANE_SCREEN_AUDIO] = "screen_audio",
};

static const char *const state_names[] = {
    [PLANE_OFF] = "off",
    [PLANE_WAITING] = "waiting",
    [PLANE_LIVE] = "live",
    [PLANE_PAUSED] = "paused",
};

static const char *const layer_names[] = {[PLANE_LOW] = "l", [PLANE_MID] = "m", [PLANE_HIGH] = "h"};

static void tell(const struct entry *e, const struct leg *to, const char *type, struct buf *members)
{
    bus_publish(e->calls->conf.bus, &(struct bus_event){.kind = BUS_EVENT,
                                                        .audience = BUS_TO_PAGE,
                                                        .transient = true,
                                                        .user = to->who.user,
                                                        .page = to->who.page,
                                                        .type = type,
                                                        .members = buf_span(members)});
}

static void write_slot(const struct plane_slot *s, struct json_out *o)
{
    json_obj_begin(o, NULL);
    json_put_i64(o, "slot", s->slot);
    json_put_id(o, "leg", &s->leg);
    json_put_cstr(o, "source", source_names[s->source]);
    if (s->video) {
        json_put_i64(o, "height", s->height);
        json_put_cstr(o, "state", state_names[s->state]);
    }
    json_obj_end(o);
}

static void write_slots(const struct plane_event *event, bool video, struct json_out *o)
{
    json_arr_begin(o, video ? "video" : "audio");
    for (size_t i = 0; i < event->slots.count; i++) {
        if (event->slots.at[i].video == video)
            write_slot(&event->slots.at[i], o);
    }
    json_arr_end(o);
}

static void write_publish(const struct plane_event *event, struct json_out *o)
{
    json_arr_begin(o, "layers");
    for (int i = 0; i < PLANE_LAYERS; i++) {
        if (event->publish.layers[i])
            json_put_cstr(o, NULL, layer_names[i]);
    }
    json_arr_end(o);
    json_put_bool(o, "screen", event->publish.screen);
}

static void write_speakers(const struct plane_event *event, struct json_out *o)
{
    json_arr_begin(o, "speakers");
    for (size_t i = 0; i < event->speakers.count; i++) {
        json_obj_begin(o, NULL);
        json_put_id(o, "leg", &event->speakers.at[i].leg);
        json_put_i64(o, "level", event->speakers.at[i].level);
        json_obj_end(o);
    }
    json_arr_end(o);
    if (id_none(&event->leg)) {
        json_put_null(o, "dominant");
    } else {
        json_put_id(o, "dominant", &event->leg);
    }
}

/* To everybody who has a connection. */
static void tell_speakers(const struct entry *e, struct buf *members)
{
    for (size_t i = 0; i < e->call.leg_count; i++) {
        const struct leg *leg = &e->call.legs[i];
        if (leg->in_room && leg->state == LEG_JOINED)
            tell(e, leg, "call.speakers", members);
    }
}

static void tell_leg(struct entry *e, const struct plane_event *event, struct json_out *o,
                     struct buf *members)
{
    struct leg *leg = call_leg_by_id(&e->call, &event->leg);

    if (!leg)
        return;
    switch (event->kind) {
    case PLANE_CONNECTED:
    case PLANE_LOST:
        json_put_cstr(o, "state", event->kind == PLANE_LOST ? "lost" : "connected");
        tell(e, leg, "call.media_state", members);
        return;
    case PLANE_SLOTS:
        write_slots(event, false, o);
        write_slots(event, true, o);
        tell(e, leg, "call.slots", members);
        return;
    case PLANE_PUBLISH:
        write_publish(event, o);
        tell(e, leg, "call.publish", members);
        return;
    default: return;
    }
}

static void on_event(const struct plane_event *event, void *arg)
{
    const struct calls *c = arg;
    struct entry *e = map_get(c->by_id, id_span(&event->room));
    struct buf members = {0};
    struct json_out o = json_out(&members);

    if (!e)
        return;
    json_put_id(&o, "call", &event->room);
    if (event->kind == PLANE_SPEAKERS) {
        write_speakers(event, &o);
        tell_speakers(e, &members);
    } else {
        tell_leg(e, event, &o, &members);
    }
    buf_done(&members);
}

void calls_set_plane(struct calls *c, struct plane *plane)
{
    c->plane = plane;
    if (plane)
        plane_listen(plane, on_event, c);
}

static void tell_sources(const struct entry *e, const struct leg *leg)
{
    const bool on[PLANE_SOURCES] = {[PLANE_MIC] = leg->mic,
                                    [PLANE_CAMERA] = leg->camera,
                                    [PLANE_SCREEN] = leg->screen,
                                    [PLANE_SCREEN_AUDIO] = leg->screen};

    plane_sources(e->calls->plane, &e->call.id, &leg->id, on);
}

void media_settle(struct entry *e)
{
    if (!e->calls->plane)
        return;
    for (size_t i = 0; i < e->call.leg_count; i++) {
        struct leg *leg = &e->call.legs[i];
        if (!leg->in_room)
            continue;
        if (leg->state == LEG_LEFT) {
            leg->in_room = false;
            plane_leave(e->calls->plane, &e->call.id, &leg->id);
        } else {
            tell_sources(e, leg);
        }
    }
}

void media_close(struct entry *e)
{
    if (e->calls->plane)
        plane_close(e->calls->plane, &e->call.id);
}

static int find(const struct calls *c, const struct caller *who, const struct id *call,
                struct entry **ret_entry, struct leg **ret_leg)
{
    const struct call_who me = call_who_of(who);
    const int rc = calls_find(c, who, VERB_CALL_LEAVE, call, ret_entry);

    if (rc < 0)
        return rc;
    if (!c->plane)
        return -ENOTSUP;
    *ret_leg = call_leg_on(&(*ret_entry)->call, &me);
    return *ret_leg && (*ret_leg)->state != LEG_LEFT ? 0 : -EPROTO;
}

int calls_connect(struct calls *c, const struct caller *who, const struct id *call,
                  struct span offer, call_answer_fn *fn, void *arg)
{
    struct entry *e = NULL;
    struct leg *leg = NULL;
    int rc = find(c, who, call, &e, &leg);

    if (rc == 0)
        rc = call_hurry(leg, loop_now(c->conf.loop));
    if (rc < 0)
        return rc;
    leg->in_room = true;
    plane_connect(c->plane,
                  &(struct plane_offer){
                      .room = e->call.id, .leg = leg->id, .number = leg->number, .sdp = offer},
                  fn, arg);
    tell_sources(e, leg);
    return 0;
}

int calls_view(struct calls *c, const struct caller *who, const struct id *call,
               const struct call_want *wants, size_t n)
{
    struct plane_want list[PLANE_PAIRS_MAX];
    struct entry *e = NULL;
    struct leg *leg = NULL;
    const int rc = find(c, who, call, &e, &leg);

    if (rc < 0)
        return rc;
    n = n < PLANE_PAIRS_MAX ? n : PLANE_PAIRS_MAX;
    for (size_t i = 0; i < n; i++) {
        assert(wants[i].slot < PLANE_PAIRS_MAX && wants[i].height <= PLANE_HEIGHT_MAX);
        list[i] = (struct plane_want){.leg = wants[i].leg,
                                      .slot = (uint8_t)wants[i].slot,
                                      .source = wants[i].screen ? PLANE_SCREEN : PLANE_CAMERA,
                                      .height = (uint16_t)wants[i].height};
    }
    plane_view(c->plane, &e->call.id, &leg->id, list, n);
    return 0;
}
