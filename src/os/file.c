#include "os/file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP = 16 * 1024, COPY_STEP = 1 << 30 };

int file_read(const char *path, size_t max, struct buf *out)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const size_t before = out->len;
    int rc = 0;

    if (fd < 0)
        return -errno;
    for (;;) {
        const ssize_t n = read(fd, buf_room(out, READ_STEP), READ_STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            rc = n < 0 ? -errno : 0;
            break;
        }
        out->len += (size_t)n;
        if (out->len - before > max) {
            rc = -EFBIG;
            break;
        }
    }
    (void)close(fd);
    if (rc)
        out->len = before;
    return rc;
}

static int write_all(int fd, struct span bytes)
{
    while (bytes.len > 0) {
        const ssize_t n = write(fd, bytes.p, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes = span_sub(bytes, (size_t)n, bytes.len);
    }
    return fsync(fd) < 0 ? -errno : 0;
}

static int write_new(const char *path, struct span bytes, mode_t mode)
{
    (void)unlink(path); /* of a write that was cut off */
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    if (fd < 0)
        return -errno;
    const int rc = write_all(fd, bytes);
    (void)close(fd);
    return rc;
}

/* So that the rename itself lasts. */
static int sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? mem_strdup(path, (size_t)(slash - path) + 1) : mem_strdup(".", 1);
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = 0;

    (void)mem_free(folder);
    if (fd < 0)
        return -errno;
    if (fsync(fd) < 0)
        rc = -errno;
    (void)close(fd);
    return rc;
}

int file_write(const char *path, struct span bytes, mode_t mode)
{
    struct buf beside = {0};

    buf_printf(&beside, "%s.new", path);
    int rc = write_new(buf_cstr(&beside), bytes, mode);
    if (rc == 0 && rename(beside.p, path) < 0)
        rc = -errno;
    if (rc)
        (void)unlink(beside.p);
    buf_done(&beside);
    return rc ? rc : sync_folder_of(path);
}

static int copy_bytes(int from, int to)
{
    ssize_t n;

    do {
        n = copy_file_range(from, NULL, to, NULL, COPY_STEP, 0);
    } while (n > 0 || (n < 0 && errno == EINTR));
    return n < 0 || fsync(to) < 0 ? -errno : 0;
}

int file_copy(const char *from, const char *to)
{
    const int in = open(from, O_RDONLY | O_CLOEXEC);
    const int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int rc = out < 0 ? -errno : copy_bytes(in, out);

    if (in >= 0)
        (void)close(in);
    if (out >= 0)
        (void)close(out);
    return rc;
}

int file_make_folder(const char *path, mode_t mode)
{
    char *part = mem_strdup(path, strlen(path));
    int rc = 0;

    for (size_t i = 1; rc == 0 && part[i - 1]; i++) {
        if (part[i] != '/' && part[i] != 0)
            continue;
        part[i] = 0;
        if (mkdir(part, mode) < 0 && errno != EEXIST)
            rc = -errno;
        part[i] = path[i];
    }
    (void)mem_free(part);
    return rc;
}
