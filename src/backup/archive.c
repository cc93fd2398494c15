#include "backup/archive.h"

#include "base/mem.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "os/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/manifest.h"

enum { PATH_MAX_ = 4096 };

static int say(struct buf *why, int rc, const char *text)
{
    if (why->len == 0)
        buf_printf(why, "%s (%s).", text, strerror(-rc));
    return rc;
}

static const char *in_folder(char path[PATH_MAX_], const char *folder, const char *name)
{
    (void)snprintf(path, PATH_MAX_, "%s/%s", folder, name);
    return path;
}

static int sums_of(struct direct *d, struct copy_sum *ret, struct buf *why)
{
    int rc = direct_begin(d);

    if (rc == 0) {
        rc = copy_sums(d, ret);
        direct_rollback(d);
    }
    return rc < 0 ? say(why, rc, "A database could not be read through") : 0;
}

static int compare(const struct copy_sum *a, const struct copy_sum *b, struct buf *why)
{
    for (unsigned i = 0; i < sql_table_count; i++) {
        if (a[i].rows == b[i].rows && strcmp(a[i].hex, b[i].hex) == 0)
            continue;
        buf_printf(why,
                   "Table %s is not the same on both sides (%lld rows and %lld): one of them was "
                   "changed meanwhile, or is damaged.",
                   sql_tables[i].name, (long long)a[i].rows, (long long)b[i].rows);
        return -EBADMSG;
    }
    return 0;
}

/* A source is read at the schema that this program knows. */
static int check_version(struct direct *d, struct buf *why)
{
    int64_t version = 0;
    const int rc = direct_version(d, &version);

    if (rc < 0)
        return say(why, rc, "The schema of the source could not be read");
    if (version == sql_migration_count)
        return 0;
    buf_printf(why, "The source has schema %lld, and this program knows %u: %s.",
               (long long)version, sql_migration_count,
               version > sql_migration_count
                   ? "what a newer program keeps would be missing. Use that one"
                   : "use the program that still runs on it, or let this one bring it up to date "
                     "first (convene migrate)");
    return -EPROTO;
}

static int check_empty(struct direct *to, struct buf *why)
{
    bool empty = false;
    int rc = direct_begin(to);

    if (rc == 0) {
        rc = copy_is_empty(to, &empty);
        direct_rollback(to);
    }
    if (rc < 0)
        return say(why, rc, "The target could not be read");
    if (!empty) {
        buf_add_str(why, "The target is not empty. Name an empty database; or, where an earlier "
                         "copy or restore of the same was cut off, say --resume.");
        return -EEXIST;
    }
    return 0;
}

/* Which side was it? */
static void say_broken(struct direct *from, struct direct *to, int rc, struct buf *why)
{
    const char *side = direct_lost(from) ? "source" : "target";

    if (direct_lost(from) || direct_lost(to)) {
        buf_printf(why,
                   "Copying failed: the connection to the %s was lost. Say --resume to go on where "
                   "it stopped.",
                   side);
    } else {
        (void)say(why, rc, "Copying failed");
    }
}

/* Both are open; from has begun. */
static int copy_and_compare(struct direct *from, struct direct *to, copy_progress_fn *told,
                            void *arg, struct copy_sum *ret, struct buf *why)
{
    struct copy_sum *theirs = mem_array(struct copy_sum, sql_table_count);
    int rc = copy_tables(from, to, told, arg, why);

    if (rc < 0) {
        say_broken(from, to, rc, why);
    } else {
        rc = copy_sums(from, ret);
        if (rc == 0)
            rc = sums_of(to, theirs, why);
        rc =
            rc < 0 ? say(why, rc, "The source could not be read again") : compare(ret, theirs, why);
    }
    (void)mem_free(theirs);
    return rc;
}

/* With the two open and the source's schema known to be ours. */
static int copy_open(struct direct *from, struct direct *to, bool resume, copy_progress_fn *told,
                     void *arg, struct copy_sum *sums, struct buf *why)
{
    int rc = direct_migrate(to, why);

    if (rc < 0)
        return say(why, rc, "The target's schema could not be made");
    if (!resume)
        rc = check_empty(to, why);
    if (rc == 0)
        rc = direct_begin(from);
    if (rc < 0)
        return say(why, rc, "The source could not be read");
    rc = copy_and_compare(from, to, told, arg, sums, why);
    direct_rollback(from);
    return rc;
}

