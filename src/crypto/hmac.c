#include "crypto/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <assert.h>
#include <limits.h>

static void mac(const EVP_MD *md, struct span key, struct span s, uint8_t *ret)
{
    assert(key.len <= INT_MAX);
    /* HMAC() takes a NULL key for "the one before". */
    const void *k = key.p ? key.p : "";
    const bool ok = HMAC(md, k, (int)key.len, (const uint8_t *)s.p, s.len, ret, NULL) != NULL;
    assert(ok);
    (void)ok;
}

void hmac_sha256(struct span key, struct span s, uint8_t ret[SHA256_SIZE])
{
    mac(EVP_sha256(), key, s, ret);
}

void hmac_sha1(struct span key, struct span s, uint8_t ret[SHA1_SIZE])
{
    mac(EVP_sha1(), key, s, ret);
}
