/*
 * The TURN server's state machine under sequences of messages: an input is a run of steps, each a byte that
 * says what comes (a raw datagram, a request that is signed as it should be, data of a peer, time that
 * passes, an end), then its bytes.  However it goes, what the core holds stays bounded and is given back, nothing
 * is sent to an address that is not to be reached, and a stranger is told little.
 */
#include "crypto/hmac.h"
#include "turn/core.h"

#include "fuzz.h"

enum { CLIENTS = 3, DATA_LEN_MAX = 1200 };

struct relay {
    struct allocation *allocation;
};

struct world {
    struct core *core;
    struct peers peers;
    struct core_time t;
    size_t asked; /* bytes of what came; what is answered to a stranger is measured by it */
    bool is_signed;
    size_t relays;
    size_t held; /* admitted and not released */
    uint16_t port;
    struct relay *last;
};

static const struct id user = {"01a2072d-bcd2-7659-90c9-1738bc9d0366"};
static const char secret[] = "a secret of thirty-two characters";

static void op_answer(void *arg, const struct path *to, struct span message)
{
    const struct world *w = arg;
    struct stun m;

    MUST(stun_parse(message, &m) == 0);
    MUST(to->connection != 0 || w->is_signed || 2 * (message.len + 28) <= 3 * (w->asked + 28));
}

static void op_to_client(void *arg, const struct path *to, uint8_t *p, size_t len)
{
    (void)arg;
    (void)to;
    MUST(len >= CHANNEL_HEADER && p[0] < 0x80);
}

static void op_to_peer(void *arg, struct relay *from, const struct addr *to, const uint8_t *p,
                       size_t len)
{
    const struct world *w = arg;

    (void)from;
    (void)p;
    MUST(peers_judge(&w->peers, to) == PEER_OUTSIDE && len <= UINT16_MAX);
}

static void op_to_own(void *arg, const struct addr *from, const struct addr *to, uint8_t *p,
                      size_t len)
{
    const struct world *w = arg;

    (void)from;
    (void)p;
    (void)len;
    MUST(peers_judge(&w->peers, to) == PEER_OWN);
}

static int op_open(void *arg, struct allocation *a, uint8_t family, bool even)
{
    struct world *w = arg;

    (void)even;
    a->relay = mem_new(struct relay);
    a->relay->allocation = a;
    a->relayed = w->peers.own[family == 6];
    a->relayed.port = w->port++;
    w->last = a->relay;
    w->relays++;
    return 0;
}

static void op_close(void *arg, struct relay *r)
{
    struct world *w = arg;

    if (w->last == r)
        w->last = NULL;
    w->relays--;
    (void)mem_free(r);
}

static void op_admit(void *arg, const struct path *from, struct span request,
                     const struct credential *c)
{
    struct world *w = arg;

    w->held++;
    core_admitted(w->core, from, request, &c->user, ADMIT_YES, &w->t);
}

static void op_release(void *arg, const struct id *id)
{
    struct world *w = arg;

    MUST(id_eq(id, &user) && w->held > 0);
    w->held--;
}

static const struct core_ops ops = {op_answer, op_to_client, op_to_peer, op_to_own,
                                    op_open,   op_close,     op_admit,   op_release};

static struct path path_of(uint8_t which)
{
    struct path p = {.client = {.ip = {5, 1, 1, 1}, .port = 1000, .family = 4},
                     .local = {.ip = {198, 20, 0, 1}, .port = 3478, .family = 4}};

    p.client.port = (uint16_t)(p.client.port + which % CLIENTS);
    if (which % CLIENTS == 2) {
        p.kind = PATH_TCP;
        p.connection = 7;
    }
    return p;
}

static void give(struct world *w, const struct path *from, struct span bytes)
{
    uint8_t *room = malloc(CORE_HEADROOM + bytes.len + CORE_TAILROOM);

    MUST(room);
    if (bytes.len > 0)
        memcpy(room + CORE_HEADROOM, bytes.p, bytes.len);
    w->asked = bytes.len;
    core_input(w->core, from, room + CORE_HEADROOM, bytes.len, &w->t);
    free(room);
}

/* A client learns the nonce from a refusal. */
static char nonce_said[64];
static size_t nonce_len;

static void learn_nonce(void *arg, const struct path *to, struct span message)
{
    struct stun m;
    struct span nonce;

    (void)arg;
    (void)to;
    if (stun_parse(message, &m) == 0 && stun_get(&m, STUN_NONCE, &nonce) &&
        nonce.len <= sizeof(nonce_said)) {
        memcpy(nonce_said, nonce.p, nonce.len);
        nonce_len = nonce.len;
    }
}

