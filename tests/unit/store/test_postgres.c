/*
 * The PostgreSQL engine against a real server (TEST_DATABASE_URL, which tools/with-postgres sets),
 * in a database of each test's own.
 */
#include "store/engine.h"
#include "store/lane.h"
#include "store/person.h"
#include "store/postgres.h"
#include "support/folder.h"
#include "support/test.h"

#include <libpq-fe.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { URL_LEN = 512, NAME_LEN = 64 };

static char url[URL_LEN];
static PGconn *other; /* somebody else at the same database */

static void run_sql(PGconn *conn, const char *text)
{
    PGresult *r = PQexec(conn, text);

    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        test_fail(__FILE__, __LINE__, "%s: %s", text, PQresultErrorMessage(r));
    PQclear(r);
}

static int ask_number(const char *text)
{
    PGresult *r = PQexec(other, text);
    int n = -1;

    if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1)
        (void)sscanf(PQgetvalue(r, 0, 0), "%d", &n);
    PQclear(r);
    return n;
}

/* A fresh database; the server's own name is replaced at the end of the URL. */
static void make_database(void)
{
    const char *base = getenv("TEST_DATABASE_URL");
    char text[2 * NAME_LEN];
    char name[NAME_LEN];

    if (!base)
        test_skip("no TEST_DATABASE_URL (tools/with-postgres sets it)");
    PGconn *maker = PQconnectdb(base);
    (void)snprintf(name, sizeof(name), "t_unit_%d", (int)getpid());
    (void)snprintf(text, sizeof(text), "CREATE DATABASE %s", name);
    run_sql(maker, text);
    PQfinish(maker);
    const char *slash = strrchr(base, '/');
    (void)snprintf(url, sizeof(url), "%.*s/%s", (int)(slash - base), base, name);
    other = PQconnectdb(url);
    CHECK_EQ(PQstatus(other), CONNECTION_OK);
}

static void drop_database(void)
{
    char text[2 * NAME_LEN];
    PGconn *maker = PQconnectdb(getenv("TEST_DATABASE_URL"));

    PQfinish(other);
    (void)snprintf(text, sizeof(text), "DROP DATABASE t_unit_%d WITH (FORCE)", (int)getpid());
    run_sql(maker, text);
    PQfinish(maker);
}

static struct db *open_ready(void)
{
    struct db *db = NULL;
    struct buf why = {0};

    if (postgres_open(url, "DATABASE_URL", PG_SERVES, &db, &why) < 0 ||
        migrate(db, false, &why) < 0)
        test_fail(__FILE__, __LINE__, "%s", buf_cstr(&why));
    CHECK_OK(db->ops->enlist(db));
    buf_done(&why);
    return db;
}

static int put(struct db *db, const char *key)
{
    return db_exec(db, SQL_SETTING_INSERT, VALS(val_text(span_str(key)), val_text(span_str("v"))));
}

static int count_settings(void)
{
    return ask_number("SELECT COUNT(*) FROM setting");
}

TEST(a_transaction_keeps_what_its_savepoints_released)
{
    make_database();
    struct db *db = open_ready();

    CHECK_OK(db->ops->begin(db, true));
    CHECK_OK(db->ops->savepoint(db));
    CHECK_EQ(put(db, "a"), 1);
    CHECK_OK(db->ops->release(db));
    CHECK_OK(db->ops->savepoint(db));
    CHECK_EQ(put(db, "a"), -EEXIST);
    CHECK_EQ(db->ops->release(db), -EAGAIN); /* a failed one can only be taken back */
    CHECK_OK(db->ops->rollback_to(db));
    CHECK_OK(db->ops->savepoint(db));
    CHECK_EQ(put(db, "b"), 1);
    CHECK_OK(db->ops->rollback_to(db));
    CHECK_OK(db->ops->savepoint(db)); /* nothing in it: the server does not hear of it */
    CHECK_OK(db->ops->rollback_to(db));
    CHECK_OK(db->ops->commit(db));
    CHECK_EQ(count_settings(), 1);
    (void)db->ops->close(db);
    drop_database();
}

