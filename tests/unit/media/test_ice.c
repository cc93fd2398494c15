#include "crypto/hmac.h"
#include "media/ice.h"
#include "support/test.h"

#include <stdio.h>

enum { ROOM = 256 };

struct check {
    const char *pwd;
    bool nominates;
    bool controlled;
};

static struct media_path path(uint8_t host, uint16_t port)
{
    return (struct media_path){.remote = {.ip = {192, 0, 2, host}, .port = port, .family = 4},
                               .local = {.ip = {203, 0, 113, 1}, .port = 3478, .family = 4}};
}

/* A check of a browser's to this word. */
static struct span check_to(const struct ice_word *w, const struct check *c, uint8_t *room)
{
    static const uint8_t txid[STUN_TXID] = "twelve bytes";
    char name[64];
    struct stun_out o;
    struct span covered;

    const int n = snprintf(name, sizeof(name), "%s:theirs", w->ufrag);
    stun_begin(&o, room, ROOM, STUN_REQUEST, STUN_BINDING, txid);
    stun_add(&o, STUN_USERNAME, span_of(name, (size_t)n));
    stun_add_u32(&o, ICE_PRIORITY, 7);
    stun_add(&o, c->controlled ? ICE_CONTROLLED : ICE_CONTROLLING, span_str("8 bytes."));
    if (c->nominates)
        stun_add(&o, ICE_USE_CANDIDATE, span_str(""));
    uint8_t *mac = stun_add_integrity(&o, &covered);
    hmac_sha1(span_str(c->pwd ? c->pwd : w->pwd), covered, mac);
    stun_add_fingerprint(&o);
    return stun_end(&o);
}

struct heard {
    enum ice_verdict verdict;
    uint8_t out[ICE_ANSWER_MAX];
    size_t len;
};

static struct heard hear(struct ice_lite *a, const struct ice_word *w, struct check c,
                         struct media_path from, usec_t now)
{
    struct heard h = {0};
    uint8_t room[ROOM];
    struct stun m;

    CHECK_OK(stun_parse(check_to(w, &c, room), &m));
    h.verdict = ice_lite_check(a, &m, &from, now, h.out, &h.len);
    return h;
}

/* Is it signed with the word's password? */
static bool signed_with(const struct stun *m, const struct ice_word *w)
{
    uint8_t covered[STUN_HEADER + ROOM];
    uint8_t mac[SHA1_SIZE];
    struct span rest;
    struct span value;

    CHECK(stun_covered(m, covered, &rest) && stun_get(m, STUN_MESSAGE_INTEGRITY, &value));
    memcpy(covered + STUN_HEADER, rest.p, rest.len);
    hmac_sha1(span_str(w->pwd), span_of(covered, STUN_HEADER + rest.len), mac);
    return span_eq(value, span_of(mac, sizeof(mac)));
}

TEST(words_are_long_enough_and_different)
{
    struct ice_lite a;
    struct ice_lite b;

    ice_lite_init(&a, 'A', SEC);
    ice_lite_init(&b, 'A', SEC);
    CHECK(strlen(a.words[0].ufrag) == ICE_UFRAG && strlen(a.words[0].pwd) == ICE_PWD);
    CHECK(a.words[0].ufrag[0] == 'A');
    CHECK(strcmp(a.words[0].ufrag, b.words[0].ufrag) != 0);
    CHECK(strcmp(a.words[0].pwd, b.words[0].pwd) != 0);
}

TEST(a_check_is_answered_with_where_it_came_from)
{
    struct ice_lite a;
    struct stun m;
    struct span value;
    struct addr told;
    const struct media_path from = path(7, 4000);

    ice_lite_init(&a, 'A', 0);
    const struct heard h = hear(&a, &a.words[0], (struct check){0}, from, SEC);
    CHECK_EQ(h.verdict, ICE_MOVED); /* the first that is heard is what there is */
    CHECK(h.len <= ICE_ANSWER_MAX && a.has_path && !a.nominated && a.heard_at == SEC);
    CHECK_OK(stun_parse(span_of(h.out, h.len), &m));
    CHECK(m.class == STUN_SUCCESS && memcmp(stun_txid(&m), "twelve bytes", STUN_TXID) == 0);
    CHECK(stun_get(&m, STUN_XOR_MAPPED_ADDRESS, &value));
    CHECK_OK(stun_xor_address(&m, value, &told));
    CHECK(addr_same_ip(&told, &from.remote) && told.port == 4000);
    CHECK(signed_with(&m, &a.words[0]));
}

TEST(what_is_not_ours_is_not_answered)
{
    struct ice_lite a;
    struct ice_lite b;

    ice_lite_init(&a, 'A', 0);
    ice_lite_init(&b, 'A', 0);
    CHECK_EQ(hear(&a, &b.words[0], (struct check){0}, path(7, 1), SEC).verdict, ICE_NONE);
    const struct check forged = {.pwd = "not that one", .nominates = true};
    CHECK_EQ(hear(&a, &a.words[0], forged, path(7, 1), SEC).verdict, ICE_NONE);
    CHECK(!a.has_path && a.heard_at == 0);
}

