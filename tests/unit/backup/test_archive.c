#include "support/folder.h"
#include "support/test.h"

#include <sqlite3.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/archive.h"

enum { PATH_LEN = 512 };

static const char *folder;
static struct buf why;

static const char *in(const char *name)
{
    static char paths[4][PATH_LEN];
    static unsigned next;
    char *path = paths[next++ % 4];

    (void)snprintf(path, PATH_LEN, "%s/%s", folder, name);
    return path;
}

static const struct place *at(const char *name)
{
    static char urls[2][PATH_LEN];
    static struct place places[2];
    static unsigned next;
    const unsigned i = next++ % 2;

    (void)snprintf(urls[i], PATH_LEN, "sqlite:%s/%s", folder, name);
    places[i] = (struct place){urls[i], "The test's"};
    return &places[i];
}

static void run_sql(const char *name, const char *text)
{
    char path[PATH_LEN];
    sqlite3 *db;
    char *said = NULL;

    (void)snprintf(path, sizeof(path), "%s/%s/convene.db", folder, name);
    CHECK_OK(sqlite3_open(path, &db));
    if (sqlite3_exec(db, text, NULL, NULL, &said) != SQLITE_OK)
        test_fail(__FILE__, __LINE__, "%s", said);
    (void)sqlite3_close(db);
}

/* More rows than a page of the copy holds, with NULLs, letters of many bytes, and large numbers. */
static void begin(void)
{
    struct direct *d = NULL;

    folder = folder_make();
    CHECK_OK(direct_open(at("source"), DIRECT_WRITE, &d, &why));
    CHECK_OK(direct_migrate(d, &why));
    (void)direct_close(d);
    run_sql(
        "source",
        "INSERT INTO person (id, email, name, search, role, created_at)"
        " VALUES ('p1', 'ada@example.org', 'Ada Łóść', 'ada', 'admin', 9007199254740993);"
        "INSERT INTO channel (id, kind, created_by, created_at) VALUES ('c1', 'group', 'p1', 1);"
        "INSERT INTO channel_head VALUES ('c1', 1700, 1700, 1700, 1);"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1700)"
        " INSERT INTO message (channel, seq, n, change, id, sender, client_id, kind, body, data,"
        " created_at) SELECT 'c1', i, i, i, 'm' || i, CASE WHEN i % 3 THEN 'p1' END,"
        " CASE WHEN i % 3 THEN 'k' || i END, 'text', 'Grüße 🎉 ' || i, NULL, i FROM n;");
}

static void finish(void)
{
    buf_done(&why);
    folder_remove();
}

static const struct wall now = {1795392542770};

TEST(a_backup_goes_into_an_empty_database_with_all_that_was_there)
{
    begin();
    CHECK_OK(archive_make(at("source"), in("backup"), now, &why));
    CHECK_OK(archive_verify(in("backup"), &why));
    CHECK_OK(archive_restore(in("backup"), at("restored"), false, &why));
    /* The sums of two backups agree byte for byte only when all rows do. */
    CHECK_OK(archive_make(at("restored"), in("again"), now, &why));
    CHECK(access(in("backup/convene.db-wal"), F_OK) != 0); /* all in the one file */
    CHECK_EQ(archive_restore(in("backup"), at("restored"), false, &why), -EEXIST);
    CHECK(strstr(buf_cstr(&why), "not empty") != NULL);
    finish();
}

TEST(a_restore_that_was_cut_off_is_resumed)
{
    begin();
    CHECK_OK(archive_make(at("source"), in("backup"), now, &why));
    CHECK_OK(archive_restore(in("backup"), at("restored"), false, &why));
    run_sql("restored", "DELETE FROM message WHERE seq > 700");
    CHECK_OK(archive_restore(in("backup"), at("restored"), true, &why));
    finish();
}

TEST(a_backup_that_was_changed_or_cut_off_is_not_whole)
{
    begin();
    CHECK_OK(archive_make(at("source"), in("backup"), now, &why));
    run_sql("backup", "UPDATE message SET body = 'other' WHERE seq = 800");
    CHECK_EQ(archive_verify(in("backup"), &why), -EBADMSG);
    CHECK(strstr(buf_cstr(&why), "damaged") != NULL);
    buf_clear(&why);
    CHECK_OK(unlink(in("backup/manifest.json")));
    CHECK_EQ(archive_verify(in("backup"), &why), -ENOENT);
    CHECK(strstr(buf_cstr(&why), "cut off") != NULL);
    buf_clear(&why);
    CHECK_EQ(archive_make(at("source"), in("backup"), now, &why), -EEXIST);
    finish();
}

TEST(a_copy_that_was_cut_off_is_resumed)
{
    begin();
    CHECK_OK(archive_copy(at("source"), at("target"), false, NULL, NULL, &why));
    run_sql("target", "DELETE FROM message WHERE seq > 700");
    CHECK_OK(archive_copy(at("source"), at("target"), true, NULL, NULL, &why));
    finish();
}

TEST(a_target_that_differs_is_told_by_its_table)
{
    begin();
    CHECK_OK(archive_copy(at("source"), at("target"), false, NULL, NULL, &why));
    run_sql("target", "UPDATE message SET body = 'other' WHERE seq = 3");
    CHECK_EQ(archive_copy(at("source"), at("target"), true, NULL, NULL, &why), -EBADMSG);
    CHECK(strstr(buf_cstr(&why), "Table message") != NULL);
    finish();
}

