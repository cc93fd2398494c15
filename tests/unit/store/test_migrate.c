/*
 * Each released schema, as its program left it (tests/fixtures/schema-N.sql), is brought up to date,
 * also when the program is killed on the way again and again.
 */
#include "store/direct.h"
#include "support/folder.h"
#include "support/test.h"

#include <sqlite3.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_LEN = 512, TEXT_MAX = 1 << 20, KILLS = 40 };

static char where[PATH_LEN];
static const struct place at = {where, "The test's"};
static char file[PATH_LEN];

static void run_sql(const char *text)
{
    sqlite3 *db;
    char *said = NULL;

    CHECK_OK(sqlite3_open(file, &db));
    if (sqlite3_exec(db, text, NULL, NULL, &said) != SQLITE_OK)
        test_fail(__FILE__, __LINE__, "%s", said);
    (void)sqlite3_close(db);
}

static void make_old(const char *folder, const char *fixture)
{
    static char text[TEXT_MAX];
    FILE *f = fopen(fixture, "r");

    if (!f)
        test_fail(__FILE__, __LINE__, "%s cannot be read", fixture);
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    (void)fclose(f);
    (void)snprintf(where, sizeof(where), "sqlite:%s", folder);
    (void)snprintf(file, sizeof(file), "%s/convene.db", folder);
    run_sql(text);
}

static void migrate_now(void)
{
    struct direct *d = NULL;
    struct buf why = {0};

    if (direct_open(&at, DIRECT_WRITE, &d, &why) < 0 || direct_migrate(d, &why) < 0)
        test_fail(__FILE__, __LINE__, "%s", buf_cstr(&why));
    (void)direct_close(d);
    buf_done(&why);
}

static void check_content(void)
{
    struct direct *d = NULL;
    struct buf why = {0};
    int64_t version = 0;

    CHECK_OK(direct_open(&at, DIRECT_READ, &d, &why));
    CHECK_OK(direct_version(d, &version));
    CHECK_EQ(version, sql_migration_count);
    CHECK_OK(direct_begin(d));
    CHECK_EQ(db_one(direct_db(d), SQL_PERSON_COUNT, NULL, 0), 1);
    CHECK_EQ(db_int(direct_db(d), 0), 2);
    db_rows_end(direct_db(d));
    /* General counts its two members since step 3. */
    CHECK_OK(db_query(direct_db(d), SQL_COPY_CHANNEL_HEAD_PAGE,
                      VALS(val_text(span_str("")), val_int(1))));
    CHECK_EQ(db_next(direct_db(d)), 1);
    CHECK_EQ(db_int(direct_db(d), 4), 2);
    db_rows_end(direct_db(d));
    direct_rollback(d);
    (void)direct_close(d);
}

TEST(schema_1_is_brought_up_to_date)
{
    make_old(folder_make(), FIXTURES "/schema-1.sql");
    migrate_now();
    check_content();
    migrate_now();
    check_content();
    folder_remove();
}

/* Killed after 0, 50, 100 ... microseconds of it, each time on a fresh copy and then once more. */
TEST(a_migration_that_is_killed_goes_on_where_it_was)
{
    const char *folder = folder_make();
    char one[PATH_LEN];

    for (int i = 0; i < KILLS; i++) {
        (void)snprintf(one, sizeof(one), "%s/%d", folder, i);
        CHECK_OK(mkdir(one, 0700));
        make_old(one, FIXTURES "/schema-1.sql");
        const pid_t child = fork();
        if (child == 0) {
            migrate_now();
            _exit(0);
        }
        (void)usleep((useconds_t)i * 200);
        (void)kill(child, SIGKILL);
        CHECK_EQ(waitpid(child, NULL, 0), child);
        migrate_now();
        check_content();
    }
    folder_remove();
}
