#include "auth/secret.h"
#include "support/folder.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LEN = 512 };

static struct buf why;
static char path[PATH_LEN];

static const char *make(void)
{
    const char *folder = folder_make();

    (void)snprintf(path, sizeof(path), "%s/session.secret", folder);
    return folder;
}

static bool same(const struct secret *a, const struct secret *b)
{
    return memcmp(secret_key(a, SECRET_FLOW), secret_key(b, SECRET_FLOW), SEAL_KEY_SIZE) == 0;
}

TEST(one_that_was_made_is_kept_for_its_owner_alone)
{
    const char *folder = make();
    struct secret *first = NULL;
    struct secret *second = NULL;
    struct stat st;

    CHECK_OK(secret_load(NULL, folder, &first, &why));
    CHECK_OK(stat(path, &st));
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_OK(secret_load(NULL, folder, &second, &why));
    CHECK(same(first, second));
    secret_free(first);
    secret_free(second);
    folder_remove();
}

TEST(one_that_others_can_read_is_refused)
{
    const char *folder = make();
    struct secret *s = NULL;

    CHECK_OK(secret_load(NULL, folder, &s, &why));
    s = secret_free(s);
    CHECK_OK(chmod(path, 0640));
    CHECK_EQ(secret_load(NULL, folder, &s, &why), -EACCES);
    CHECK(strstr(buf_cstr(&why), "chmod 600") != NULL);
    buf_done(&why);
    folder_remove();
}

TEST(one_that_is_too_short_is_refused)
{
    const char *folder = make();
    struct secret *s = NULL;
    FILE *f = fopen(path, "w");

    CHECK(f != NULL);
    (void)fputs("short", f);
    (void)fclose(f);
    CHECK_OK(chmod(path, 0600));
    CHECK_EQ(secret_load(NULL, folder, &s, &why), -EBADMSG);
    buf_done(&why);
    folder_remove();
}

TEST(the_same_setting_gives_the_same_keys_and_each_purpose_its_own)
{
    struct secret *a = NULL;
    struct secret *b = NULL;

    CHECK_OK(secret_load("0123456789abcdef0123456789abcdef", "/nowhere", &a, &why));
    CHECK_OK(secret_load("0123456789abcdef0123456789abcdef", "/nowhere", &b, &why));
    CHECK(same(a, b));
    CHECK(memcmp(secret_key(a, SECRET_FLOW), secret_key(a, SECRET_AUDIT), SEAL_KEY_SIZE) != 0);
    secret_free(a);
    secret_free(b);
}
