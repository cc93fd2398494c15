#include "store/data_folder.h"

#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PATH_MAX_ = 4096 };

int data_folder_make(const char *path, struct buf *why)
{
    const int rc = file_make_folder(path, 0700);

    if (rc < 0) {
        buf_printf(why, "Cannot make the folder %s: %s. Set DATA_DIR to one that can be written.",
                   path, strerror(-rc));
    }
    return rc;
}

/* One server a folder: two would not hear of each other's messages. */
int data_folder_lock(const char *path, int *ret_fd, struct buf *why)
{
    char name[PATH_MAX_];

    (void)snprintf(name, sizeof(name), "%s/lock", path);
    const int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        const int rc = -errno;
        buf_printf(why, "Cannot write in %s: %s. Check the rights of DATA_DIR.", path,
                   strerror(-rc));
        return rc;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        buf_printf(why, "Another Convene is running on %s. Stop it, or set another DATA_DIR.",
                   path);
        (void)close(fd);
        return -EBUSY;
    }
    *ret_fd = fd;
    return 0;
}

bool data_folder_has_database(const char *path)
{
    char name[PATH_MAX_];

    (void)snprintf(name, sizeof(name), "%s/convene.db", path);
    return access(name, F_OK) == 0;
}
