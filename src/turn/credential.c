#include "turn/credential.h"

#include "base/text.h"
#include "crypto/hmac.h"

#include <errno.h>

static void password(struct span secret, struct span name, struct buf *ret)
{
    uint8_t mac[SHA1_SIZE];

    hmac_sha1(secret, name, mac);
    text_base64(ret, span_of(mac, sizeof(mac)));
}

void credential_write(struct span secret, const struct id *user, const struct id *session,
                      struct wall now, struct buf *ret_name, struct buf *ret_password)
{
    buf_add_i64(ret_name, now.ms / 1000 + (int64_t)CREDENTIAL_HOURS * 3600);
    buf_add_char(ret_name, ':');
    buf_add_span(ret_name, id_span(user));
    buf_add_char(ret_name, '.');
    buf_add_span(ret_name, id_span(session));
    password(secret, buf_span(ret_name), ret_password);
}

int credential_parse(struct span name, struct credential *ret)
{
    const size_t colon = span_find(name, ':');
    const size_t user = colon + 1;
    uint64_t expires;

    if (name.len != user + ID_LEN + 1 + ID_LEN || name.p[user + ID_LEN] != '.' ||
        span_u64(span_sub(name, 0, colon), INT64_MAX / 1000, &expires) != 0 ||
        id_parse(span_sub(name, user, ID_LEN), &ret->user) != 0 ||
        id_parse(span_sub(name, user + ID_LEN + 1, ID_LEN), &ret->session) != 0)
        return -EBADMSG;
    ret->expires_s = (int64_t)expires;
    return 0;
}

bool credential_expired(const struct credential *c, struct wall now)
{
    return now.ms / 1000 > c->expires_s + CREDENTIAL_SKEW_SEC;
}

void credential_key(struct span secret, struct span name, uint8_t ret[CREDENTIAL_KEY])
{
    struct buf all = {0};
    struct buf word = {0};

    password(secret, name, &word);
    buf_add_span(&all, name);
    buf_add_str(&all, ":" CREDENTIAL_REALM ":");
    buf_add_span(&all, buf_span(&word));
    hash_md5(buf_span(&all), ret);
    buf_done(&all);
    buf_done(&word);
}