static int copy_between(const struct place *from, const struct place *to, bool resume,
                        copy_progress_fn *told, void *arg, struct copy_sum *sums, struct buf *why)
{
    struct direct *source = NULL;
    struct direct *target = NULL;
    int rc = direct_open(from, DIRECT_READ, &source, why);

    if (rc == 0)
        rc = check_version(source, why);
    if (rc == 0)
        rc = direct_open(to, DIRECT_WRITE, &target, why);
    if (rc == 0)
        rc = copy_open(source, target, resume, told, arg, sums, why);
    if (rc == 0)
        rc = direct_settle(target, why);
    (void)direct_close(source);
    (void)direct_close(target);
    return rc;
}

int archive_copy(const struct place *from, const struct place *to, bool resume,
                 copy_progress_fn *told, void *arg, struct buf *why)
{
    struct copy_sum *sums = mem_array(struct copy_sum, sql_table_count);
    const int rc = copy_between(from, to, resume, told, arg, sums, why);

    (void)mem_free(sums);
    return rc;
}

static int hash_of(const char *folder, char ret[2 * SHA256_SIZE + 1], struct buf *why)
{
    char path[PATH_MAX_];
    uint8_t digest[SHA256_SIZE];
    struct buf hex = {0};
    const int rc = hash_sha256_file(in_folder(path, folder, "convene.db"), digest);

    if (rc < 0)
        return say(why, rc, "The backup's convene.db cannot be read");
    text_hex(&hex, span_of(digest, sizeof(digest)));
    memcpy(ret, hex.p, hex.len);
    ret[hex.len] = 0;
    buf_done(&hex);
    return 0;
}

int archive_remove(const char *folder)
{
    static const char *const files[] = {"manifest.json", "convene.db", "convene.db-wal",
                                        "convene.db-shm", "lock"};
    char path[PATH_MAX_];

    for (size_t i = 0; i < ARRAY_SIZE(files); i++)
        (void)unlink(in_folder(path, folder, files[i]));
    return rmdir(folder) < 0 ? -errno : 0;
}

static int make_folder(const char *folder, struct buf *why)
{
    if (mkdir(folder, 0700) == 0)
        return 0;
    const int rc = -errno;
    if (rc == -EEXIST) {
        buf_printf(why, "%s is there already. A backup goes into a new folder.", folder);
    } else {
        buf_printf(why, "The folder %s cannot be made: %s.", folder, strerror(-rc));
    }
    return rc;
}

/* The folder is ours. */
static int fill_folder(const struct place *from, const char *folder, struct manifest *m,
                       struct buf *why)
{
    char path[PATH_MAX_];
    struct buf target = {0};

    buf_printf(&target, "sqlite:%s", folder);
    const struct place to = {buf_cstr(&target), "The backup's folder"};
    int rc = copy_between(from, &to, false, NULL, NULL, m->sums, why);
    (void)unlink(in_folder(path, folder, "lock"));
    if (rc == 0)
        rc = hash_of(folder, m->sha256, why);
    if (rc == 0) {
        rc = manifest_write(in_folder(path, folder, "manifest.json"), m);
        if (rc < 0)
            (void)say(why, rc, "The backup's manifest.json cannot be written");
    }
    buf_done(&target);
    return rc;
}

int archive_make(const struct place *from, const char *folder, struct wall now, struct buf *why)
{
    struct manifest m = {.made_at = now.ms, .schema = sql_migration_count};
    int rc = make_folder(folder, why);

    if (rc < 0)
        return rc;
    m.sums = mem_array(struct copy_sum, sql_table_count);
    rc = fill_folder(from, folder, &m, why);
    (void)mem_free(m.sums);
    if (rc < 0)
        (void)archive_remove(folder);
    return rc;
}

/* What the manifest says of an older schema cannot be asked of it by this program: it has other columns. */
static int verify_open(struct direct *d, const struct manifest *m, struct buf *why)
{
    struct copy_sum *found;
    int64_t version = 0;
    int rc = direct_check(d, why);

    if (rc == 0)
        rc = direct_version(d, &version);
    if (rc == 0 && version != m->schema) {
        buf_printf(why, "The manifest says schema %lld, and convene.db has %lld: one was changed.",
                   (long long)m->schema, (long long)version);
        rc = -EBADMSG;
    }
    if (rc < 0 || version != sql_migration_count)
        return rc < 0 ? say(why, rc, "The backup cannot be read") : 0;
    found = mem_array(struct copy_sum, sql_table_count);
    rc = sums_of(d, found, why);
    if (rc == 0)
        rc = compare(m->sums, found, why);
    (void)mem_free(found);
    return rc;
}

