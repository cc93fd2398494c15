/*
 * The hub behind a real HTTP server; its store is this file, which answers a load when the test says
 * so, and in the order that the test wants.
 */
#include "http/request.h"
#include "hub/hub.h"

#include <semaphore.h>

#define client_send raw_send /* the hub has one of that name too */
#include "unit/http/fixture.h"
#undef client_send

enum { LOADS_MAX = 8, SEEN_MAX = 64 * 1024 };

static const char upgrade[] =
    "GET /socket HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n";

static struct fixture f;
static struct hub *hub;
static struct bus *bus;
static struct actor me;
static struct id room;
static sem_t done;
static struct {
    hub_loaded_fn *loaded;
    void *token;
} loads[LOADS_MAX];
static int load_count;
static const char *at_opening; /* a type of event that is published when a socket opens */
static void (*act)(void);

static void tell_me(const char *type)
{
    bus_publish(bus,
                &(struct bus_event){
                    .kind = BUS_EVENT, .audience = BUS_TO_USER, .user = me.user, .type = type});
}

static void tell_room(const char *type)
{
    bus_publish(bus,
                &(struct bus_event){
                    .kind = BUS_EVENT, .audience = BUS_TO_CHANNEL, .channel = room, .type = type});
}

static void move(enum bus_kind kind)
{
    bus_publish(bus, &(struct bus_event){.kind = kind, .user = me.user, .channel = room});
}

static void load(const struct actor *a, hub_loaded_fn *loaded, void *token, void *arg)
{
    (void)a;
    (void)arg;
    CHECK(load_count < LOADS_MAX);
    loads[load_count].loaded = loaded;
    loads[load_count++].token = token;
    (void)sem_post(&done);
}

/* Answers the i-th load: the person is in the room, or in nothing. */
static void answer(int i, bool in_room)
{
    loads[i].loaded(0, span_str("\"a\":1"), &room, in_room ? 1 : 0, loads[i].token);
}

static void on_opened(struct client *c, void *arg)
{
    (void)c;
    (void)arg;
    if (at_opening)
        tell_me(at_opening);
}

static void on_closed(struct client *c, bool gone, void *arg)
{
    (void)c;
    (void)gone;
    (void)arg;
}

static void handle(struct request *r, void *arg)
{
    const struct hub_open open = {.actor = me, .pos = -1};

    (void)arg;
    hub_open(hub, r, &open);
}

static void make_hub(void)
{
    bus = bus_new(f.loop);
    hub = hub_new(&(struct hub_conf){
        .loop = f.loop, .bus = bus, .load = load, .opened = on_opened, .closed = on_closed});
}

static void run_act(void *arg)
{
    (void)arg;
    act();
    (void)sem_post(&done);
}

static void on_loop(void (*fn)(void))
{
    act = fn;
    loop_post(f.loop, run_act, NULL);
    (void)sem_wait(&done);
}

static void begin(void)
{
    const struct http_conf conf = {.handle = handle};
    const struct wall now = {1};

    (void)sem_init(&done, 0, 0);
    me = (struct actor){.user = id_new(now),
                        .session = id_new(now),
                        .role = ROLE_MEMBER,
                        .scopes = SCOPES_OF_SESSION};
    room = id_new(now);
    fixture_start(&f, conf, NULL);
    on_loop(make_hub);
}

static void finish(void)
{
    fixture_stop(&f);
    hub = hub_free(hub);
    bus = bus_free(bus);
    (void)sem_destroy(&done);
}

/* A socket whose load is under way. */
static int open_one(void)
{
    const int fd = client_connect(&f);

    client_say(fd, upgrade);
    (void)sem_wait(&done);
    return fd;
}

/* All that comes until `last` is in it. */
static const char *seen_until(int fd, const char *last)
{
    static char seen[SEEN_MAX + 1];
    size_t n = 0;

    while (!memmem(seen, n, last, strlen(last))) {
        const ssize_t got = recv(fd, seen + n, SEEN_MAX - n, 0);
        CHECK(got > 0);
        n += (size_t)got;
    }
    for (size_t i = 0; i < n; i++)
        seen[i] = seen[i] ? seen[i] : '.';
    seen[n] = 0;
    return seen;
}

