#include "crypto/srtp.h"

#include "base/mem.h"
#include "crypto/equal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <assert.h>
#include <errno.h>

enum {
    GCM_IV = 12,
    GCM_TAG = 16,
    CM_IV = 16,
    CM_TAG = 10,
    SHA1_KEY = 20,
    SHA1_LEN = 20,
    RTP_HEAD_MIN = 12,
    RTCP_HEAD = 8, /* that is not encrypted */
    INDEX = 4,     /* bytes behind an SRTCP packet */
    LABEL_AT = 7,
    WORDS = SRTP_WINDOW / 64,
};

#define ENCRYPTED 0x80000000U

/* RFC 3711, 4.3.2 */
enum label { RTP_KEY, RTP_AUTH, RTP_SALT, RTCP_KEY, RTCP_AUTH, RTCP_SALT };

/* What one of RTP and RTCP is encrypted with. */
struct transform {
    EVP_CIPHER_CTX *cipher;
    EVP_MAC_CTX *mac; /* of CM */
    uint8_t salt[SRTP_SALT];
};

/* How far the packets of an SSRC have come. */
struct replay {
    uint32_t ssrc;
    bool begun;
    uint64_t highest;
    uint64_t seen[WORDS]; /* a ring of bits by index */
};

struct srtp {
    bool gcm;
    struct transform rtp;
    struct transform rtcp;
    uint32_t rtcp_index; /* of the next one that is sent */
    size_t rtp_count;
    size_t rtcp_count;
    struct replay rtp_streams[SRTP_SSRCS];
    struct replay rtcp_streams[SRTP_SSRCS];
};

static void must(int ok)
{
    assert(ok == 1);
    (void)ok;
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

/* RFC 3711, 4.3.1 with a key derivation rate of 0: AES-CM of nothing. */
static void derive(const struct srtp_keys *k, enum label label, uint8_t *out, size_t n)
{
    static const uint8_t zeros[32];
    uint8_t iv[CM_IV] = {0};
    int len;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();

    memcpy(iv, k->salt, k->profile == SRTP_GCM ? GCM_IV : SRTP_SALT);
    iv[LABEL_AT] ^= (uint8_t)label;
    must(c != NULL);
    must(EVP_EncryptInit_ex(c, EVP_aes_128_ctr(), NULL, k->key, iv));
    must(EVP_EncryptUpdate(c, out, &len, zeros, (int)n));
    EVP_CIPHER_CTX_free(c);
}

static void transform_init(struct transform *t, const struct srtp_keys *k, enum label first)
{
    const bool gcm = k->profile == SRTP_GCM;
    uint8_t key[SRTP_KEY];

    derive(k, first, key, sizeof(key));
    derive(k, first + RTP_SALT, t->salt, gcm ? GCM_IV : SRTP_SALT);
    t->cipher = EVP_CIPHER_CTX_new();
    must(t->cipher != NULL);
    must(EVP_CipherInit_ex(t->cipher, gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), NULL, key, NULL,
                           1));
    OPENSSL_cleanse(key, sizeof(key));
    if (gcm)
        return;
    uint8_t auth[SHA1_KEY];
    char digest[] = "SHA1";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    derive(k, first + RTP_AUTH, auth, sizeof(auth));
    t->mac = EVP_MAC_CTX_new(hmac);
    must(t->mac != NULL);
    must(EVP_MAC_init(t->mac, auth, sizeof(auth), params));
    EVP_MAC_free(hmac);
    OPENSSL_cleanse(auth, sizeof(auth));
}

static void transform_done(struct transform *t)
{
    EVP_CIPHER_CTX_free(t->cipher);
    EVP_MAC_CTX_free(t->mac);
    OPENSSL_cleanse(t, sizeof(*t));
}

struct srtp *srtp_new(const struct srtp_keys *k)
{
    struct srtp *s = mem_new(struct srtp);

    s->gcm = k->profile == SRTP_GCM;
    transform_init(&s->rtp, k, RTP_KEY);
    transform_init(&s->rtcp, k, RTCP_KEY);
    return s;
}

struct srtp *srtp_free(struct srtp *s)
{
    if (!s)
        return NULL;
    transform_done(&s->rtp);
    transform_done(&s->rtcp);
    return mem_free(s);
}

