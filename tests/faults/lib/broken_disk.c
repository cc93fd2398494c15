/*
 * A disk that fails for a while, preloaded into PostgreSQL: as long as the file that BROKEN_DISK names
 * is there, nothing reaches the disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int broken(void)
{
    const char *mark = getenv("BROKEN_DISK");

    return mark && access(mark, F_OK) == 0;
}

static int pass(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);

    if (broken()) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

int fsync(int fd)
{
    return pass("fsync", fd);
}

int fdatasync(int fd)
{
    return pass("fdatasync", fd);
}
