#include "auth/account.h"
#include "auth/invite.h"
#include "base/metric.h"
#include "support/folder.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

static struct loop *loop;
static struct store *store;
static struct bus *bus;
static struct sessions *sessions;
static struct accounts *accounts;
static struct secret *secret;
static struct office office;
static const struct invite_wish once = {.max_uses = 1, .expires_in_s = 3600};
static unsigned joined_rows;
static unsigned ended_sessions;

/* The last answer. */
static struct {
    int rc;
    char field[16];
    usec_t wait;
    char token[64];
    struct actor actor;
} got;

static int joined(struct db *db, const struct id *channel, const struct person *who,
                  struct wall now)
{
    (void)db;
    (void)now;
    CHECK(!id_none(channel) && !id_none(&who->id));
    joined_rows++;
    return 0;
}

static void published(const struct id *channel, void *arg)
{
    (void)channel;
    (void)arg;
}

static void on_bus(const struct bus_event *e, void *arg)
{
    (void)arg;
    ended_sessions += e->kind == BUS_SESSION_ENDED;
}

static void open_house(void)
{
    const struct store_conf conf = {.path = folder_make()};
    struct buf why = {0};

    loop = loop_new();
    CHECK_OK(store_open(loop, &conf, &store, &why));
    buf_done(&why);
    bus = bus_new(loop);
    bus_subscribe(bus, on_bus, NULL);
    sessions = sessions_new(loop, store, bus);
    secret = secret_new();
    office = (struct office){
        .loop = loop, .store = store, .bus = bus, .sessions = sessions, .secret = secret};
    accounts = accounts_new(&(struct accounts_conf){.loop = loop,
                                                    .store = store,
                                                    .bus = bus,
                                                    .sessions = sessions,
                                                    .secret = secret,
                                                    .joined = joined,
                                                    .published = published});
}

static void close_house(void)
{
    store_close(store);
    accounts_free(accounts);
    sessions_free(sessions);
    secret_free(secret);
    bus_free(bus);
    loop_free(loop);
    folder_remove();
}

static void on_arrival(const struct arrival *e, void *arg)
{
    (void)arg;
    got.rc = e->rc;
    got.wait = e->wait;
    got.actor = e->actor;
    (void)snprintf(got.field, sizeof(got.field), "%s", e->field ? e->field : "");
    (void)snprintf(got.token, sizeof(got.token), "%.*s", SPAN_ARG(e->token));
    loop_stop(loop);
}

static void on_token(int rc, struct span token, void *arg)
{
    (void)arg;
    got.rc = rc;
    (void)snprintf(got.token, sizeof(got.token), "%.*s", SPAN_ARG(token));
    loop_stop(loop);
}

static void on_invites(const struct invites_answer *a, void *arg)
{
    (void)arg;
    got.rc = a->rc;
    (void)snprintf(got.token, sizeof(got.token), "%.*s", SPAN_ARG(a->token));
    loop_stop(loop);
}

/* arg: the loop, when it runs until this answer. */
static void on_session(int rc, const struct actor *actor, void *arg)
{
    got.rc = rc;
    if (rc == 0)
        got.actor = *actor;
    if (arg)
        loop_stop(arg);
}

static const struct origin_of here = {.addr = {.ip = {192, 0, 2, 1}, .family = 4},
                                      .user_agent = {"test", 4}};

static struct newcomer person(const char *token, const char *email, const char *name)
{
    return (struct newcomer){.link_token = span_str(token),
                             .email = span_str(email),
                             .name = span_str(name),
                             .password = span_str("correct horse battery"),
                             .team = span_str("Contoso")};
}

static void set_up(void)
{
    char token[64];

    account_setup_token(accounts, on_token, NULL);
    loop_run(loop);
    CHECK_EQ(strlen(got.token), 43);
    memcpy(token, got.token, sizeof(token));

    const struct newcomer n = person(token, "Ada@Example.org", "Ada");
    account_set_up(accounts, &n, &here, on_arrival, NULL);
    loop_run(loop);
}

static int sign_in(const char *email, const char *password)
{
    const struct sign_in s = {.email = span_str(email), .password = span_str(password)};
    account_sign_in(accounts, &s, &here, on_arrival, NULL);
    loop_run(loop);
    return got.rc;
}

/* How many passwords were hashed or checked: it is what keeps others waiting. */
static uint64_t hashes(void)
{
    static const char name[] = "\nconvene_password_hashes_total ";
    struct buf text = {0};
    uint64_t n = 0;

    metric_write(&text);
    const char *at = strstr(buf_cstr(&text), name);
    if (at) {
        const struct span rest = span_str(at + strlen(name));
        CHECK_OK(span_u64(span_sub(rest, 0, span_find(rest, '\n')), UINT64_MAX, &n));
    }
    buf_done(&text);
    return n;
}

