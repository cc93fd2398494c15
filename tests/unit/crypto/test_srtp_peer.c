/*
 * Ours against libsrtp2, both ways: loss, packets in another order, repeats, and numbers that begin anew.
 * SRTP_PACKETS says how many; 100,000 unless told, and 1,000,000 where THOROUGH is set, as by ./test all.
 */
#include "base/mem.h"
#include "crypto/srtp.h"
#include "support/test.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#if __has_include(<srtp2/srtp.h>)

/* Two of its functions are called as ours are, so that it is not linked but opened. */
#define srtp_protect   peer_protect
#define srtp_unprotect peer_unprotect
#include <srtp2/srtp.h>
#undef srtp_protect
#undef srtp_unprotect

enum {
    PAYLOAD_MAX = 1200,
    ROOM = 1500,
    APART = 24, /* places that a packet may be away from its own */
    FIRST = 65000,
    PERCENT_LOST = 3,
    PERCENT_TWICE = 2,
};

struct packet {
    size_t plain_len;
    size_t len;
    uint8_t plain[ROOM];
    uint8_t sealed[ROOM];
    uint64_t rank;
};

static uint64_t seed = 7;

static uint32_t some(uint32_t below)
{
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(seed >> 33) % below;
}

static unsigned long packets(void)
{
    const char *told = getenv("SRTP_PACKETS");

    if (told)
        return strtoul(told, NULL, 10);
    return getenv("THOROUGH") ? 1000000 : 100000;
}

static struct srtp_keys some_keys(enum srtp_profile profile)
{
    struct srtp_keys k = {.profile = profile};

    for (size_t i = 0; i < SRTP_KEY; i++)
        k.key[i] = (uint8_t)some(256);
    for (size_t i = 0; i < (profile == SRTP_GCM ? 12U : 14U); i++)
        k.salt[i] = (uint8_t)some(256);
    return k;
}

typedef srtp_err_status_t seal_fn(srtp_t s, void *p, int *len);

static struct {
    srtp_err_status_t (*init)(void);
    srtp_err_status_t (*create)(srtp_t *ret, const srtp_policy_t *policy);
    srtp_err_status_t (*dealloc)(srtp_t s);
    seal_fn *protect;
    seal_fn *unprotect;
    seal_fn *protect_rtcp;
    seal_fn *unprotect_rtcp;
    void (*policy_cm)(srtp_crypto_policy_t *p);
    void (*policy_gcm)(srtp_crypto_policy_t *p);
} peer;

static void *symbol(void *library, const char *name)
{
    void *p = dlsym(library, name);

    CHECK(p);
    return p;
}

static void open_peer(void)
{
    void *library = dlopen("libsrtp2.so.1", RTLD_NOW | RTLD_LOCAL);

    if (!library)
        test_skip("libsrtp2 is not here");
    *(void **)&peer.init = symbol(library, "srtp_init");
    *(void **)&peer.create = symbol(library, "srtp_create");
    *(void **)&peer.dealloc = symbol(library, "srtp_dealloc");
    *(void **)&peer.protect = symbol(library, "srtp_protect");
    *(void **)&peer.unprotect = symbol(library, "srtp_unprotect");
    *(void **)&peer.protect_rtcp = symbol(library, "srtp_protect_rtcp");
    *(void **)&peer.unprotect_rtcp = symbol(library, "srtp_unprotect_rtcp");
    *(void **)&peer.policy_cm = symbol(library, "srtp_crypto_policy_set_rtp_default");
    *(void **)&peer.policy_gcm = symbol(library, "srtp_crypto_policy_set_aes_gcm_128_16_auth");
    CHECK_EQ(peer.init(), srtp_err_status_ok);
}

static srtp_t peer_new(const struct srtp_keys *k, bool out)
{
    uint8_t key[SRTP_KEY + SRTP_SALT];
    srtp_policy_t policy;
    srtp_t s;

    memset(&policy, 0, sizeof(policy));
    memcpy(key, k->key, SRTP_KEY);
    memcpy(key + SRTP_KEY, k->salt, SRTP_SALT);
    (k->profile == SRTP_GCM ? peer.policy_gcm : peer.policy_cm)(&policy.rtp);
    policy.rtcp = policy.rtp; /* SRTCP's tag is as long (RFC 5764, 4.1.2) */
    policy.ssrc.type = out ? ssrc_any_outbound : ssrc_any_inbound;
    policy.key = key;
    policy.window_size = SRTP_WINDOW;
    CHECK_EQ(peer.create(&s, &policy), srtp_err_status_ok);
    return s;
}

/* With contributors and an extension now and then: both are not encrypted. */
static size_t make_head(uint8_t *p, uint64_t index)
{
    const unsigned csrcs = some(3);
    const unsigned words = some(4);
    size_t n = 12;

    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)some(256);
    p[0] = (uint8_t)(0x80 | csrcs | (words > 0 ? 0x10 : 0));
    p[2] = (uint8_t)(index >> 8);
    p[3] = (uint8_t)index;
    memcpy(p + 8, "ssrc", 4);
    for (size_t i = 0; i < csrcs * 4U; i++)
        p[n++] = (uint8_t)some(256);
    if (words == 0)
        return n;
    const uint8_t extension[4] = {0xbe, 0xde, 0, (uint8_t)words};
    memcpy(p + n, extension, 4);
    n += 4;
    for (size_t i = 0; i < words * 4U; i++)
        p[n++] = (uint8_t)some(256);
    return n;
}