TEST(a_check_without_name_or_signature_is_none)
{
    static const uint8_t txid[STUN_TXID];
    struct ice_lite a;
    uint8_t room[ROOM];
    uint8_t out[ICE_ANSWER_MAX];
    char name[ICE_UFRAG + 3];
    struct stun_out o;
    struct stun m;
    size_t len;
    const struct media_path from = path(7, 1);

    ice_lite_init(&a, 'A', 0);
    stun_begin(&o, room, sizeof(room), STUN_REQUEST, STUN_BINDING, txid);
    CHECK_OK(stun_parse(stun_end(&o), &m));
    CHECK(!ice_username(&m).p);
    CHECK_EQ(ice_lite_check(&a, &m, &from, SEC, out, &len), ICE_NONE);
    (void)snprintf(name, sizeof(name), "%s:x", a.words[0].ufrag);
    stun_begin(&o, room, sizeof(room), STUN_REQUEST, STUN_BINDING, txid);
    stun_add(&o, STUN_USERNAME, span_str(name));
    CHECK_OK(stun_parse(stun_end(&o), &m));
    CHECK(span_is(ice_username(&m), a.words[0].ufrag));
    CHECK_EQ(ice_lite_check(&a, &m, &from, SEC, out, &len), ICE_NONE);
}

TEST(the_path_that_was_nominated_last_is_taken)
{
    struct ice_lite a;
    const struct check nominates = {.nominates = true};

    ice_lite_init(&a, 'A', 0);
    CHECK_EQ(hear(&a, &a.words[0], (struct check){0}, path(1, 1), SEC).verdict, ICE_MOVED);
    CHECK_EQ(hear(&a, &a.words[0], (struct check){0}, path(2, 2), SEC).verdict, ICE_HEARD);
    CHECK_EQ(a.selected.remote.port, 1);
    CHECK_EQ(hear(&a, &a.words[0], nominates, path(2, 2), SEC).verdict, ICE_MOVED);
    CHECK(a.nominated && a.selected.remote.port == 2);
    CHECK_EQ(hear(&a, &a.words[0], nominates, path(2, 2), SEC).verdict, ICE_HEARD);
    CHECK_EQ(hear(&a, &a.words[0], (struct check){0}, path(1, 1), SEC).verdict, ICE_HEARD);
    CHECK_EQ(a.selected.remote.port, 2);
    struct media_path inside = path(2, 2);
    inside.inside = true;
    CHECK_EQ(hear(&a, &a.words[0], nominates, inside, SEC).verdict, ICE_MOVED);
    CHECK(a.selected.inside);
}

TEST(who_wants_to_be_controlled_is_told_to_change)
{
    struct ice_lite a;
    struct stun m;
    struct span value;

    ice_lite_init(&a, 'A', 0);
    const struct heard h = hear(
        &a, &a.words[0], (struct check){.controlled = true, .nominates = true}, path(1, 1), SEC);
    CHECK_EQ(h.verdict, ICE_HEARD);
    CHECK_OK(stun_parse(span_of(h.out, h.len), &m));
    CHECK(m.class == STUN_FAILURE && stun_get(&m, STUN_ERROR_CODE, &value));
    CHECK(value.p[2] == 4 && value.p[3] == 87);
    CHECK(signed_with(&m, &a.words[0]) && !a.has_path);
}

TEST(the_old_word_is_good_until_the_new_one_is_nominated)
{
    const struct check nominates = {.nominates = true};
    struct ice_lite a;

    ice_lite_init(&a, 'A', 0);
    const struct ice_word old = a.words[0];
    CHECK_EQ(hear(&a, &old, nominates, path(1, 1), SEC).verdict, ICE_MOVED);
    ice_lite_restart(&a, 'B');
    const struct ice_word new = a.words[0];
    CHECK(new.ufrag[0] == 'B' && strcmp(new.pwd, old.pwd) != 0);
    CHECK_EQ(hear(&a, &old, nominates, path(1, 1), SEC).verdict, ICE_HEARD);
    CHECK_EQ(hear(&a, &new, (struct check){0}, path(2, 2), SEC).verdict, ICE_HEARD);
    CHECK_EQ(hear(&a, &old, (struct check){0}, path(1, 1), SEC).verdict, ICE_HEARD);
    CHECK_EQ(hear(&a, &new, nominates, path(2, 2), SEC).verdict, ICE_MOVED);
    CHECK_EQ(hear(&a, &old, nominates, path(1, 1), SEC).verdict, ICE_NONE);
    CHECK_EQ(a.selected.remote.port, 2);
}

TEST(consent_lasts_from_the_last_good_check)
{
    struct ice_lite a;

    ice_lite_init(&a, 'A', SEC);
    CHECK(ice_lite_consents(&a, SEC + ICE_CONSENT_TIME - 1));
    CHECK(!ice_lite_consents(&a, SEC + ICE_CONSENT_TIME));
    (void)hear(&a, &a.words[0], (struct check){0}, path(1, 1), 20 * SEC);
    (void)hear(&a, &a.words[0], (struct check){.pwd = "forged"}, path(1, 1), 25 * SEC);
    CHECK(ice_lite_consents(&a, 20 * SEC + ICE_CONSENT_TIME - 1));
    CHECK(!ice_lite_consents(&a, 20 * SEC + ICE_CONSENT_TIME));
}

TEST(a_connection_that_ends_is_no_path_any_more)
{
    const struct check nominates = {.nominates = true};
    uint8_t first;
    uint8_t second; /* only their addresses matter */
    struct media_path over = path(1, 1);
    struct ice_lite a;

    ice_lite_init(&a, 'A', 0);
    over.tcp = (struct ice_tcp *)(void *)&first;
    CHECK_EQ(hear(&a, &a.words[0], nominates, over, SEC).verdict, ICE_MOVED);
    ice_lite_lost(&a, (struct ice_tcp *)(void *)&second);
    CHECK(a.has_path);
    ice_lite_lost(&a, over.tcp);
    CHECK(!a.has_path && !a.selected.tcp);
    /* the next that is heard will do until one is nominated */
    CHECK_EQ(hear(&a, &a.words[0], (struct check){0}, path(2, 2), SEC).verdict, ICE_MOVED);
    CHECK(a.has_path && a.selected.remote.port == 2);
}
