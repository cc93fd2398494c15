#include "crypto/seal.h"

#include "base/rand.h"
#include "base/text.h"
#include "crypto/equal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <assert.h>
#include <errno.h>
#include <limits.h>

enum { NONCE_SIZE = 12, TAG_SIZE = 16 };

void seal_derive(struct span secret, struct span info, uint8_t ret[SEAL_KEY_SIZE])
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret.p, secret.len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info.p, info.len),
        OSSL_PARAM_construct_end(),
    };
    const int ok = EVP_KDF_derive(ctx, ret, SEAL_KEY_SIZE, params);

    assert(ok == 1);
    (void)ok;
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
}

void seal(const uint8_t key[SEAL_KEY_SIZE], struct span bound, struct span plain, struct buf *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    struct buf bytes = {0};
    int len = 0;

    assert(plain.len <= INT_MAX && bound.len <= INT_MAX);
    uint8_t *p = (uint8_t *)buf_room(&bytes, NONCE_SIZE + plain.len + TAG_SIZE);
    rand_bytes(p, NONCE_SIZE);
    int ok =
        EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, p) == 1 &&
        EVP_EncryptUpdate(ctx, NULL, &len, (const uint8_t *)bound.p, (int)bound.len) == 1 &&
        EVP_EncryptUpdate(ctx, p + NONCE_SIZE, &len, (const uint8_t *)plain.p, (int)plain.len) ==
            1 &&
        EVP_EncryptFinal_ex(ctx, p + NONCE_SIZE + plain.len, &len) == 1 &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, p + NONCE_SIZE + plain.len) == 1;
    assert(ok);
    (void)ok;
    bytes.len = NONCE_SIZE + plain.len + TAG_SIZE;
    text_base64url(out, buf_span(&bytes));
    buf_done(&bytes);
    EVP_CIPHER_CTX_free(ctx);
}

static int open_bytes(const uint8_t key[SEAL_KEY_SIZE], struct span bound, struct span s,
                      struct buf *out)
{
    const uint8_t *p = (const uint8_t *)s.p;
    const size_t text = s.len - NONCE_SIZE - TAG_SIZE;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t *plain = (uint8_t *)buf_room(out, text + 1);
    int len = 0;
    const bool ok =
        EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, p) == 1 &&
        EVP_DecryptUpdate(ctx, NULL, &len, (const uint8_t *)bound.p, (int)bound.len) == 1 &&
        EVP_DecryptUpdate(ctx, plain, &len, p + NONCE_SIZE, (int)text) == 1 &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, (void *)(p + NONCE_SIZE + text)) ==
            1 &&
        EVP_DecryptFinal_ex(ctx, plain + text, &len) == 1;

    EVP_CIPHER_CTX_free(ctx);
    if (!ok) {
        equal_wipe(plain, text);
        return -EBADMSG;
    }
    out->len += text;
    return 0;
}

int seal_open(const uint8_t key[SEAL_KEY_SIZE], struct span bound, struct span sealed,
              struct buf *out)
{
    struct buf bytes = {0};
    int rc = text_from_base64url(sealed, &bytes);

    if (rc == 0 && (bytes.len < NONCE_SIZE + TAG_SIZE || bytes.len > INT_MAX))
        rc = -EBADMSG;
    if (rc == 0)
        rc = open_bytes(key, bound, buf_span(&bytes), out);
    buf_done(&bytes);
    return rc;
}
