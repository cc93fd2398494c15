#include "chat/presence.h"

#include "base/map.h"

enum { NAMES = PRESENCE_IN_CALL + 1, BY_HAND = PRESENCE_OFFLINE + 1 };

static const char *const names[NAMES] = {
    [PRESENCE_AVAILABLE] = "available",
    [PRESENCE_BUSY] = "busy",
    [PRESENCE_DND] = "dnd",
    [PRESENCE_BRB] = "brb",
    [PRESENCE_AWAY] = "away",
    [PRESENCE_OFFLINE] = "offline",
    [PRESENCE_IN_CALL] = "in_call",
};

struct page {
    struct list link;
    struct id id;
    bool active;
    usec_t gone; /* when it ends to count; NEVER while it is open */
};

struct someone {
    struct presence *presence;
    struct id user; /* the key */
    struct list pages;
    enum presence_state manual;
    bool manual_known;
    bool in_call;
    enum presence_state told;
    struct wall seen; /* the last moment at an active page; 0: not in our time */
    struct timer grace;
};

struct presence {
    struct loop *loop;
    struct bus *bus;
    usec_t grace;
    struct map *people;
};

enum presence_state presence_state_of(const struct presence_facts *f)
{
    if (f->active + f->idle == 0)
        return PRESENCE_OFFLINE;
    if (f->manual != PRESENCE_AUTO)
        return f->manual;
    if (f->in_call)
        return PRESENCE_IN_CALL;
    return f->active > 0 ? PRESENCE_AVAILABLE : PRESENCE_AWAY;
}

const char *presence_name(enum presence_state s)
{
    return names[s];
}

enum presence_state presence_parse(struct span s)
{
    for (int i = 0; s.p && i < BY_HAND; i++) {
        if (span_is(s, names[i]))
            return (enum presence_state)i;
    }
    return PRESENCE_AUTO;
}

static struct page *page_of(struct list *link)
{
    return container_of(link, struct page, link);
}

static struct presence_facts facts_of(const struct someone *s)
{
    struct presence_facts f = {.manual = s->manual, .in_call = s->in_call};

    LIST_EACH (&s->pages, it) {
        f.active += page_of(it)->active;
        f.idle += !page_of(it)->active;
    }
    return f;
}

static bool is_away(enum presence_state s)
{
    return s == PRESENCE_AWAY || s == PRESENCE_OFFLINE;
}

static void write_object(const struct someone *s, const struct id *user, struct buf *out)
{
    struct json_out o = json_out(out);

    json_obj_begin(&o, NULL);
    json_put_id(&o, "user", user);
    json_put_cstr(&o, "state", names[s ? s->told : PRESENCE_OFFLINE]);
    if (s && is_away(s->told) && s->seen.ms > 0) {
        json_put_i64(&o, "last_seen", s->seen.ms);
    } else {
        json_put_null(&o, "last_seen");
    }
    json_obj_end(&o);
}

/* Tells the outward state where it is another than before. */
static void update(struct someone *s)
{
    const struct presence_facts f = facts_of(s);
    const enum presence_state now = presence_state_of(&f);
    struct buf json = {0};

    if (now == s->told)
        return;
    s->told = now;
    write_object(s, &s->user, &json);
    bus_publish(s->presence->bus, &(struct bus_event){.kind = BUS_PRESENCE,
                                                      .transient = true,
                                                      .user = s->user,
                                                      .members = buf_span(&json)});
    buf_done(&json);
}

/* Who appears offline is not seen. */
static void note_seen(struct someone *s)
{
    if (s->manual != PRESENCE_OFFLINE)
        s->seen = loop_wall(s->presence->loop);
}

static void page_free(struct page *p)
{
    list_del(&p->link);
    (void)mem_free(p);
}

static void sweep(void *arg)
{
    struct someone *s = arg;
    const usec_t now = loop_now(s->presence->loop);
    usec_t next = NEVER;

    LIST_EACH_SAFE (&s->pages, it) {
        struct page *p = page_of(it);
        if (p->gone <= now) {
            page_free(p);
        } else if (p->gone < next) {
            next = p->gone;
        }
    }
    timer_set(&s->grace, next);
    update(s);
}

static struct someone *someone_at(struct presence *p, const struct id *user)
{
    struct someone *s = map_get(p->people, id_span(user));

    if (s)
        return s;
    s = mem_new(struct someone);
    s->presence = p;
    s->user = *user;
    s->manual = PRESENCE_AUTO;
    s->told = PRESENCE_OFFLINE;
    list_init(&s->pages);
    timer_init(&s->grace, p->loop, sweep, s);
    (void)map_put(p->people, id_span(&s->user), s);
    return s;
}

static struct page *find_page(const struct someone *s, const struct id *page)
{
    LIST_EACH (&s->pages, it) {
        if (id_eq(&page_of(it)->id, page))
            return page_of(it);
    }
    return NULL;
}

struct presence *presence_new(struct loop *l, struct bus *bus, usec_t grace)
{
    struct presence *p = mem_new(struct presence);

    p->loop = l;
    p->bus = bus;
    p->grace = grace;
    p->people = map_new();
    return p;
}

struct presence *presence_free(struct presence *p)
{
    size_t at = 0;

    if (!p)
        return NULL;
    for (struct someone *s = map_next(p->people, &at); s; s = map_next(p->people, &at)) {
        (void)map_del(p->people, id_span(&s->user));
        LIST_EACH_SAFE (&s->pages, it)
            page_free(page_of(it));
        timer_stop(&s->grace);
        (void)mem_free(s);
    }
    p->people = map_free(p->people);
    return mem_free(p);
}

void presence_page(struct presence *p, const struct id *user, const struct id *page, bool active)
{
    struct someone *s = someone_at(p, user);
    struct page *it = find_page(s, page);

    if (!it) {
        it = mem_new(struct page);
        it->id = *page;
        list_init(&it->link);
        list_add_tail(&s->pages, &it->link);
    }
    if (active || it->active)
        note_seen(s);
    it->active = active;
    it->gone = NEVER;
    update(s);
}

void presence_page_gone(struct presence *p, const struct id *user, const struct id *page)
{
    struct someone *s = map_get(p->people, id_span(user));
    struct page *it = s ? find_page(s, page) : NULL;

    if (!it)
        return;
    if (it->active)
        note_seen(s);
    it->gone = loop_now(p->loop) + p->grace;
    if (s->grace.place == 0)
        timer_set(&s->grace, it->gone);
}

static void set_manual(struct someone *s, enum presence_state manual)
{
    const bool hides = is_away(manual) && !is_away(s->told);

    if (hides)
        note_seen(s);
    s->manual = manual;
    s->manual_known = true;
    update(s);
}

void presence_set_by_hand(struct presence *p, const struct id *user, struct span state)
{
    set_manual(someone_at(p, user), presence_parse(state));
}

void presence_learn_by_hand(struct presence *p, const struct id *user, struct span state)
{
    struct someone *s = someone_at(p, user);

    if (!s->manual_known)
        set_manual(s, presence_parse(state));
}

void presence_set_in_call(struct presence *p, const struct id *user, bool in_call)
{
    struct someone *s = someone_at(p, user);

    s->in_call = in_call;
    update(s);
}

enum presence_state presence_get(const struct presence *p, const struct id *user)
{
    const struct someone *s = map_get(p->people, id_span(user));

    return s ? s->told : PRESENCE_OFFLINE;
}

void presence_write(const struct presence *p, const struct id *user, struct buf *out)
{
    write_object(map_get(p->people, id_span(user)), user, out);
}
