#include "media/ice.h"

#include "base/rand.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"

/* ice-char (RFC 8839, 5.4): 64 of them, so that a byte gives one without bias. */
static const char ice_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void draw(char *p, size_t n)
{
    uint8_t chance[ICE_PWD];

    rand_bytes(chance, n);
    for (size_t i = 0; i < n; i++)
        p[i] = ice_chars[chance[i] & 63];
    p[n] = '\0';
}

static struct ice_word word_new(char mark)
{
    struct ice_word w;

    w.ufrag[0] = mark;
    draw(w.ufrag + 1, ICE_UFRAG - 1);
    draw(w.pwd, ICE_PWD);
    return w;
}

void ice_lite_init(struct ice_lite *a, char mark, usec_t now)
{
    *a = (struct ice_lite){.words = {word_new(mark)}, .count = 1, .heard_at = now};
}

void ice_lite_restart(struct ice_lite *a, char mark)
{
    a->words[1] = a->words[0];
    a->words[0] = word_new(mark);
    a->count = 2;
}

struct span ice_username(const struct stun *check)
{
    struct span name;

    if (!stun_get(check, STUN_USERNAME, &name) || name.len > STUN_USERNAME_MAX)
        return SPAN_NONE;
    return span_sub(name, 0, span_find(name, ':'));
}

static bool signed_with(const struct stun *m, const struct ice_word *w)
{
    uint8_t covered[STUN_MESSAGE_MAX];
    uint8_t mac[SHA1_SIZE];
    struct span rest;
    struct span value;

    if (m->len > sizeof(covered) || !stun_covered(m, covered, &rest) ||
        !stun_get(m, STUN_MESSAGE_INTEGRITY, &value))
        return false;
    memcpy(covered + STUN_HEADER, rest.p, rest.len);
    hmac_sha1(span_of(w->pwd, ICE_PWD), span_of(covered, STUN_HEADER + rest.len), mac);
    return equal_secret(value, span_of(mac, sizeof(mac)));
}

static size_t finish(struct stun_out *o, const struct ice_word *w)
{
    struct span covered;
    uint8_t *mac = stun_add_integrity(o, &covered);

    if (mac)
        hmac_sha1(span_of(w->pwd, ICE_PWD), covered, mac);
    stun_add_fingerprint(o);
    return stun_end(o).len;
}

static size_t answer(const struct stun *m, const struct media_path *from, const struct ice_word *w,
                     uint8_t *out)
{
    struct stun_out o;

    stun_begin(&o, out, ICE_ANSWER_MAX, STUN_SUCCESS, STUN_BINDING, stun_txid(m));
    stun_add_xor_address(&o, STUN_XOR_MAPPED_ADDRESS, &from->remote);
    return finish(&o, w);
}

/* We never control (RFC 8445, 7.3.1.1): whoever thinks so too is told to change. */
static size_t refuse_role(const struct stun *m, const struct ice_word *w, uint8_t *out)
{
    struct stun_out o;

    stun_begin(&o, out, ICE_ANSWER_MAX, STUN_FAILURE, STUN_BINDING, stun_txid(m));
    stun_add_error(&o, 487, "Role Conflict");
    return finish(&o, w);
}

static bool same_path(const struct media_path *a, const struct media_path *b)
{
    return a->tcp == b->tcp && a->inside == b->inside && a->remote.port == b->remote.port &&
           addr_same_ip(&a->remote, &b->remote) && addr_same_ip(&a->local, &b->local);
}

static bool select_path(struct ice_lite *a, const struct media_path *from, bool nominated)
{
    const bool moves = !a->has_path || (nominated && !same_path(&a->selected, from));

    if (!moves && !nominated)
        return false;
    a->nominated = a->nominated || nominated;
    if (moves)
        a->selected = *from;
    a->has_path = true;
    return moves;
}

enum ice_verdict ice_lite_check(struct ice_lite *a, const struct stun *check,
                                const struct media_path *from, usec_t now, uint8_t *out,
                                size_t *ret_len)
{
    const struct span name = ice_username(check);
    size_t i = 0;

    while (i < a->count && !span_eq(name, span_of(a->words[i].ufrag, ICE_UFRAG)))
        i++;
    if (i == a->count || !signed_with(check, &a->words[i]))
        return ICE_NONE;
    if (stun_has(check, ICE_CONTROLLED)) {
        *ret_len = refuse_role(check, &a->words[i], out);
        return ICE_HEARD;
    }
    *ret_len = answer(check, from, &a->words[i], out);
    a->heard_at = now;
    const bool nominated = stun_has(check, ICE_USE_CANDIDATE);
    const bool moved = select_path(a, from, nominated);
    if (nominated && i == 0)
        a->count = 1;
    return moved ? ICE_MOVED : ICE_HEARD;
}

void ice_lite_lost(struct ice_lite *a, const struct ice_tcp *tcp)
{
    if (a->selected.tcp != tcp)
        return;
    a->selected = (struct media_path){0};
    a->has_path = a->nominated = false;
}