/* The answers were read before the person left; those that are asked for anew, after it. */
static void leave_while_both_load(void)
{
    move(BUS_MEMBER_REMOVED);
    answer(0, true);
    answer(1, true);
    for (int i = 2; i < load_count; i++)
        answer(i, false);
    tell_room("secret");
    tell_me("end");
}

TEST(nothing_of_a_channel_comes_to_two_pages_that_loaded_while_the_person_left_it)
{
    begin();
    const int one = open_one();
    const int two = open_one();
    on_loop(leave_while_both_load);
    CHECK(!strstr(seen_until(one, "\"end\""), "\"secret\""));
    CHECK(!strstr(seen_until(two, "\"end\""), "\"secret\""));
    CHECK_OK(close(one));
    CHECK_OK(close(two));
    finish();
}

static void join_while_loading(void)
{
    move(BUS_MEMBER_ADDED);
    answer(0, false);
    for (int i = 1; i < load_count; i++)
        answer(i, true);
    tell_room("news");
    tell_me("end");
}

TEST(what_comes_in_a_channel_that_was_joined_while_it_loaded_is_heard)
{
    begin();
    const int fd = open_one();
    on_loop(join_while_loading);
    CHECK(strstr(seen_until(fd, "\"end\""), "\"news\""));
    CHECK_OK(close(fd));
    finish();
}

static void tell_before_the_answer(void)
{
    tell_room("meanwhile");
    answer(0, true);
    tell_me("end");
}

TEST(what_happened_between_the_load_and_its_answer_follows_the_state)
{
    begin();
    const int fd = open_one();
    on_loop(tell_before_the_answer);
    const char *seen = seen_until(fd, "\"end\"");
    const char *gap = strstr(seen, "\"gap\"");
    CHECK(gap != NULL);
    CHECK(strstr(gap, "\"meanwhile\"") != NULL);
    CHECK_OK(close(fd));
    finish();
}

static void answer_first(void)
{
    answer(0, true);
    tell_me("end");
}

/* An event in front of the state would move the page's position past what it has not got. */
TEST(nothing_with_a_position_comes_before_the_state)
{
    begin();
    at_opening = "early";
    const int fd = open_one();
    on_loop(answer_first);
    const char *seen = seen_until(fd, "\"end\"");
    CHECK(strstr(seen, "\"gap\"") != NULL);
    const char *early = strstr(seen, "\"early\"");
    CHECK(!early || early > strstr(seen, "\"gap\""));
    CHECK_OK(close(fd));
    finish();
}

static void move_at_every_answer(void)
{
    for (int i = 0; i < load_count; i++) {
        move(i % 2 ? BUS_MEMBER_ADDED : BUS_MEMBER_REMOVED);
        answer(i, true);
    }
}

TEST(a_state_that_changes_too_fast_is_given_up_and_not_guessed)
{
    begin();
    const int fd = open_one();
    on_loop(move_at_every_answer);
    const char *seen = seen_until(fd, "too fast");
    CHECK(!strstr(seen, "\"gap\""));
    CHECK_OK(close(fd));
    finish();
}

static void resync(void)
{
    tell_room("before");
    hub_resync(hub);
    for (int i = 1; i < load_count; i++)
        answer(i, true);
    tell_room("after");
    tell_me("end");
}

/* Something was stored of which nobody was told. */
TEST(a_resync_gives_the_state_anew_and_goes_on)
{
    begin();
    const int fd = open_one();
    on_loop(answer_first);
    (void)seen_until(fd, "\"end\"");
    on_loop(resync);
    const char *seen = seen_until(fd, "\"end\"");
    const char *gap = strstr(seen, "\"gap\"");
    CHECK(gap != NULL);
    CHECK(strstr(seen, "\"before\"") != NULL && strstr(seen, "\"before\"") < gap);
    CHECK(strstr(gap, "\"after\"") != NULL);
    CHECK_OK(close(fd));
    finish();
}
