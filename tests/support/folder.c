#include "support/folder.h"

#include "support/test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static char path[256];

const char *folder_make(void)
{
    const char *under = getenv("TMPDIR");

    (void)snprintf(path, sizeof(path), "%s/convene-test-XXXXXX", under ? under : "/tmp");
    if (!mkdtemp(path))
        test_fail(__FILE__, __LINE__, "cannot make %s", path);
    return path;
}

static int remove_one(const char *name, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(name);
}

void folder_remove(void)
{
    enum { DESCRIPTORS = 8 };

    (void)nftw(path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
}
