#include "os/file.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/convene-file-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[256];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

TEST(what_is_written_is_read_again_and_replaces_the_old)
{
    struct buf b = {0};
    struct stat st;

    CHECK(mkdtemp(folder));
    CHECK_OK(file_write(in_folder("f"), span_str("one"), 0600));
    CHECK_OK(file_write(in_folder("f"), span_str("two!"), 0600));
    CHECK_OK(file_read(in_folder("f"), 100, &b));
    CHECK_STR(buf_cstr(&b), "two!");
    CHECK_OK(stat(in_folder("f"), &st));
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_EQ(access(in_folder("f.new"), F_OK), -1);
    CHECK_EQ(file_read(in_folder("f"), 3, &b), -EFBIG);
    CHECK_EQ(file_read(in_folder("none"), 3, &b), -ENOENT);
    CHECK_EQ(b.len, 4);
    buf_done(&b);
    CHECK_OK(unlink(in_folder("f")));
    CHECK_OK(rmdir(folder));
}

TEST(folders_are_made_down_to_the_last)
{
    CHECK(mkdtemp(folder));
    CHECK_OK(file_make_folder(in_folder("a/b/c"), 0700));
    CHECK_OK(file_make_folder(in_folder("a/b/c"), 0700));
    CHECK_OK(rmdir(in_folder("a/b/c")));
    CHECK_OK(rmdir(in_folder("a/b")));
    CHECK_OK(rmdir(in_folder("a")));
    CHECK_OK(rmdir(folder));
}