TEST(a_statement_that_fails_at_first_is_run_again)
{
    make_database();
    struct db *db = open_ready();

    run_sql(other, "INSERT INTO setting (key, value) VALUES ('a', 'v')");
    for (unsigned i = 0; i < 2; i++) {
        CHECK_OK(db->ops->begin(db, true));
        CHECK_OK(db->ops->savepoint(db));
        CHECK_EQ(put(db, "a"), -EEXIST);
        CHECK_OK(db->ops->rollback_to(db));
        db->ops->rollback(db); /* its answer comes with the next statement's */
    }
    CHECK_OK(db->ops->begin(db, true));
    CHECK_EQ(put(db, "b"), 1);
    CHECK_OK(db->ops->commit(db));
    CHECK_EQ(count_settings(), 2);
    (void)db->ops->close(db);
    drop_database();
}

TEST(every_statement_is_understood)
{
    make_database();
    struct db *db = open_ready();

    for (enum sql q = 0; q < SQL_MAX_; q++) {
        if (q == SQL_SCHEMA_THERE_SQLITE || q == SQL_INTEGRITY_SQLITE || q == SQL_SIZE_SQLITE)
            continue;
        PGresult *r = PQprepare(other, "", sql_text[q], 0, NULL);
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            test_fail(__FILE__, __LINE__, "%s: %s", sql_text[q], PQresultErrorMessage(r));
        PQclear(r);
    }
    (void)db->ops->close(db);
    drop_database();
}

