#include "crypto/equal.h"

#include <openssl/crypto.h>

bool equal_secret(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.p, b.p, a.len) == 0);
}

void equal_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}
