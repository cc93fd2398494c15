#include "auth/secret.h"

#include "base/mem.h"
#include "base/text.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"
#include "crypto/token.h"
#include "os/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LEN = 4096 };

struct secret {
    uint8_t keys[SECRET_PURPOSES_][SEAL_KEY_SIZE];
};

static const char *const names[SECRET_PURPOSES_] = {
    [SECRET_FLOW] = "convene flow 1",
    [SECRET_SECOND_FACTOR] = "convene second factor 1",
    [SECRET_RECOVERY_CODE] = "convene recovery code 1",
    [SECRET_AUDIT] = "convene audit 1",
    [SECRET_CHECK] = "convene check 1",
    [SECRET_TURN] = "convene turn 1",
};

static struct secret *from_text(struct span text)
{
    struct secret *s = mem_new(struct secret);

    for (unsigned i = 0; i < SECRET_PURPOSES_; i++)
        seal_derive(text, span_str(names[i]), s->keys[i]);
    return s;
}

struct secret *secret_new(void)
{
    const struct token t = token_new();

    return from_text(token_span(&t));
}

struct secret *secret_free(struct secret *s)
{
    if (s)
        equal_wipe(s->keys, sizeof(s->keys));
    return mem_free(s);
}

/* By a link, so that of two starts at once both go on with the same one. */
static int make_file(const char *folder, const char *path)
{
    const struct token t = token_new();
    char beside[PATH_LEN];
    int rc = file_make_folder(folder, 0700);

    if (rc < 0)
        return rc;
    (void)snprintf(beside, sizeof(beside), "%s.%d", path, (int)getpid());
    rc = file_write(beside, token_span(&t), 0600);
    if (rc == 0 && link(beside, path) < 0 && errno != EEXIST)
        rc = -errno;
    (void)unlink(beside);
    return rc;
}

static int read_file(const char *path, struct buf *text, struct buf *why)
{
    struct stat st;

    if (stat(path, &st) == 0 && (st.st_mode & 077) != 0) {
        buf_printf(why,
                   "%s can be read by others than its owner, and whoever has it can read second "
                   "factors. Run chmod 600 on it; if somebody may have read it, delete it.",
                   path);
        return -EACCES;
    }
    return file_read(path, SECRET_MAX, text);
}

static int load_file(const char *folder, struct buf *text, struct buf *why)
{
    char path[PATH_LEN - 16];

    (void)snprintf(path, sizeof(path), "%s/session.secret", folder);
    int rc = read_file(path, text, why);
    if (rc == -ENOENT) {
        rc = make_file(folder, path);
        if (rc == 0)
            rc = read_file(path, text, why);
    }
    if (rc < 0 && why->len == 0) {
        buf_printf(why,
                   "SESSION_SECRET is not set, and none can be kept in %s: %s. Set it to %d "
                   "characters of chance or more (openssl rand -base64 32).",
                   path, strerror(-rc), SECRET_MIN);
    }
    if (rc == 0 && text->len < SECRET_MIN) {
        buf_printf(why, "%s is too short to be a secret. Delete it, and a new one is made.", path);
        rc = -EBADMSG;
    }
    return rc;
}

int secret_load(const char *given, const char *folder, struct secret **ret, struct buf *why)
{
    struct buf text = {0};
    int rc = 0;

    if (given) {
        buf_add_str(&text, given);
    } else {
        rc = load_file(folder, &text, why);
    }
    if (rc == 0)
        *ret = from_text(buf_span(&text));
    if (text.p)
        equal_wipe(text.p, text.len);
    buf_done(&text);
    return rc;
}

const uint8_t *secret_key(const struct secret *s, enum purpose_of_secret purpose)
{
    return s->keys[purpose];
}

void secret_seal(const struct secret *s, enum purpose_of_secret purpose, struct span bound,
                 struct span plain, struct buf *out)
{
    seal(s->keys[purpose], bound, plain, out);
}

int secret_open(const struct secret *s, enum purpose_of_secret purpose, struct span bound,
                struct span sealed, struct buf *out)
{
    return seal_open(s->keys[purpose], bound, sealed, out);
}

void secret_mac(const struct secret *s, enum purpose_of_secret purpose, struct span text,
                struct buf *out)
{
    uint8_t mac[SHA256_SIZE];

    hmac_sha256(span_of(s->keys[purpose], SEAL_KEY_SIZE), text, mac);
    text_hex(out, span_of(mac, sizeof(mac)));
}