static void end_everybody_else(void)
{
    run_sql(other, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    while (ask_number("SELECT COUNT(*) FROM pg_stat_activity"
                      " WHERE datname = current_database() AND pid <> pg_backend_pid()") > 0)
        (void)usleep(1000);
}

TEST(what_was_not_committed_when_the_connection_broke_is_known_not_to_be)
{
    make_database();
    struct db *db = open_ready();
    struct buf why = {0};
    enum outcome outcome = OUTCOME_COMMITTED;

    CHECK_OK(db->ops->begin(db, true));
    CHECK_EQ(put(db, "a"), 1);
    end_everybody_else();
    CHECK_EQ(db->ops->commit(db), -ECONNRESET);
    CHECK(db->ops->lost(db));
    CHECK_EQ(pg_of(db)->doubted, pg_of(db)->batch); /* to be asked for */
    CHECK_EQ(put(db, "b"), -ECONNRESET);
    CHECK_OK(db->ops->revive(db, &outcome, &why));
    CHECK_EQ(outcome, OUTCOME_NONE);
    CHECK_EQ(count_settings(), 0);
    (void)db->ops->close(db);
    drop_database();
}

/* As if the connection had broken before the answer of the commit that has just taken place. */
static void lose_the_answer(struct db *db)
{
    pg_of(db)->doubted = pg_of(db)->batch;
    end_everybody_else();
}

TEST(what_was_committed_when_the_connection_broke_is_known_to_be)
{
    make_database();
    struct db *db = open_ready();
    struct buf why = {0};
    enum outcome outcome = OUTCOME_NONE;

    CHECK_OK(db->ops->begin(db, true));
    CHECK_EQ(put(db, "a"), 1);
    CHECK_OK(db->ops->commit(db));
    lose_the_answer(db);
    CHECK_OK(db->ops->revive(db, &outcome, &why));
    CHECK_EQ(outcome, OUTCOME_COMMITTED);
    CHECK_OK(db->ops->begin(db, true));
    CHECK_EQ(put(db, "b"), 1);
    CHECK_OK(db->ops->commit(db));
    CHECK_EQ(count_settings(), 2);
    (void)db->ops->close(db);
    drop_database();
}

/* The jobs of a batch may have been answered before it was known whether it was committed.  What is
 * read then says nothing about the next batch. */
TEST(the_outcome_of_one_batch_is_not_taken_for_that_of_the_next)
{
    make_database();
    struct db *db = open_ready();
    struct buf why = {0};
    enum outcome outcome = OUTCOME_COMMITTED;

    CHECK_OK(db->ops->begin(db, true));
    CHECK_EQ(put(db, "a"), 1);
    CHECK_OK(db->ops->commit(db));
    lose_the_answer(db);
    CHECK_OK(db->ops->begin(db, false));
    CHECK_EQ(put(db, "b"), -ECONNRESET);
    db->ops->rollback(db);
    CHECK_EQ(db->ops->begin(db, true), -ECONNRESET);
    CHECK_OK(db->ops->revive(db, &outcome, &why));
    CHECK_EQ(outcome, OUTCOME_UNTOLD); /* and its listeners are to be told */
    (void)db->ops->close(db);
    drop_database();
}

TEST(reading_sees_one_state)
{
    make_database();
    struct db *db = open_ready();
    struct db *reader = NULL;
    struct buf why = {0};

    CHECK_OK(postgres_open(url, "DATABASE_URL", PG_READS, &reader, &why));
    CHECK_OK(reader->ops->begin(reader, false));
    CHECK_EQ(db_one(reader, SQL_SETTING_GET, VALS(val_text(span_str("a")))), -ENOENT);
    run_sql(other, "INSERT INTO setting (key, value) VALUES ('a', 'v')");
    CHECK_EQ(db_one(reader, SQL_SETTING_GET, VALS(val_text(span_str("a")))), -ENOENT);
    reader->ops->rollback(reader);
    CHECK_OK(reader->ops->begin(reader, false));
    CHECK_EQ(db_one(reader, SQL_SETTING_GET, VALS(val_text(span_str("a")))), 1);
    CHECK(span_is(db_span(reader, 0), "v"));
    reader->ops->rollback(reader);
    (void)reader->ops->close(reader);
    (void)db->ops->close(db);
    drop_database();
}

/* A job that is taken back alone takes with it what it wanted done before the commit. */
TEST(what_was_to_be_done_late_is_taken_back_with_its_savepoint)
{
    make_database();
    struct db *db = open_ready();
    const struct id one = id_new((struct wall){1});
    const struct id two = id_new((struct wall){2});

    CHECK_OK(db->ops->begin(db, true));
    for (unsigned i = 0; i < 2; i++) {
        const struct person p = {.id = i ? two : one,
                                 .email = span_str(i ? "b@x" : "a@x"),
                                 .name = span_str("Somebody"),
                                 .role = span_str("member")};
        CHECK(person_insert(db, &p, (struct wall){1}) >= 0);
    }
    CHECK_OK(db->ops->commit(db));
    CHECK_OK(db->ops->begin(db, true));
    CHECK_OK(db->ops->savepoint(db));
    CHECK_OK(person_changed(db, &one));
    CHECK_OK(db->ops->release(db));
    CHECK_OK(db->ops->savepoint(db));
    CHECK_OK(person_changed(db, &two));
    CHECK_OK(db->ops->rollback_to(db));
    CHECK_OK(db->ops->commit(db));
    CHECK_EQ(ask_number("SELECT SUM(last_change) FROM person_head"), 3);
    (void)db->ops->close(db);
    drop_database();
}

/* A long row of puts waits for no answer; the commit tells of the first that failed. */
TEST(puts_are_answered_by_the_commit)
{
    enum { PUTS = 600 };
    make_database();
    struct db *db = open_ready();
    char key[NAME_LEN];

    for (unsigned round = 0; round < 2; round++) {
        CHECK_OK(db->ops->begin(db, true));
        for (unsigned i = 0; i < PUTS; i++) {
            (void)snprintf(key, sizeof(key), "%u", i);
            CHECK_OK(db->ops->put(db, SQL_SETTING_INSERT,
                                  VALS(val_text(span_str(key)), val_text(span_str("v")))));
        }
        CHECK_EQ(db->ops->commit(db), round == 0 ? 0 : -EEXIST);
        db->ops->rollback(db);
    }
    CHECK_EQ(count_settings(), PUTS);
    (void)db->ops->close(db);
    drop_database();
}

static int explain(const char *to, const char *part)
{
    struct db *db = NULL;
    struct buf why = {0};
    const int rc = postgres_open(to, "DATABASE_URL", PG_SERVES, &db, &why);

    CHECK(strstr(buf_cstr(&why), "DATABASE_URL") != NULL);
    if (!strstr(buf_cstr(&why), part))
        test_fail(__FILE__, __LINE__, "%s does not say: %s", buf_cstr(&why), part);
    CHECK(strstr(buf_cstr(&why), "hidden") == NULL); /* the password */
    buf_done(&why);
    return rc;
}

TEST(what_is_wrong_with_the_database_is_told)
{
    make_database();
    char text[URL_LEN + NAME_LEN];

    CHECK_EQ(explain("postgres://u:hidden@127.0.0.1:1/x", "nothing listens"), -EAGAIN);
    CHECK_EQ(explain("postgres://u:hidden@no.such.host.invalid/x", "cannot be resolved"), -EAGAIN);
    CHECK_EQ(explain("postgres://u:hidden@h/x?nonsense=1", "not a URL"), -EPROTO);
    /* A password as it was pasted in. */
    CHECK_EQ(explain("postgres://u:x/hidden@127.0.0.1:1/x", "%2F"), -EPROTO);
    CHECK_EQ(explain("postgres://u:hidden/x@127.0.0.1:1/x", "%2F"), -EPROTO);
    CHECK_EQ(explain("postgres://u:x@hidden@127.0.0.1:1/x", "%40"), -EPROTO);
    CHECK_EQ(explain("postgres://u:x@hidden/y@127.0.0.1:1/x", "%40"), -EPROTO);
    CHECK_EQ(explain("postgres://u:x:hidden@127.0.0.1:1/x", "nothing listens"), -EAGAIN);
    CHECK_EQ(explain("postgres://u:x?hidden@127.0.0.1:1/x", "nothing listens"), -EAGAIN);
    CHECK_EQ(explain("postgres://u:x#hidden@127.0.0.1:1/x", "nothing listens"), -EAGAIN);
    (void)snprintf(text, sizeof(text), "%s_not", url);
    CHECK_EQ(explain(text, "createdb"), -ENOENT);
    (void)snprintf(text, sizeof(text), "%s?sslmode=require", url);
    CHECK_EQ(explain(text, "it has no TLS"), -EACCES);
    (void)snprintf(text, sizeof(text), "%s?user=nobody_here", url);
    CHECK_EQ(explain(text, "the user does not exist"), -EACCES);
    drop_database();
}

TEST(a_user_without_the_right_to_make_tables_is_told)
{
    make_database();
    struct db *db = NULL;
    struct buf why = {0};
    char text[URL_LEN + NAME_LEN];

    run_sql(other, "REVOKE CREATE ON SCHEMA public FROM public");
    run_sql(other, "DROP ROLE IF EXISTS t_poor");
    run_sql(other, "CREATE ROLE t_poor LOGIN");
    (void)snprintf(text, sizeof(text), "%s?user=t_poor", url);
    CHECK_OK(postgres_open(text, "DATABASE_URL", PG_SERVES, &db, &why));
    CHECK_EQ(migrate(db, false, &why), -EPROTO);
    CHECK(strstr(buf_cstr(&why), "GRANT CREATE") != NULL);
    (void)db->ops->close(db);
    buf_done(&why);
    run_sql(other, "DROP ROLE t_poor");
    drop_database();
}

static void migrate_in_a_child(pid_t *ret)
{
    *ret = fork();
    if (*ret != 0)
        return;
    struct db *db = NULL;
    struct buf why = {0};
    const int rc = postgres_open(url, "DATABASE_URL", PG_SERVES, &db, &why);
    _exit(rc == 0 && migrate(db, false, &why) == 0 ? 0 : 1);
}

/* Four starts at once on an empty database, one of them killed on the way. */
TEST(starts_at_once_do_not_meet_in_a_migration)
{
    enum { STARTS = 4, ROUNDS = 8 };

    make_database();
    for (int round = 0; round < ROUNDS; round++) {
        pid_t children[STARTS];
        run_sql(other, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        for (int i = 0; i < STARTS; i++)
            migrate_in_a_child(&children[i]);
        (void)usleep((useconds_t)round * 3000);
        (void)kill(children[0], SIGKILL);
        for (int i = 0; i < STARTS; i++) {
            int status = 0;
            CHECK_EQ(waitpid(children[i], &status, 0), children[i]);
            CHECK(i == 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
        }
        CHECK_EQ(ask_number("SELECT version FROM schema_version"), (int)sql_migration_count);
        CHECK_EQ(ask_number("SELECT COUNT(*) FROM schema_version"), 1);
    }
    drop_database();
}

struct note {
    struct job job;
    struct loop *loop;
    unsigned *open;
    char key[NAME_LEN];
    int rc;
};

static int put_note(struct db *db, struct job *job)
{
    const int rc = put(db, container_of(job, struct note, job)->key);

    return rc < 0 ? rc : 0;
}

static void noted(struct job *job, int rc)
{
    struct note *n = container_of(job, struct note, job);

    n->rc = rc;
    job_done(job);
    if (--*n->open == 0)
        loop_stop(n->loop);
}

/* While others end the connections, again and again, each job is run once. */
TEST(jobs_survive_lost_connections)
{
    enum { JOBS = 600, CUTS = 6 };
    static struct note notes[JOBS];
    struct loop *l = loop_new();
    struct store *s = NULL;
    struct buf why = {0};
    unsigned open = JOBS;

    make_database();
    const struct store_conf conf = {.path = folder_make(), .url = url, .pool = 6};
    CHECK_OK(store_open(l, &conf, &s, &why));
    for (unsigned i = 0; i < JOBS; i++) {
        struct note *n = &notes[i];
        n->loop = l;
        n->open = &open;
        (void)snprintf(n->key, sizeof(n->key), "k%u", i);
        job_init(&n->job, put_note, noted);
        store_write(s, &n->job, span_str(n->key));
        if (i % (JOBS / CUTS) == JOBS / CUTS / 2)
            run_sql(other, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }
    loop_run(l);
    for (unsigned i = 0; i < JOBS; i++)
        CHECK_EQ(notes[i].rc, 0);
    CHECK_EQ(count_settings(), JOBS);
    store_close(s);
    loop_free(l);
    folder_remove();
    drop_database();
}

/* Ends its own connection whenever it is run, as a statement would that crashes the server. */
static int put_or_break(struct db *db, struct job *job)
{
    const struct note *n = container_of(job, struct note, job);

    if (n->key[0] == '!')
        pg_drop(pg_of(db), "poison");
    return put_note(db, job);
}

TEST(a_job_that_breaks_its_connection_fails_alone)
{
    enum { JOBS = 5 };
    static struct note notes[JOBS];
    struct loop *l = loop_new();
    struct store *s = NULL;
    struct buf why = {0};
    unsigned open = JOBS;

    make_database();
    const struct store_conf conf = {.path = folder_make(), .url = url, .pool = 2};
    CHECK_OK(store_open(l, &conf, &s, &why));
    for (unsigned i = 0; i < JOBS; i++) {
        struct note *n = &notes[i];
        n->loop = l;
        n->open = &open;
        (void)snprintf(n->key, sizeof(n->key), "%s%u", i == 2 ? "!" : "k", i);
        job_init(&n->job, put_or_break, noted);
        store_write(s, &n->job, SPAN_NONE);
    }
    loop_run(l);
    for (unsigned i = 0; i < JOBS; i++)
        CHECK_EQ(notes[i].rc, i == 2 ? -ECONNRESET : 0);
    CHECK_EQ(count_settings(), JOBS - 1);
    store_close(s);
    loop_free(l);
    folder_remove();
    drop_database();
}

enum { PEOPLE = 12 };
static struct id people[PEOPLE];

/* Touches everybody, each job in an order of its own. */
static int touch_all(struct db *db, struct job *job)
{
    const struct note *n = container_of(job, struct note, job);
    const size_t from = (size_t)n->key[0];
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < PEOPLE; i++)
        rc = person_changed(db, &people[(from * (i + 1) + i * 5) % PEOPLE]);
    return rc;
}

static void make_people(struct db *db)
{
    CHECK_OK(db->ops->begin(db, true));
    for (size_t i = 0; i < PEOPLE; i++) {
        char email[NAME_LEN];
        people[i] = id_new((struct wall){(int64_t)i + 1});
        (void)snprintf(email, sizeof(email), "p%zu@example.org", i);
        const struct person who = {.id = people[i],
                                   .email = span_str(email),
                                   .name = span_str("Somebody"),
                                   .role = span_str("member")};
        CHECK(person_insert(db, &who, (struct wall){1}) >= 0);
    }
    CHECK_OK(db->ops->commit(db));
}

/* Reading in many channels meets in the rows of the people; taken as they come, batches of several
 * writers would wait for each other in circles, a second each. */
TEST(writers_do_not_wait_for_each_other_in_a_circle)
{
    enum { JOBS = 400 };
    static struct note notes[JOBS];
    struct loop *l = loop_new();
    struct store *s = NULL;
    struct buf why = {0};
    unsigned open = JOBS;

    make_database();
    struct db *db = open_ready();
    make_people(db);
    (void)db->ops->close(db);
    const struct store_conf conf = {.path = folder_make(), .url = url, .pool = 8};
    CHECK_OK(store_open(l, &conf, &s, &why));
    for (unsigned i = 0; i < JOBS; i++) {
        struct note *n = &notes[i];
        n->loop = l;
        n->open = &open;
        (void)snprintf(n->key, sizeof(n->key), "%c%u", 'a' + (int)(i % 7), i);
        job_init(&n->job, touch_all, noted);
        store_write(s, &n->job, span_str(n->key));
    }
    loop_run(l);
    for (unsigned i = 0; i < JOBS; i++)
        CHECK_EQ(notes[i].rc, 0);
    CHECK(ask_number("SELECT MIN(last_change) FROM person_head") > 1);
    store_close(s);
    (void)usleep(200000); /* a server process counts when it ends */
    CHECK_EQ(
        ask_number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), 0);
    loop_free(l);
    folder_remove();
    drop_database();
}