/* What the migrations after 0002 made. */
static const char undo_to_2[] =
    "DROP TABLE identity; DROP TABLE once; DROP TABLE totp; DROP TABLE recovery_code;"
    "DROP TABLE picture; DROP TABLE api_token; DROP TABLE audit; DROP TABLE audit_head;"
    "DROP INDEX session_by_end; DROP INDEX invite_by_channel;"
    "ALTER TABLE person DROP COLUMN bot; ALTER TABLE person DROP COLUMN picture;"
    "ALTER TABLE person DROP COLUMN guest_link; ALTER TABLE person DROP COLUMN guest_until;"
    "ALTER TABLE session DROP COLUMN method; ALTER TABLE invite DROP COLUMN role;"
    "ALTER TABLE invite DROP COLUMN person; ALTER TABLE invite DROP COLUMN channel;"
    "ALTER TABLE member DROP COLUMN role; ALTER TABLE channel_head DROP COLUMN members;"
    "UPDATE schema_version SET version = 2, compatible = 2";

/* The backup of an earlier program: its schema is brought up to date beside it, and it stays as it is. */
TEST(an_older_backup_is_restored)
{
    begin();
    CHECK_OK(archive_make(at("source"), in("backup"), now, &why));
    run_sql("backup", undo_to_2);
    char command[4 * PATH_LEN];
    (void)snprintf(command, sizeof(command),
                   "s=$(sha256sum < %s/convene.db | cut -c1-64); sed -i -E "
                   "\"s/\\\"sha256\\\":\\\"[0-9a-f]+/\\\"sha256\\\":\\\"$s/; "
                   "s/\\\"schema\\\":[0-9]+/\\\"schema\\\":2/\" %s/manifest.json",
                   in("backup"), in("backup"));
    CHECK_OK(system(command)); /* NOLINT: a test's own text */
    CHECK_OK(archive_restore(in("backup"), at("restored"), false, &why));
    CHECK_OK(archive_verify(in("backup"), &why));
    CHECK_OK(archive_make(at("restored"), in("again"), now, &why));
    CHECK(access(in("backup.migrated"), F_OK) != 0);
    finish();
}

TEST(names_of_databases_that_are_none_are_refused)
{
    struct direct *d = NULL;

    begin();
    CHECK_EQ(direct_open(&(struct place){"mysql://x", "--from"}, DIRECT_READ, &d, &why), -EBADMSG);
    buf_clear(&why);
    CHECK_EQ(direct_open(at("nowhere"), DIRECT_READ, &d, &why), -ENOENT);
    CHECK(strstr(buf_cstr(&why), "no database") != NULL);
    finish();
}

TEST(a_backup_that_fails_leaves_nothing_in_the_way)
{
    begin();
    CHECK_EQ(archive_make(at("nowhere"), in("backup"), now, &why), -ENOENT);
    CHECK(access(in("backup"), F_OK) != 0);
    buf_clear(&why);
    CHECK_OK(archive_make(at("source"), in("backup"), now, &why));
    CHECK_EQ(archive_make(at("source"), in("no/parent"), now, &why), -ENOENT);
    CHECK(strstr(buf_cstr(&why), "new folder") == NULL);
    finish();
}

/* The sums read by the primary keys alone; what else is in the file is SQLite's to check. */
TEST(an_index_that_misses_rows_is_damage)
{
    begin();
    struct direct *d = NULL;

    run_sql("source", "PRAGMA writable_schema = ON;"
                      "UPDATE sqlite_schema SET sql = replace(sql, '(sender, client_id)',"
                      " '(client_id, sender)') WHERE name = 'message_by_client_id'");
    CHECK_OK(direct_open(at("source"), DIRECT_READ, &d, &why));
    CHECK_EQ(direct_check(d, &why), -EBADMSG);
    CHECK(strstr(buf_cstr(&why), "damaged") != NULL);
    (void)direct_close(d);
    finish();
}

/* Whoever can write the manifest cannot have the sums passed over. */
TEST(a_manifest_that_does_not_fit_the_file_is_refused)
{
    static const char *const schemas[] = {"-5", "0", "1", "999"};

    begin();
    CHECK_OK(archive_make(at("source"), in("backup"), now, &why));
    for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
        char command[2 * PATH_LEN];

        (void)snprintf(command, sizeof(command),
                       "sed -i -E 's/\"schema\":-?[0-9]+/\"schema\":%s/' %s/manifest.json",
                       schemas[i], in("backup"));
        CHECK_OK(system(command)); /* NOLINT: a test's own text */
        CHECK(archive_verify(in("backup"), &why) < 0);
        CHECK(archive_restore(in("backup"), at("restored"), false, &why) < 0);
        buf_clear(&why);
    }
    finish();
}

TEST(a_pipe_in_the_place_of_the_file_is_no_backup)
{
    begin();
    CHECK_OK(archive_make(at("source"), in("backup"), now, &why));
    CHECK_OK(unlink(in("backup/convene.db")));
    CHECK_OK(mkfifo(in("backup/convene.db"), 0600));
    CHECK_EQ(archive_verify(in("backup"), &why), -EBADMSG);
    finish();
}

TEST(a_row_that_cannot_be_copied_is_told_by_its_table)
{
    begin();
    run_sql("source", "UPDATE message SET body = CAST(zeroblob(9000000) AS TEXT) WHERE seq = 700");
    CHECK(archive_make(at("source"), in("backup"), now, &why) < 0);
    CHECK(strstr(buf_cstr(&why), "table message behind \"c1 500\"") != NULL);
    finish();
}