static int verify_content(const char *folder, const struct manifest *m, struct buf *why)
{
    struct direct *d = NULL;
    struct buf where = {0};

    buf_printf(&where, "sqlite:%s", folder);
    const struct place at = {buf_cstr(&where), "The backup"};
    int rc = direct_open(&at, DIRECT_READ, &d, why);
    if (rc == 0)
        rc = verify_open(d, m, why);
    (void)direct_close(d);
    buf_done(&where);
    return rc;
}

/* The hash alone tells of each byte; the rest, that what is in it can be read. */
static int verify(const char *folder, struct manifest *m, struct buf *why)
{
    char path[PATH_MAX_];
    char found[2 * SHA256_SIZE + 1];
    int rc = manifest_read(in_folder(path, folder, "manifest.json"), m, why);

    if (rc == 0)
        rc = hash_of(folder, found, why);
    if (rc < 0)
        return rc;
    if (strcmp(found, m->sha256) != 0) {
        buf_printf(why, "%s/convene.db is not what the backup wrote: it is damaged.", folder);
        return -EBADMSG;
    }
    if (m->schema > sql_migration_count) {
        buf_printf(why,
                   "The backup was made by a newer Convene (schema %lld, this one knows %u), which "
                   "alone can say whether it is whole and restore it.",
                   (long long)m->schema, sql_migration_count);
        return -EPROTO;
    }
    return verify_content(folder, m, why);
}

int archive_verify(const char *folder, struct buf *why)
{
    struct manifest m = {.sums = mem_array(struct copy_sum, sql_table_count)};
    const int rc = verify(folder, &m, why);

    (void)mem_free(m.sums);
    return rc;
}

/* A folder of our own beside the backup or, where that cannot be written, among the temporary ones. */
static int make_copy_folder(const char *folder, char copy[PATH_MAX_])
{
    const char *temporary = getenv("TMPDIR");

    (void)snprintf(copy, PATH_MAX_, "%s.migrated.XXXXXX", folder);
    if (mkdtemp(copy))
        return 0;
    (void)snprintf(copy, PATH_MAX_, "%s/convene.XXXXXX", temporary ? temporary : "/tmp");
    if (mkdtemp(copy))
        return 0;
    copy[0] = 0;
    return -errno;
}

static int migrate_copy(const char *copy, struct buf *why)
{
    struct direct *d = NULL;
    struct buf where = {0};

    buf_printf(&where, "sqlite:%s", copy);
    const struct place at = {buf_cstr(&where), "The backup's copy"};
    int rc = direct_open(&at, DIRECT_WRITE, &d, why);
    if (rc == 0)
        rc = direct_migrate(d, why);
    if (rc == 0)
        rc = direct_settle(d, why);
    (void)direct_close(d);
    buf_done(&where);
    return rc;
}

/* The backup stays as it is: an older one is migrated as a copy. */
static int make_current(const char *folder, char copy[PATH_MAX_], struct buf *why)
{
    char from[PATH_MAX_];
    char to[PATH_MAX_];
    int rc = make_copy_folder(folder, copy);

    if (rc == 0)
        rc = file_copy(in_folder(from, folder, "convene.db"), in_folder(to, copy, "convene.db"));
    if (rc < 0)
        return say(why, rc, "The older backup could not be copied to be migrated");
    return migrate_copy(copy, why);
}

int archive_restore(const char *folder, const struct place *to, bool resume, struct buf *why)
{
    struct manifest m = {.sums = mem_array(struct copy_sum, sql_table_count)};
    char copy[PATH_MAX_] = "";
    struct buf source = {0};
    int rc = verify(folder, &m, why);

    if (rc == 0 && m.schema < sql_migration_count)
        rc = make_current(folder, copy, why);
    if (rc == 0) {
        buf_printf(&source, "sqlite:%s", copy[0] ? copy : folder);
        const struct place from = {buf_cstr(&source), "The backup"};
        rc = archive_copy(&from, to, resume, NULL, NULL, why);
    }
    if (copy[0])
        (void)archive_remove(copy);
    buf_done(&source);
    (void)mem_free(m.sums);
    return rc;
}
