#include "store/store.h"
#include "support/folder.h"
#include "support/test.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VALUE_LEN = 64 };

/* Writes key=value, or reads key; counts itself down and stops the loop with the last. */
struct note {
    struct job job;
    struct loop *loop;
    unsigned *open;
    char key[VALUE_LEN];
    char value[VALUE_LEN];
    struct span read;
    bool fail; /* after the write */
    unsigned runs;
    int rc;
    unsigned place; /* in the order of answers, from 1 */
};

static unsigned answers;

static int put(struct db *db, struct job *job)
{
    struct note *n = container_of(job, struct note, job);

    n->runs++;
    const int rc = db_exec(db, SQL_SETTING_INSERT,
                           VALS(val_text(span_str(n->key)), val_text(span_str(n->value))));
    if (rc < 0)
        return rc;
    return n->fail ? -EPERM : 0;
}

static int get(struct db *db, struct job *job)
{
    struct note *n = container_of(job, struct note, job);
    const int rc = db_one(db, SQL_SETTING_GET, VALS(val_text(span_str(n->key))));

    if (rc > 0)
        n->read = db_text(db, 0, job->arena);
    return rc < 0 ? rc : 0;
}

static void on_done(struct job *job, int rc)
{
    struct note *n = container_of(job, struct note, job);

    n->rc = rc;
    n->place = ++answers;
    if (--*n->open == 0)
        loop_stop(n->loop);
}

static struct store *open_in(struct loop *l, const char *folder)
{
    const struct store_conf conf = {.path = folder};
    struct store *s = NULL;
    struct buf why = {0};

    if (store_open(l, &conf, &s, &why) < 0)
        test_fail(__FILE__, __LINE__, "%s", buf_cstr(&why));
    buf_done(&why);
    return s;
}

static void note_put(struct note *n, const char *key, const char *value)
{
    (void)snprintf(n->key, sizeof(n->key), "%s", key);
    (void)snprintf(n->value, sizeof(n->value), "%s", value);
    job_init(&n->job, put, on_done);
}

static void run_writes(struct loop *l, struct store *s, struct note *notes, unsigned count)
{
    unsigned open = count;

    for (unsigned i = 0; i < count; i++) {
        notes[i].loop = l;
        notes[i].open = &open;
        store_write(s, &notes[i].job, SPAN_NONE);
    }
    loop_run(l);
    for (unsigned i = 0; i < count; i++)
        job_done(&notes[i].job);
}

static bool is_there(struct loop *l, struct store *s, const char *key)
{
    struct note n = {.loop = l};
    unsigned open = 1;

    n.open = &open;
    (void)snprintf(n.key, sizeof(n.key), "%s", key);
    job_init(&n.job, get, on_done);
    store_read(s, &n.job);
    loop_run(l);
    job_done(&n.job);
    CHECK(n.rc == 0 || n.rc == -ENOENT);
    return n.rc == 0;
}

TEST(job_that_fails_is_rolled_back_alone)
{
    struct loop *l = loop_new();
    struct store *s = open_in(l, folder_make());
    struct note notes[4] = {0};

    note_put(&notes[0], "a", "1");
    note_put(&notes[1], "b", "1");
    notes[1].fail = true;
    note_put(&notes[2], "a", "2");
    note_put(&notes[3], "c", "1");
    run_writes(l, s, notes, 4);

    CHECK_EQ(notes[0].rc, 0);
    CHECK_EQ(notes[1].rc, -EPERM);
    CHECK_EQ(notes[2].rc, -EEXIST);
    CHECK_EQ(notes[3].rc, 0);
    CHECK(is_there(l, s, "a"));
    CHECK(!is_there(l, s, "b"));
    CHECK(is_there(l, s, "c"));
    store_close(s);
    loop_free(l);
    folder_remove();
}

TEST(answers_come_in_the_order_of_the_jobs)
{
    enum { COUNT = 1000 };
    static struct note notes[COUNT];
    struct loop *l = loop_new();
    struct store *s = open_in(l, folder_make());

    for (unsigned i = 0; i < COUNT; i++) {
        char key[VALUE_LEN];
        (void)snprintf(key, sizeof(key), "k%u", i);
        note_put(&notes[i], key, "v");
    }
    run_writes(l, s, notes, COUNT);
    for (unsigned i = 0; i < COUNT; i++)
        CHECK_EQ(notes[i].place, i + 1);
    store_close(s);
    loop_free(l);
    folder_remove();
}

TEST(second_server_on_a_folder_is_refused)
{
    struct loop *l = loop_new();
    const char *folder = folder_make();
    struct store *first = open_in(l, folder);
    const struct store_conf conf = {.path = folder};
    struct store *second = NULL;
    struct buf why = {0};

    CHECK_EQ(store_open(l, &conf, &second, &why), -EBUSY);
    CHECK(strstr(buf_cstr(&why), "Another Convene") != NULL);
    buf_done(&why);
    store_close(first);
    loop_free(l);
    folder_remove();
}