static int find(const char *token)
{
    struct actor actor;

    if (session_cached(sessions, span_str(token), &actor))
        return 0;
    (void)session_find(sessions, span_str(token), on_session, loop);
    loop_run(loop); /* at once where it is answered already */
    return got.rc;
}

TEST(setting_up_makes_the_owner_who_is_signed_in)
{
    open_house();
    set_up();
    CHECK_EQ(got.rc, 0);
    CHECK_EQ(got.actor.role, ROLE_OWNER);
    CHECK_EQ(joined_rows, 1);

    struct actor actor;
    CHECK(session_cached(sessions, span_str(got.token), &actor));
    CHECK(id_eq(&actor.user, &got.actor.user));
    close_house();
}

TEST(house_is_set_up_once)
{
    open_house();
    set_up();
    account_setup_token(accounts, on_token, NULL);
    loop_run(loop);
    CHECK_STR(got.token, "");

    const struct newcomer n =
        person("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "eve@example.org", "Eve");
    account_set_up(accounts, &n, &here, on_arrival, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, -EALREADY);
    close_house();
}

TEST(invitation_lets_in_as_often_as_it_says)
{
    char token[64];

    open_house();
    set_up();
    invite_create(&office, &got.actor, &here.addr, &once, on_invites, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, 0);
    memcpy(token, got.token, sizeof(token));

    struct newcomer n = person(token, "ada@example.org", "Not Ada");
    account_accept(accounts, &n, &here, on_arrival, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, -EEXIST); /* and the use is rolled back with it */

    n = person(token, "ben@example.org", "Ben");
    account_accept(accounts, &n, &here, on_arrival, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, 0);
    CHECK_EQ(got.actor.role, ROLE_MEMBER);

    n = person(token, "cy@example.org", "Cy");
    account_accept(accounts, &n, &here, on_arrival, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, -ENOENT);
    close_house();
}

TEST(link_that_is_made_up_costs_no_hash)
{
    const struct newcomer n =
        person("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "eve@example.org", "Eve");

    open_house();
    account_set_up(accounts, &n, &here, on_arrival, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, -ENOENT);
    CHECK_EQ(hashes(), 0);
    set_up();
    CHECK_EQ(hashes(), 1);
    account_accept(accounts, &n, &here, on_arrival, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, -ENOENT);
    account_set_up(accounts, &n, &here, on_arrival, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, -EALREADY);
    CHECK_EQ(hashes(), 1);
    close_house();
}

TEST(member_invites_nobody)
{
    open_house();
    set_up();
    struct actor member = got.actor;
    member.role = ROLE_MEMBER;
    invite_create(&office, &member, &here.addr, &once, on_invites, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, -EPERM);
    close_house();
}

TEST(wrong_password_and_unknown_account_are_told_alike)
{
    open_house();
    set_up();
    CHECK_EQ(sign_in("ada@example.org", "wrong"), -EACCES);
    CHECK_EQ(sign_in("nobody@example.org", "wrong"), -EACCES);
    CHECK_EQ(sign_in("not an address", "wrong"), -EACCES);
    CHECK_EQ(sign_in(" ADA@example.org", "correct horse battery"), 0);
    close_house();
}

TEST(unknown_account_costs_a_hash_as_a_known_one_does)
{
    open_house();
    set_up();
    const uint64_t before = hashes();
    CHECK_EQ(sign_in("ada@example.org", "wrong"), -EACCES);
    CHECK_EQ(hashes(), before + 1);
    CHECK_EQ(sign_in("nobody@example.org", "wrong"), -EACCES);
    CHECK_EQ(hashes(), before + 2);
    CHECK_EQ(sign_in("not an address", "wrong"), -EACCES);
    CHECK_EQ(hashes(), before + 3);
    close_house();
}

TEST(guessing_is_slowed_down_for_the_one_who_guesses)
{
    open_house();
    set_up();
    for (unsigned i = 0; i < 5; i++)
        CHECK_EQ(sign_in("ada@example.org", "wrong"), -EACCES);
    CHECK_EQ(sign_in("ada@example.org", "correct horse battery"), -EDQUOT);
    CHECK(got.wait > 0);

    struct origin_of elsewhere = here;
    elsewhere.addr.ip[3] = 2;
    account_sign_in(accounts,
                    &(struct sign_in){span_str("ada@example.org"),
                                      span_str("correct horse battery"), SPAN_NONE},
                    &elsewhere, on_arrival, NULL);
    loop_run(loop);
    CHECK_EQ(got.rc, 0);
    close_house();
}

TEST(guessing_from_many_addresses_of_one_site_is_slowed_down_as_well)
{
    struct origin_of from = {.addr = {.ip = {0x20, 0x01, 0x0d, 0xb8}, .family = 6}};

    open_house();
    set_up();
    for (uint8_t i = 0; i < 6; i++) {
        from.addr.ip[15] = i;
        account_sign_in(
            accounts, &(struct sign_in){span_str("ada@example.org"), span_str("wrong"), SPAN_NONE},
            &from, on_arrival, NULL);
        loop_run(loop);
        CHECK_EQ(got.rc, i < 5 ? -EACCES : -EDQUOT);
    }
    close_house();
}

TEST(ended_session_is_over_at_once_and_for_ever)
{
    char token[64];

    open_house();
    set_up();
    memcpy(token, got.token, sizeof(token));
    const struct actor actor = got.actor;
    CHECK_EQ(find(token), 0);
    session_end(sessions, &actor, NULL, NULL);
    CHECK_EQ(ended_sessions, 1);
    CHECK_EQ(find(token), -EACCES);
    close_house();
}

TEST(session_that_ends_while_it_is_looked_up_is_not_found)
{
    char token[64];

    open_house();
    set_up();
    memcpy(token, got.token, sizeof(token));
    const struct actor actor = got.actor;
    sessions_free(sessions);
    sessions = sessions_new(loop, store, bus); /* in the store, not in memory */

    CHECK(!session_find(sessions, span_str(token), on_session, loop));
    session_end(sessions, &actor, NULL, NULL);
    CHECK_EQ(ended_sessions, 1); /* told all the same: a socket of it may be open */
    loop_run(loop);
    CHECK_EQ(got.rc, -EACCES);
    CHECK_EQ(find(token), -EACCES);
    close_house();
}

TEST(session_survives_a_restart_of_its_table)
{
    char token[64];

    open_house();
    set_up();
    memcpy(token, got.token, sizeof(token));
    sessions_free(sessions);
    sessions = sessions_new(loop, store, bus);
    CHECK_EQ(find(token), 0);
    CHECK_EQ(got.actor.role, ROLE_OWNER);
    CHECK_EQ(find("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), -EACCES);
    CHECK_EQ(find("short"), -EACCES);
    close_house();
}

static int64_t good_for_ms; /* how long the session is good from now on */

static int run_expire(struct db *db, struct job *job)
{
    return db_exec(
        db, SQL_SESSION_TOUCH,
        VALS(val_id(&got.actor.session), val_int(job->now.ms), val_int(job->now.ms + good_for_ms)));
}

static void on_expired(struct job *job, int rc)
{
    CHECK_EQ(rc, 1);
    job_done(job);
    loop_stop(loop);
}

static void expire_in(int64_t ms)
{
    struct job job;

    good_for_ms = ms;
    job_init(&job, run_expire, on_expired);
    store_write(store, &job, SPAN_NONE);
    loop_run(loop);
    sessions_free(sessions);
    sessions = sessions_new(loop, store, bus);
}

static void stop_loop(void *arg)
{
    (void)arg;
    loop_stop(loop);
}

TEST(expired_session_is_nobodys)
{
    char token[64];

    open_house();
    set_up();
    memcpy(token, got.token, sizeof(token));
    expire_in(0);
    CHECK_EQ(find(token), -EACCES);
    close_house();
}

TEST(session_in_memory_expires_as_well)
{
    struct actor actor;
    struct timer timer;
    char token[64];
    int64_t ms = 50;

    open_house();
    set_up();
    memcpy(token, got.token, sizeof(token));
    do { /* on a slow machine it may be over before it is found */
        ms *= 2;
        expire_in(ms);
    } while (find(token) != 0 && ms < 10000);
    CHECK_EQ(got.rc, 0);

    timer_init(&timer, loop, stop_loop, NULL);
    timer_after(&timer, (usec_t)ms * MSEC + 10 * MSEC);
    loop_run(loop);
    timer_stop(&timer);
    CHECK(!session_cached(sessions, span_str(token), &actor));
    CHECK_EQ(find(token), -EACCES);
    close_house();
}

TEST(short_password_is_refused_by_name)
{
    open_house();
    struct newcomer n =
        person("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "eve@example.org", "Eve");
    n.password = span_str("short");
    account_set_up(accounts, &n, &here, on_arrival, NULL);
    CHECK_EQ(got.rc, -EBADMSG);
    CHECK_STR(got.field, "password");
    close_house();
}