static size_t make(struct packet *k, uint64_t index)
{
    const size_t head = make_head(k->plain, index);
    const size_t payload = some(PAYLOAD_MAX + 1);

    for (size_t i = 0; i < payload; i++)
        k->plain[head + i] = (uint8_t)some(256);
    k->plain_len = head + payload;
    return head;
}

/* A direction: one of the two seals, the other opens. */
struct way {
    bool ours_seals;
    struct srtp *ours;
    srtp_t theirs;
};

static struct way way_new(enum srtp_profile profile, bool ours_seals)
{
    const struct srtp_keys k = some_keys(profile);

    return (struct way){ours_seals, srtp_new(&k), peer_new(&k, !ours_seals)};
}

static void way_done(struct way *w)
{
    srtp_free(w->ours);
    CHECK_EQ(peer.dealloc(w->theirs), srtp_err_status_ok);
}

static void seal(struct way *w, struct packet *k, size_t head, uint64_t index)
{
    int n = (int)k->plain_len;

    if (w->ours_seals) {
        memcpy(k->sealed, k->plain, head);
        n = srtp_protect(w->ours, index, k->sealed, head,
                         span_of(k->plain + head, k->plain_len - head));
        CHECK(n > 0);
    } else {
        memcpy(k->sealed, k->plain, k->plain_len);
        CHECK_EQ(peer.protect(w->theirs, k->sealed, &n), srtp_err_status_ok);
    }
    k->len = (size_t)n;
}

/* 0; -EALREADY: it came before; else it is not what was sealed. */
static int open_one(struct way *w, const struct packet *k, bool rtcp)
{
    uint8_t p[ROOM];
    size_t len = k->len;

    memcpy(p, k->sealed, k->len);
    if (!w->ours_seals) {
        const int rc = rtcp ? srtcp_unprotect(w->ours, p, k->len, &len)
                            : srtp_unprotect(w->ours, p, k->len, &len);
        if (rc)
            return rc;
    } else {
        int n = (int)k->len;
        const srtp_err_status_t rc =
            (rtcp ? peer.unprotect_rtcp : peer.unprotect)(w->theirs, p, &n);
        if (rc == srtp_err_status_replay_fail || rc == srtp_err_status_replay_old)
            return -EALREADY;
        if (rc != srtp_err_status_ok)
            return -EBADMSG;
        len = (size_t)n;
    }
    return len == k->plain_len && memcmp(p, k->plain, len) == 0 ? 0 : -EILSEQ;
}

static int by_rank(const void *a, const void *b)
{
    const struct packet *x = *(struct packet *const *)a;
    const struct packet *y = *(struct packet *const *)b;

    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* One after another is sealed; in which order and how often they come, chance says. */
static void go(struct way *w, unsigned long count)
{
    enum { BATCH = 200 };
    struct packet *batch = mem_array(struct packet, BATCH);
    struct packet *order[BATCH];
    uint64_t index = FIRST;

    for (unsigned long done = 0; done < count; done += BATCH) {
        size_t n = 0;
        for (size_t i = 0; i < BATCH; i++, index++) {
            seal(w, &batch[i], make(&batch[i], index), index);
            batch[i].rank = i + some(APART);
            if (some(100) >= PERCENT_LOST)
                order[n++] = &batch[i];
        }
        qsort((void *)order, n, sizeof(order[0]), by_rank);
        for (size_t i = 0; i < n; i++) {
            CHECK_OK(open_one(w, order[i], false));
            if (some(100) < PERCENT_TWICE)
                CHECK_EQ(open_one(w, order[i], false), -EALREADY);
        }
    }
    (void)mem_free(batch);
}

static void reports(struct way *w)
{
    struct packet k;

    for (int i = 0; i < 2000; i++) {
        k.plain_len = 8 + 4 * (size_t)some(100);
        for (size_t at = 0; at < k.plain_len; at++)
            k.plain[at] = (uint8_t)some(256);
        k.plain[0] = 0x80;
        k.plain[1] = 200;
        memcpy(k.plain + 4, "ssrc", 4);
        memcpy(k.sealed, k.plain, k.plain_len);
        if (w->ours_seals) {
            CHECK_OK(srtcp_protect(w->ours, k.sealed, k.plain_len, ROOM, &k.len));
        } else {
            int n = (int)k.plain_len;
            CHECK_EQ(peer.protect_rtcp(w->theirs, k.sealed, &n), srtp_err_status_ok);
            k.len = (size_t)n;
        }
        CHECK_OK(open_one(w, &k, true));
        CHECK_EQ(open_one(w, &k, true), -EALREADY);
    }
}

static void both_ways(enum srtp_profile profile)
{
    open_peer();
    alarm((unsigned)(30 + packets() / 10000)); /* longer than other tests may take */
    for (int ours = 0; ours < 2; ours++) {
        struct way w = way_new(profile, ours);
        go(&w, packets());
        reports(&w);
        way_done(&w);
    }
}

TEST(gcm_is_as_libsrtp_has_it)
{
    both_ways(SRTP_GCM);
}

TEST(cm_is_as_libsrtp_has_it)
{
    both_ways(SRTP_CM);
}

#else

TEST(it_is_as_libsrtp_has_it)
{
    test_skip("libsrtp2's header is not here");
}

#endif
