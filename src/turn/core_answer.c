/*
 * Answers.  One to somebody who is not authenticated is bounded in size and number, so that nobody can
 * have a victim flooded by us in their name.
 */
#include "base/text.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"
#include "turn/inside.h"

enum {
    HEADERS_V4 = 28, /* of IP and UDP */
    HEADERS_V6 = 48,
    NONCE_EPOCH = 2, /* bytes of it that say when */
};

#define NONCE_LIFE (1800 * SEC) /* it is good in this span of time and the next */

static void make_nonce(const struct core *c, const struct path *from, uint16_t epoch,
                       char ret[NONCE_TEXT])
{
    uint8_t said[NONCE_EPOCH + 16];
    uint8_t mac[SHA256_SIZE];
    uint8_t raw[NONCE_RAW];
    struct buf text = {0};

    memcpy(said, &epoch, NONCE_EPOCH);
    memcpy(said + NONCE_EPOCH, from->client.ip, 16);
    hmac_sha256(span_of(c->nonce_key, sizeof(c->nonce_key)), span_of(said, sizeof(said)), mac);
    memcpy(raw, &epoch, NONCE_EPOCH);
    memcpy(raw + NONCE_EPOCH, mac, NONCE_RAW - NONCE_EPOCH);
    text_base64url(&text, span_of(raw, NONCE_RAW));
    memcpy(ret, text.p, NONCE_TEXT);
    buf_done(&text);
}

static uint16_t epoch_of(usec_t now)
{
    return (uint16_t)(now / NONCE_LIFE);
}

void core_nonce(const struct core *c, const struct path *from, usec_t now, char ret[NONCE_TEXT])
{
    make_nonce(c, from, epoch_of(now), ret);
}

bool core_nonce_good(const struct core *c, const struct path *from, usec_t now, struct span nonce)
{
    for (int back = 0; back < 2; back++) {
        char text[NONCE_TEXT];

        make_nonce(c, from, (uint16_t)(epoch_of(now) - back), text);
        if (nonce.len == NONCE_TEXT && equal_secret(nonce, span_of(text, NONCE_TEXT)))
            return true;
    }
    return false;
}

void answer_begin(struct exchange *x, struct stun_out *o, void *room, size_t cap,
                  enum stun_class class)
{
    stun_begin(o, room, cap, class, x->m.method, stun_txid(&x->m));
}

static size_t on_wire(const struct path *path, size_t len)
{
    return len + (path->client.family == 6 ? HEADERS_V6 : HEADERS_V4);
}

static bool may_answer_stranger(const struct exchange *x, size_t len)
{
    const struct core *c = x->core;

    /* over a connection the address is whose it says, and gets no more than it can read */
    if (x->from->kind != PATH_UDP)
        return true;
    if (2 * on_wire(x->from, len) > 3 * on_wire(x->from, x->m.len))
        return false;
    return !c->conf.limits ||
           buckets_take(c->strangers, addr_site(&x->from->client), x->t->now) == 0;
}

static void sign(const struct exchange *x, struct stun_out *o)
{
    struct span covered;
    uint8_t *mac = stun_add_integrity(o, &covered);

    if (mac)
        hmac_sha1(span_of(x->word, CREDENTIAL_KEY), covered, mac);
}

void answer_send(struct exchange *x, struct stun_out *o)
{
    if (x->authenticated)
        sign(x, o);
    const struct span message = stun_end(o);
    if (message.p && (x->authenticated || may_answer_stranger(x, message.len)))
        x->core->conf.ops->answer(x->core->conf.arg, x->from, message);
}

static enum core_refusal refusal_of(unsigned code)
{
    switch (code) {
    case 401:
    case 441: return CORE_REFUSED_WORD;
    case 403: return CORE_REFUSED_PEER;
    case 486: return CORE_REFUSED_QUOTA;
    case 508: return CORE_REFUSED_FULL;
    default: return CORE_REFUSED_OTHER;
    }
}

static void count_refusal(struct exchange *x, unsigned code)
{
    struct core_count *c = &x->core->count;

    if (code == 438 || (code == 401 && !stun_has(&x->m, STUN_MESSAGE_INTEGRITY))) {
        c->challenged++;
        return;
    }
    c->refused[refusal_of(code)]++;
}

void core_refuse(struct exchange *x, unsigned code, const char *reason)
{
    uint8_t room[256];
    struct stun_out o;

    count_refusal(x, code);
    answer_begin(x, &o, room, sizeof(room), STUN_FAILURE);
    stun_add_error(&o, code, reason);
    answer_send(x, &o);
}

void core_refuse_types(struct exchange *x, const uint16_t *types, size_t n)
{
    uint8_t room[128];
    struct stun_out o;

    count_refusal(x, 420);
    answer_begin(x, &o, room, sizeof(room), STUN_FAILURE);
    stun_add_error(&o, 420, "");
    stun_add_types(&o, types, n);
    answer_send(x, &o);
}

/* Without a reason in words: each byte counts against what may be said. */
void core_refuse_stranger(struct exchange *x, unsigned code)
{
    uint8_t room[128];
    char nonce[NONCE_TEXT];
    struct stun_out o;

    count_refusal(x, code);
    answer_begin(x, &o, room, sizeof(room), STUN_FAILURE);
    stun_add_error(&o, code, "");
    if (code == 401 || code == 438) {
        core_nonce(x->core, x->from, x->t->now, nonce);
        stun_add(&o, STUN_REALM, span_str(CREDENTIAL_REALM));
        stun_add(&o, STUN_NONCE, span_of(nonce, NONCE_TEXT));
    }
    answer_send(x, &o);
}
