/*
 * The commands about the database itself: migrate, db copy, backup, verify, restore.
 */
#include "app/commands.h"
#include "app/config.h"
#include "os/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backup/archive.h"

enum { FAILED = 1, WRONG = 2 };

static int wrong(const char *how)
{
    (void)fprintf(stderr, "convene: this is called so: convene %s\n", how);
    return WRONG;
}

typedef int act_fn(const struct place *own, const char *argument, struct buf *why);

/* Runs an act on the database of the settings. */
static int with_own(act_fn *act, const char *argument, const char *done)
{
    struct config conf;
    struct buf why = {0};
    struct buf own = {0};
    int rc = config_load(getenv, &conf, &why) ? WRONG : 0;

    if (rc == 0) {
        log_set_level(LOG_WARN);
        config_database(&conf, &own);
        const struct place at = {buf_cstr(&own), config_database_name(&conf)};
        rc = act(&at, argument, &why) < 0 ? FAILED : 0;
    }
    if (rc) {
        (void)fprintf(stderr, "convene: %s\n", buf_cstr(&why));
    } else if (done) {
        printf("%s\n", done);
    }
    config_done(&conf);
    buf_done(&own);
    buf_done(&why);
    return rc;
}

static int show_steps(const struct place *own, const char *argument, struct buf *why)
{
    struct direct *d = NULL;
    int64_t version = 0;
    int rc = direct_open(own, DIRECT_READ, &d, why);

    (void)argument;
    if (rc == 0)
        rc = direct_version(d, &version);
    if (rc == -ENOENT && !d) { /* a first start would make it */
        buf_clear(why);
        rc = 0;
    }
    (void)direct_close(d);
    if (rc < 0) {
        if (why->len == 0)
            buf_printf(why, "The schema could not be read: %s.", strerror(-rc));
        return rc;
    }
    printf("The database has schema %lld; this program knows %u.\n", (long long)version,
           sql_migration_count);
    for (int64_t i = version; i < sql_migration_count; i++)
        printf("would run %s\n", sql_migrations[i].name);
    return 0;
}

static int run_steps(const struct place *own, const char *argument, struct buf *why)
{
    struct direct *d = NULL;
    int rc = direct_open(own, DIRECT_WRITE, &d, why);

    (void)argument;
    if (rc == 0) {
        rc = direct_migrate(d, why);
        if (rc < 0 && why->len == 0)
            buf_printf(why, "The schema could not be brought up to date: %s.", strerror(-rc));
    }
    (void)direct_close(d);
    return rc;
}

int command_migrate(int argc, char **argv)
{
    const bool dry = argc == 1 && strcmp(argv[0], "--dry-run") == 0;

    if (argc > 0 && !dry)
        return wrong("migrate [--dry-run]");
    return dry ? with_own(show_steps, NULL, NULL)
               : with_own(run_steps, NULL, "The schema is up to date.");
}

static void tell_table(const struct sql_table *t, int64_t rows, void *arg)
{
    (void)arg;
    printf("%-12s %lld rows\n", t->name, (long long)rows);
}

int command_db(int argc, char **argv)
{
    static const char how[] = "db copy --from URL --to URL [--resume]   (URL: postgres://… or "
                              "sqlite:FOLDER)";
    const char *from = NULL;
    const char *to = NULL;
    bool resume = false;
    struct buf why = {0};

    if (argc < 1 || strcmp(argv[0], "copy") != 0)
        return wrong(how);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--from") == 0 && i + 1 < argc) {
            from = argv[++i];
        } else if (strcmp(argv[i], "--to") == 0 && i + 1 < argc) {
            to = argv[++i];
        } else if (strcmp(argv[i], "--resume") == 0) {
            resume = true;
        } else {
            return wrong(how);
        }
    }
    if (!from || !to)
        return wrong(how);
    log_set_level(LOG_WARN);
    const struct place source = {from, "--from"};
    const struct place target = {to, "--to"};
    const int rc = archive_copy(&source, &target, resume, tell_table, NULL, &why);
    if (rc < 0) {
        (void)fprintf(stderr, "convene: %s\n", buf_cstr(&why));
    } else {
        printf("Copied; the sums of both sides agree.\n");
    }
    buf_done(&why);
    return rc < 0 ? FAILED : 0;
}

static int make_backup(const struct place *own, const char *folder, struct buf *why)
{
    return archive_make(own, folder, clock_wall(), why);
}

int command_backup(int argc, char **argv)
{
    if (argc != 1)
        return wrong("backup FOLDER   (a new one)");
    return with_own(make_backup, argv[0], "The backup is made and was read again.");
}

int command_verify(int argc, char **argv)
{
    struct buf why = {0};

    if (argc != 1)
        return wrong("verify FOLDER   (of a backup)");
    log_set_level(LOG_WARN);
    const int rc = archive_verify(argv[0], &why);
    if (rc < 0) {
        (void)fprintf(stderr, "convene: %s\n", buf_cstr(&why));
    } else {
        printf("The backup is whole.\n");
    }
    buf_done(&why);
    return rc < 0 ? FAILED : 0;
}

static int restore(const struct place *own, const char *folder, struct buf *why)
{
    return archive_restore(folder, own, false, why);
}

static int restore_on(const struct place *own, const char *folder, struct buf *why)
{
    return archive_restore(folder, own, true, why);
}

int command_restore(int argc, char **argv)
{
    const bool resume = argc == 2 && strcmp(argv[1], "--resume") == 0;

    if (argc != 1 && !resume) {
        return wrong("restore FOLDER [--resume]   (of a backup, into the empty database of the "
                     "settings)");
    }
    return with_own(resume ? restore_on : restore, argv[0],
                    "The backup is restored; the sums agree.");
}