/* GCM */

/* RFC 7714, 8.1 and 9.1: high and low are ROC and SEQ, or the upper and lower half of SRTCP's index. */
static void gcm_iv(const struct transform *t, uint32_t ssrc, uint32_t high, uint16_t low,
                   uint8_t iv[GCM_IV])
{
    memset(iv, 0, 2);
    put32(iv + 2, ssrc);
    put32(iv + 6, high);
    iv[10] = (uint8_t)(low >> 8);
    iv[11] = (uint8_t)low;
    for (size_t i = 0; i < GCM_IV; i++)
        iv[i] ^= t->salt[i];
}

static void gcm_encrypt(struct transform *t, const uint8_t iv[GCM_IV], struct span aad,
                        struct span more, struct span in, uint8_t *out)
{
    EVP_CIPHER_CTX *c = t->cipher;
    int n;

    must(EVP_EncryptInit_ex(c, NULL, NULL, NULL, iv));
    must(EVP_EncryptUpdate(c, NULL, &n, (const uint8_t *)aad.p, (int)aad.len));
    if (more.len > 0)
        must(EVP_EncryptUpdate(c, NULL, &n, (const uint8_t *)more.p, (int)more.len));
    must(EVP_EncryptUpdate(c, out, &n, (const uint8_t *)in.p, (int)in.len));
    must(EVP_EncryptFinal_ex(c, out + n, &n));
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, out + in.len));
}

/* in: the ciphertext without its tag, which stands behind it. */
static bool gcm_decrypt(struct transform *t, const uint8_t iv[GCM_IV], struct span aad,
                        struct span more, uint8_t *in, size_t len)
{
    EVP_CIPHER_CTX *c = t->cipher;
    int n;

    must(EVP_DecryptInit_ex(c, NULL, NULL, NULL, iv));
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, in + len));
    must(EVP_DecryptUpdate(c, NULL, &n, (const uint8_t *)aad.p, (int)aad.len));
    if (more.len > 0)
        must(EVP_DecryptUpdate(c, NULL, &n, (const uint8_t *)more.p, (int)more.len));
    return EVP_DecryptUpdate(c, in, &n, in, (int)len) == 1 &&
           EVP_DecryptFinal_ex(c, in + n, &n) == 1;
}

/* Counter mode and HMAC */