TEST(database_is_for_the_server_alone)
{
    struct loop *l = loop_new();
    const char *folder = folder_make();
    struct store *s = open_in(l, folder);
    char name[512];
    struct stat st;

    (void)snprintf(name, sizeof(name), "%s/convene.db", folder);
    CHECK_OK(stat(name, &st));
    CHECK_EQ(st.st_mode & 0777, 0600);
    store_close(s);
    loop_free(l);
    folder_remove();
}

static int set_newer(struct db *db, struct job *job)
{
    (void)job;
    return db_exec(db, SQL_SCHEMA_ADVANCE,
                   VALS(val_int(sql_migration_count + 1), val_int(sql_migration_count + 1)));
}

/* As a later release leaves it beside which this one may still run. */
static int set_newer_but_compatible(struct db *db, struct job *job)
{
    (void)job;
    return db_exec(db, SQL_SCHEMA_ADVANCE,
                   VALS(val_int(sql_migration_count + 1), val_int(sql_migration_count)));
}

TEST(newer_database_that_suits_this_program_is_used)
{
    struct loop *l = loop_new();
    const char *folder = folder_make();
    struct store *s = open_in(l, folder);
    struct note n = {0};
    struct note more = {0};

    job_init(&n.job, set_newer_but_compatible, on_done);
    run_writes(l, s, &n, 1);
    CHECK_EQ(n.rc, 1);
    store_close(s);

    s = open_in(l, folder);
    note_put(&more, "after", "v");
    run_writes(l, s, &more, 1);
    CHECK_EQ(more.rc, 0);
    store_close(s);
    loop_free(l);
    folder_remove();
}

TEST(newer_database_is_refused_and_left_alone)
{
    struct loop *l = loop_new();
    const char *folder = folder_make();
    struct store *s = open_in(l, folder);
    struct note n = {0};
    struct buf why = {0};

    job_init(&n.job, set_newer, on_done);
    run_writes(l, s, &n, 1);
    CHECK_EQ(n.rc, 1);
    store_close(s);

    const struct store_conf conf = {.path = folder};
    CHECK_EQ(store_open(l, &conf, &s, &why), -EPROTO);
    CHECK(strstr(buf_cstr(&why), "newer Convene") != NULL);
    buf_done(&why);
    loop_free(l);
    folder_remove();
}

/* The child tells each key once it is acknowledged; what it told must be there after kill -9. */
static void write_for_ever(const char *folder, int tell)
{
    struct loop *l = loop_new();
    struct store *s = open_in(l, folder);

    for (unsigned i = 0;; i++) {
        struct note n = {0};
        char key[VALUE_LEN];

        (void)snprintf(key, sizeof(key), "k%u", i);
        note_put(&n, key, "v");
        run_writes(l, s, &n, 1);
        if (n.rc != 0 || write(tell, &i, sizeof(i)) != sizeof(i))
            _exit(1);
    }
}

TEST(what_was_acknowledged_survives_kill_9)
{
    enum { ENOUGH = 50 };
    const char *folder = folder_make();
    int ends[2];
    unsigned last = 0;

    CHECK_OK(pipe(ends));
    const pid_t child = fork();
    if (child == 0)
        write_for_ever(folder, ends[1]);
    (void)close(ends[1]);
    while (last < ENOUGH && read(ends[0], &last, sizeof(last)) == sizeof(last)) {
    }
    CHECK_OK(kill(child, SIGKILL));
    CHECK_EQ(waitpid(child, NULL, 0), child);
    while (read(ends[0], &last, sizeof(last)) == sizeof(last)) {
    }

    struct loop *l = loop_new();
    struct store *s = open_in(l, folder);
    for (unsigned i = 0; i <= last; i++) {
        char key[VALUE_LEN];
        (void)snprintf(key, sizeof(key), "k%u", i);
        CHECK(is_there(l, s, key));
    }
    store_close(s);
    loop_free(l);
    folder_remove();
}

static void fill(const char *folder, const char *name, bool full)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (!full) {
        CHECK_OK(unlink(path));
        return;
    }
    FILE *f = fopen(path, "w");
    CHECK(f != NULL);
    while (fputc('x', f) != EOF) {
    }
    (void)fclose(f);
}

TEST(full_disk_fails_a_write_and_is_over_when_space_returns)
{
    static struct note big[200];
    const char *folder = folder_make();

    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("tmpfs", folder, "tmpfs", 0, "size=2m") < 0)
        test_skip("no right to mount a small disk");

    struct loop *l = loop_new();
    struct store *s = open_in(l, folder);
    struct note before = {0};
    note_put(&before, "before", "v");
    run_writes(l, s, &before, 1);
    CHECK_EQ(before.rc, 0);

    fill(folder, "ballast", true);
    for (unsigned i = 0; i < 200; i++) {
        char key[VALUE_LEN];
        (void)snprintf(key, sizeof(key), "big%u", i);
        note_put(&big[i], key, "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv");
    }
    run_writes(l, s, big, 200);
    CHECK_EQ(big[199].rc, -ENOSPC);
    CHECK(is_there(l, s, "before"));

    fill(folder, "ballast", false);
    struct note after = {0};
    note_put(&after, "after", "v");
    run_writes(l, s, &after, 1);
    CHECK_EQ(after.rc, 0);
    CHECK(is_there(l, s, "after"));
    store_close(s);
    loop_free(l);
    (void)umount(folder);
    folder_remove();
}
