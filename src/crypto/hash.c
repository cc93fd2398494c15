#include "crypto/hash.h"

#include "base/mem.h"

#include <openssl/evp.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static EVP_MD *sha256;
static EVP_MD *sha1;
static EVP_MD *md5;

static void free_ctx(void *ctx)
{
    EVP_MD_CTX_free(ctx);
}

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    if (!sha256 || !sha1 || !md5 || pthread_key_create(&key, free_ctx) != 0)
        abort(); /* an OpenSSL without its default provider */
}

static EVP_MD_CTX *context(void)
{
    EVP_MD_CTX *ctx = pthread_getspecific(key);

    if (!ctx) {
        ctx = EVP_MD_CTX_new();
        if (!ctx || pthread_setspecific(key, ctx) != 0)
            abort();
    }
    return ctx;
}

static void digest(EVP_MD *const *md, struct span s, uint8_t *ret)
{
    (void)pthread_once(&once, fetch);
    EVP_MD_CTX *ctx = context();
    const bool ok = EVP_DigestInit_ex2(ctx, *md, NULL) && EVP_DigestUpdate(ctx, s.p, s.len) &&
                    EVP_DigestFinal_ex(ctx, ret, NULL);
    assert(ok);
    (void)ok;
}

void hash_sha256(struct span s, uint8_t ret[SHA256_SIZE])
{
    digest(&sha256, s, ret);
}

int hash_sha256_file(const char *path, uint8_t ret[SHA256_SIZE])
{
    static const size_t step = 256UL * 1024;
    /* Without a wait for whoever writes into a pipe of this name. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    ssize_t n = 0;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return -EBADMSG;
    }
    (void)pthread_once(&once, fetch);
    EVP_MD_CTX *ctx = context();
    char *bytes = mem_alloc(step);
    bool ok = EVP_DigestInit_ex2(ctx, sha256, NULL);
    while (ok && ((n = read(fd, bytes, step)) > 0 || (n < 0 && errno == EINTR)))
        ok = n < 0 || EVP_DigestUpdate(ctx, bytes, (size_t)n);
    const int rc = n < 0 ? -errno : 0;
    ok = ok && EVP_DigestFinal_ex(ctx, ret, NULL);
    assert(ok);
    (void)ok;
    (void)mem_free(bytes);
    (void)close(fd);
    return rc;
}

void hash_sha1(struct span s, uint8_t ret[SHA1_SIZE])
{
    digest(&sha1, s, ret);
}

void hash_md5(struct span s, uint8_t ret[MD5_SIZE])
{
    digest(&md5, s, ret);
}