/* RFC 3711, 4.1.1: encrypting is decrypting. */
static void cm_crypt(struct transform *t, uint32_t ssrc, uint64_t index, const uint8_t *in,
                     size_t len, uint8_t *out)
{
    uint8_t iv[CM_IV] = {0};
    int n;

    memcpy(iv, t->salt, SRTP_SALT);
    for (size_t i = 0; i < 4; i++)
        iv[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (size_t i = 0; i < 6; i++)
        iv[8 + i] ^= (uint8_t)(index >> (40 - 8 * i));
    must(EVP_EncryptInit_ex(t->cipher, NULL, NULL, NULL, iv));
    must(EVP_EncryptUpdate(t->cipher, out, &n, in, (int)len));
}

static void cm_tag(struct transform *t, struct span message, const uint8_t *more, size_t more_len,
                   uint8_t tag[SHA1_LEN])
{
    size_t n;

    must(EVP_MAC_init(t->mac, NULL, 0, NULL));
    must(EVP_MAC_update(t->mac, (const uint8_t *)message.p, message.len));
    if (more_len > 0)
        must(EVP_MAC_update(t->mac, more, more_len));
    must(EVP_MAC_final(t->mac, tag, &n, SHA1_LEN));
}

/* RTP out */

int srtp_protect(struct srtp *s, uint64_t index, uint8_t *out, size_t head, struct span payload)
{
    const uint32_t ssrc = get32(out + 8);
    const uint32_t roc = (uint32_t)(index >> 16);

    if (s->gcm) {
        uint8_t iv[GCM_IV];
        gcm_iv(&s->rtp, ssrc, roc, (uint16_t)index, iv);
        gcm_encrypt(&s->rtp, iv, span_of(out, head), SPAN_NONE, payload, out + head);
        return (int)(head + payload.len + GCM_TAG);
    }
    uint8_t word[4];
    uint8_t tag[SHA1_LEN];
    put32(word, roc);
    cm_crypt(&s->rtp, ssrc, index, (const uint8_t *)payload.p, payload.len, out + head);
    cm_tag(&s->rtp, span_of(out, head + payload.len), word, sizeof(word), tag);
    memcpy(out + head + payload.len, tag, CM_TAG);
    return (int)(head + payload.len + CM_TAG);
}

/* RTP in */

static struct replay *stream_of(struct replay *streams, size_t count, uint32_t ssrc)
{
    for (size_t i = 0; i < count; i++) {
        if (streams[i].ssrc == ssrc)
            return &streams[i];
    }
    return NULL;
}

/* RFC 3711, 3.3.1: the index next to the highest one. */
static uint64_t guess(const struct replay *s, uint16_t seq)
{
    if (!s || !s->begun)
        return seq;
    const int64_t near = (int64_t)s->highest + (int16_t)(uint16_t)(seq - (uint16_t)s->highest);
    return near < 0 ? seq : (uint64_t)near;
}

static bool was_seen(const struct replay *s, uint64_t index)
{
    if (!s || !s->begun || index > s->highest)
        return false;
    if (s->highest - index >= SRTP_WINDOW)
        return true;
    return (s->seen[index / 64 % WORDS] >> (index % 64) & 1) != 0;
}

static void clear_bit(struct replay *s, uint64_t index)
{
    s->seen[index / 64 % WORDS] &= ~(UINT64_C(1) << (index % 64));
}

static void mark_seen(struct replay *s, uint64_t index)
{
    if (!s->begun || index > s->highest + SRTP_WINDOW) {
        memset(s->seen, 0, sizeof(s->seen));
        s->highest = index;
    }
    while (s->highest < index)
        clear_bit(s, ++s->highest);
    s->begun = true;
    s->seen[index / 64 % WORDS] |= UINT64_C(1) << (index % 64);
}

/* Only of what was authentic, so that nobody else can fill the table. */
static int note(struct replay *streams, size_t *count, uint32_t ssrc, uint64_t index)
{
    struct replay *s = stream_of(streams, *count, ssrc);

    if (!s) {
        if (*count == SRTP_SSRCS)
            return -ENOSPC;
        s = &streams[(*count)++];
        *s = (struct replay){.ssrc = ssrc};
    }
    mark_seen(s, index);
    return 0;
}

/* Bytes of the header with CSRCs and extension; 0: it is not whole. */
static size_t head_of(const uint8_t *p, size_t len)
{
    if (len < RTP_HEAD_MIN || p[0] >> 6 != 2)
        return 0;
    size_t head = RTP_HEAD_MIN + (size_t)(p[0] & 0x0f) * 4;
    if ((p[0] & 0x10) != 0) {
        if (len < head + 4)
            return 0;
        head += 4 + ((size_t)p[head + 2] << 8 | p[head + 3]) * 4;
    }
    return head <= len ? head : 0;
}

static bool open_rtp(struct srtp *s, uint8_t *p, size_t head, size_t body, uint64_t index)
{
    const uint32_t ssrc = get32(p + 8);
    const uint32_t roc = (uint32_t)(index >> 16);

    if (s->gcm) {
        uint8_t iv[GCM_IV];
        gcm_iv(&s->rtp, ssrc, roc, (uint16_t)index, iv);
        return gcm_decrypt(&s->rtp, iv, span_of(p, head), SPAN_NONE, p + head, body);
    }
    uint8_t word[4];
    uint8_t tag[SHA1_LEN];
    put32(word, roc);
    cm_tag(&s->rtp, span_of(p, head + body), word, sizeof(word), tag);
    if (!equal_secret(span_of(tag, CM_TAG), span_of(p + head + body, CM_TAG)))
        return false;
    cm_crypt(&s->rtp, ssrc, index, p + head, body, p + head);
    return true;
}

int srtp_unprotect(struct srtp *s, uint8_t *p, size_t len, size_t *ret_len)
{
    const size_t tag = s->gcm ? GCM_TAG : CM_TAG;
    const size_t head = head_of(p, len);

    if (head == 0 || len < head + tag)
        return -EBADMSG;
    const uint32_t ssrc = get32(p + 8);
    const struct replay *known = stream_of(s->rtp_streams, s->rtp_count, ssrc);
    const uint64_t index = guess(known, (uint16_t)(p[2] << 8 | p[3]));
    if (was_seen(known, index))
        return -EALREADY;
    if (!open_rtp(s, p, head, len - head - tag, index))
        return -EBADMSG;
    *ret_len = len - tag;
    return note(s->rtp_streams, &s->rtp_count, ssrc, index);
}

/* RTCP */

int srtcp_protect(struct srtp *s, uint8_t *p, size_t len, size_t cap, size_t *ret_len)
{
    const size_t tag = s->gcm ? GCM_TAG : CM_TAG;
    const uint32_t index = s->rtcp_index;
    uint8_t word[INDEX];

    assert(len >= RTCP_HEAD);
    if (cap < len + tag + INDEX)
        return -ENOSPC;
    s->rtcp_index = (s->rtcp_index + 1) & ~ENCRYPTED;
    put32(word, ENCRYPTED | index);
    const uint32_t ssrc = get32(p + 4);
    if (s->gcm) {
        uint8_t iv[GCM_IV];
        gcm_iv(&s->rtcp, ssrc, index >> 16, (uint16_t)index, iv);
        gcm_encrypt(&s->rtcp, iv, span_of(p, RTCP_HEAD), span_of(word, INDEX),
                    span_of(p + RTCP_HEAD, len - RTCP_HEAD), p + RTCP_HEAD);
        memcpy(p + len + tag, word, INDEX);
    } else {
        uint8_t mac[SHA1_LEN];
        cm_crypt(&s->rtcp, ssrc, index, p + RTCP_HEAD, len - RTCP_HEAD, p + RTCP_HEAD);
        memcpy(p + len, word, INDEX);
        cm_tag(&s->rtcp, span_of(p, len + INDEX), NULL, 0, mac);
        memcpy(p + len + INDEX, mac, CM_TAG);
    }
    *ret_len = len + tag + INDEX;
    return 0;
}

static bool open_rtcp(struct srtp *s, uint8_t *p, size_t len, uint32_t word)
{
    const uint32_t ssrc = get32(p + 4);
    const uint32_t index = word & ~ENCRYPTED;
    uint8_t bytes[INDEX];

    if (s->gcm) {
        uint8_t iv[GCM_IV];
        put32(bytes, word);
        gcm_iv(&s->rtcp, ssrc, index >> 16, (uint16_t)index, iv);
        return gcm_decrypt(&s->rtcp, iv, span_of(p, RTCP_HEAD), span_of(bytes, INDEX),
                           p + RTCP_HEAD, len - RTCP_HEAD);
    }
    uint8_t mac[SHA1_LEN];
    cm_tag(&s->rtcp, span_of(p, len + INDEX), NULL, 0, mac);
    if (!equal_secret(span_of(mac, CM_TAG), span_of(p + len + INDEX, CM_TAG)))
        return false;
    cm_crypt(&s->rtcp, ssrc, index, p + RTCP_HEAD, len - RTCP_HEAD, p + RTCP_HEAD);
    return true;
}

int srtcp_unprotect(struct srtp *s, uint8_t *p, size_t len, size_t *ret_len)
{
    const size_t tag = s->gcm ? GCM_TAG : CM_TAG;

    if (len < RTCP_HEAD + tag + INDEX || p[0] >> 6 != 2)
        return -EBADMSG;
    const size_t plain = len - tag - INDEX;
    const uint32_t word = get32(p + (s->gcm ? plain + tag : plain));
    const uint32_t index = word & ~ENCRYPTED;
    const uint32_t ssrc = get32(p + 4);
    /* browsers encrypt all; what is not encrypted is none of theirs */
    if ((word & ENCRYPTED) == 0)
        return -EBADMSG;
    if (was_seen(stream_of(s->rtcp_streams, s->rtcp_count, ssrc), index))
        return -EALREADY;
    if (!open_rtcp(s, p, plain, word))
        return -EBADMSG;
    *ret_len = plain;
    return note(s->rtcp_streams, &s->rtcp_count, ssrc, index);
}