/* A request with the attributes at hand, signed. */
static void give_signed(struct world *w, const struct path *from, uint8_t method,
                        struct span attributes)
{
    uint8_t room[2048];
    uint8_t key[CREDENTIAL_KEY];
    struct buf name = {0};
    struct buf word = {0};
    struct stun_out o;
    struct span covered;

    stun_begin(&o, room, sizeof(room), STUN_REQUEST, method, (const uint8_t *)"0123456789ab");
    if (attributes.len > DATA_LEN_MAX)
        attributes.len = DATA_LEN_MAX;
    memcpy(room + o.len, attributes.p ? attributes.p : "", attributes.len & ~(size_t)3);
    o.len += attributes.len & ~(size_t)3;
    credential_write(span_str(secret), &user, &user, w->t.wall, &name, &word);
    credential_key(span_str(secret), buf_span(&name), key);
    stun_add(&o, STUN_USERNAME, buf_span(&name));
    stun_add(&o, STUN_REALM, span_str(CREDENTIAL_REALM));
    stun_add(&o, STUN_NONCE, span_of(nonce_said, nonce_len));
    uint8_t *mac = stun_add_integrity(&o, &covered);
    MUST(mac);
    hmac_sha1(span_of(key, sizeof(key)), covered, mac);
    w->is_signed = true;
    give(w, from, stun_end(&o));
    w->is_signed = false;
    buf_done(&name);
    buf_done(&word);
}

static void hear(struct world *w, struct span bytes, uint8_t who)
{
    struct addr from = {.ip = {5, 9, 9, 9}, .port = 4000, .family = 4};
    uint8_t *room = malloc(CORE_HEADROOM + bytes.len + CORE_TAILROOM);

    MUST(room);
    from.ip[3] = who;
    if (bytes.len > 0)
        memcpy(room + CORE_HEADROOM, bytes.p, bytes.len);
    if (w->last)
        core_peer(w->core, w->last->allocation, &from, who & 1, room + CORE_HEADROOM, bytes.len,
                  &w->t);
    free(room);
}

static void step(struct world *w, uint8_t op, struct span bytes)
{
    static const uint8_t methods[] = {TURN_ALLOCATE, TURN_REFRESH, TURN_CREATE_PERMISSION,
                                      TURN_CHANNEL_BIND};
    const struct path from = path_of(op >> 4);

    switch (op & 7) {
    case 0: give(w, &from, bytes); break;
    case 1:
    case 2:
    case 3:
    case 4: give_signed(w, &from, methods[(op & 7) - 1], bytes); break;
    case 5: hear(w, bytes, op >> 4); break;
    case 6:
        w->t.now += (usec_t)op * 4 * SEC;
        core_sweep(w->core, w->t.now);
        break;
    default:
        if (op & 0x10)
            core_gone(w->core, &from);
        else
            core_end_session(w->core, &user);
    }
}

static void ask_for_nonce(struct world *w)
{
    uint8_t room[64];
    struct stun_out o;

    stun_begin(&o, room, sizeof(room), STUN_REQUEST, TURN_ALLOCATE,
               (const uint8_t *)"0123456789ab");
    stun_add_u32(&o, TURN_REQUESTED_TRANSPORT, 17U << 24);
    const struct path from = path_of(0);
    give(w, &from, stun_end(&o));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct core_ops here;
    struct world w = {.t = {1000 * SEC, {1700000000000}}, .port = 50000};
    struct span in = span_of(data, size);

    peers_add_own(&w.peers, &(struct addr){.ip = {198, 20, 0, 1}, .family = 4});
    peers_add_own(&w.peers, &(struct addr){.ip = {0x2a, 0, [15] = 1}, .family = 6});
    here = ops;
    here.answer = learn_nonce;
    w.core = core_new(&(struct core_conf){.ops = &here,
                                          .arg = &w,
                                          .secret = span_str(secret),
                                          .peers = &w.peers,
                                          .user_kbit = 1000,
                                          .limits = true});
    ask_for_nonce(&w);
    here.answer = op_answer;
    while (in.len > 0) {
        const uint8_t op = fuzz_byte(&in);
        size_t len = fuzz_byte(&in);
        len += (size_t)(fuzz_byte(&in) & 3) << 8;
        const struct span bytes = span_sub(in, 0, len);
        in = span_sub(in, len, in.len);
        step(&w, op, bytes);
        MUST(core_allocations(w.core) <= CLIENTS && w.relays == core_allocations(w.core));
        MUST(w.held == w.relays);
    }
    w.core = core_free(w.core);
    MUST(w.relays == 0 && w.held == 0);
    return 0;
}
