#include "chat/presence.h"
#include "support/test.h"

static struct bus_event last;
static unsigned told;
static struct buf json;

TEST(state_follows_the_table)
{
    static const struct {
        struct presence_facts facts;
        enum presence_state want;
    } rows[] = {
        {{PRESENCE_AUTO, false, 0, 0}, PRESENCE_OFFLINE},
        {{PRESENCE_AUTO, false, 1, 0}, PRESENCE_AVAILABLE},
        {{PRESENCE_AUTO, false, 1, 3}, PRESENCE_AVAILABLE},
        {{PRESENCE_AUTO, false, 0, 2}, PRESENCE_AWAY},
        {{PRESENCE_AUTO, true, 1, 0}, PRESENCE_IN_CALL},
        {{PRESENCE_AUTO, true, 0, 1}, PRESENCE_IN_CALL},
        {{PRESENCE_AUTO, true, 0, 0}, PRESENCE_OFFLINE},
        {{PRESENCE_BUSY, false, 1, 0}, PRESENCE_BUSY},
        {{PRESENCE_DND, true, 1, 0}, PRESENCE_DND},
        {{PRESENCE_BRB, false, 0, 1}, PRESENCE_BRB},
        {{PRESENCE_AVAILABLE, true, 0, 1}, PRESENCE_AVAILABLE},
        {{PRESENCE_AWAY, false, 1, 0}, PRESENCE_AWAY},
        {{PRESENCE_OFFLINE, true, 1, 0}, PRESENCE_OFFLINE},
        {{PRESENCE_AVAILABLE, false, 0, 0}, PRESENCE_OFFLINE},
        {{PRESENCE_BUSY, true, 0, 0}, PRESENCE_OFFLINE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_STR(presence_name(presence_state_of(&rows[i].facts)), presence_name(rows[i].want));
}

TEST(only_what_can_be_set_by_hand_is_read)
{
    CHECK_EQ(presence_parse(span_str("dnd")), PRESENCE_DND);
    CHECK_EQ(presence_parse(span_str("offline")), PRESENCE_OFFLINE);
    CHECK_EQ(presence_parse(span_str("in_call")), PRESENCE_AUTO);
    CHECK_EQ(presence_parse(span_str("")), PRESENCE_AUTO);
    CHECK_EQ(presence_parse(SPAN_NONE), PRESENCE_AUTO);
}

static void on_told(const struct bus_event *e, void *arg)
{
    (void)arg;
    last = *e;
    told++;
}

static const char *object_of(const struct presence *p, const struct id *user)
{
    buf_clear(&json);
    presence_write(p, user, &json);
    return buf_cstr(&json);
}

struct place {
    struct loop *loop;
    struct bus *bus;
    struct presence *presence;
    struct id user;
    struct id page;
    struct id other;
};

static struct place begin(void)
{
    struct place p = {.loop = loop_new()};

    p.bus = bus_new(p.loop);
    bus_subscribe(p.bus, on_told, NULL);
    p.presence = presence_new(p.loop, p.bus, 50 * MSEC);
    p.user = id_new(loop_wall(p.loop));
    p.page = id_new(loop_wall(p.loop));
    p.other = id_new(loop_wall(p.loop));
    return p;
}

static void end(struct place *p)
{
    presence_free(p->presence);
    bus_free(p->bus);
    loop_free(p->loop);
    buf_done(&json);
}

TEST(change_is_told_once)
{
    struct place p = begin();

    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_OFFLINE);
    CHECK(strstr(object_of(p.presence, &p.user), "\"state\":\"offline\",\"last_seen\":null"));
    presence_page(p.presence, &p.user, &p.page, true);
    presence_page(p.presence, &p.user, &p.page, true);
    presence_page(p.presence, &p.user, &p.other, true);
    CHECK_EQ(told, 1);
    CHECK(last.kind == BUS_PRESENCE && id_eq(&last.user, &p.user));
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_AVAILABLE);
    presence_page(p.presence, &p.user, &p.page, false);
    CHECK_EQ(told, 1);
    presence_page(p.presence, &p.user, &p.other, false);
    CHECK_EQ(told, 2);
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_AWAY);
    CHECK(!strstr(object_of(p.presence, &p.user), "null"));
    presence_set_in_call(p.presence, &p.user, true);
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_IN_CALL);
    presence_set_by_hand(p.presence, &p.user, span_str("dnd"));
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_DND);
    presence_set_by_hand(p.presence, &p.user, SPAN_NONE);
    presence_set_in_call(p.presence, &p.user, false);
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_AWAY);
    end(&p);
}

TEST(page_that_reloads_is_not_seen_to_go)
{
    struct place p = begin();

    presence_page(p.presence, &p.user, &p.page, true);
    presence_page_gone(p.presence, &p.user, &p.page);
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_AVAILABLE);
    presence_page(p.presence, &p.user, &p.page, true);
    presence_page_gone(p.presence, &p.user, &p.page);
    presence_page(p.presence, &p.user, &p.other, true);
    CHECK_EQ(told, 1);
    end(&p);
}

TEST(what_was_set_here_outlives_an_older_reading)
{
    struct place p = begin();

    presence_page(p.presence, &p.user, &p.page, true);
    presence_learn_by_hand(p.presence, &p.user, span_str("busy"));
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_BUSY);
    presence_set_by_hand(p.presence, &p.user, SPAN_NONE);
    presence_learn_by_hand(p.presence, &p.user, span_str("busy"));
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_AVAILABLE);
    end(&p);
}

static void stop_when_offline(const struct bus_event *e, void *arg)
{
    static const char word[] = "\"offline\"";

    if (memmem(e->members.p, e->members.len, word, sizeof(word) - 1))
        loop_stop(arg);
}

TEST(person_without_pages_is_offline_after_the_grace)
{
    struct place p = begin();

    bus_subscribe(p.bus, stop_when_offline, p.loop);
    presence_page(p.presence, &p.user, &p.page, true);
    presence_page_gone(p.presence, &p.user, &p.page);
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_AVAILABLE);
    loop_run(p.loop);
    CHECK_EQ(presence_get(p.presence, &p.user), PRESENCE_OFFLINE);
    CHECK_EQ(told, 2);
    CHECK(!strstr(object_of(p.presence, &p.user), "null"));
    end(&p);
}
