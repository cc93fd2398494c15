/*
 * bench - a core on the table: clients that sign their requests, peers, and all that the core said.
 */
#pragma once

#include "crypto/hmac.h"
#include "support/test.h"
#include "turn/inside.h"

enum { SENT_MAX = 64, BYTES_MAX = 2048 };

enum sent_kind { SENT_ANSWER, SENT_TO_CLIENT, SENT_TO_PEER, SENT_TO_OWN, SENT_ADMIT };

struct sent {
    enum sent_kind kind;
    struct path path;
    struct addr from;
    struct addr to;
    uint8_t bytes[BYTES_MAX];
    size_t len;
};

struct relay {
    struct addr at;
    struct allocation *allocation;
};

struct bench {
    struct core *core;
    struct peers peers;
    struct core_time t;
    struct sent sent[SENT_MAX];
    size_t count;
    enum admission verdict;
    bool slow; /* admissions are answered by the test */
    int opens; /* what open() says */
    size_t released;
    size_t admitted;
    size_t relays;
    uint16_t port;
};

static const struct id ada = {"01a2072d-bcd2-7659-90c9-1738bc9d0366"};
static const struct id bob = {"01a2072d-bcd2-7659-90c9-1738bc9d0367"};
static const struct id ada_session = {"01a2072d-bd25-7dab-b3cd-9f21feeb19f4"};
static const char secret_text[] = "a secret of thirty-two characters";

static struct addr addr_at(const char *ip, uint16_t port)
{
    struct addr a;

    CHECK_OK(addr_parse_ip(span_str(ip), &a));
    a.port = port;
    return a;
}

static struct path path_at(const char *ip, uint16_t port)
{
    return (struct path){.client = addr_at(ip, port), .local = addr_at("198.20.0.1", 3478)};
}

static struct sent *note(struct bench *b, enum sent_kind kind, const void *p, size_t len)
{
    CHECK(b->count < SENT_MAX && len <= BYTES_MAX);
    struct sent *s = &b->sent[b->count++];
    s->kind = kind;
    s->len = len;
    if (len > 0)
        memcpy(s->bytes, p, len);
    return s;
}

static void op_answer(void *arg, const struct path *to, struct span message)
{
    note(arg, SENT_ANSWER, message.p, message.len)->path = *to;
}

static void op_to_client(void *arg, const struct path *to, uint8_t *p, size_t len)
{
    note(arg, SENT_TO_CLIENT, p, len)->path = *to;
}

static void op_to_peer(void *arg, struct relay *from, const struct addr *to, const uint8_t *p,
                       size_t len)
{
    struct sent *s = note(arg, SENT_TO_PEER, p, len);

    s->from = from->at;
    s->to = *to;
}

static void op_to_own(void *arg, const struct addr *from, const struct addr *to, uint8_t *p,
                      size_t len)
{
    struct sent *s = note(arg, SENT_TO_OWN, p, len);

    s->from = *from;
    s->to = *to;
}

static int op_open(void *arg, struct allocation *a, uint8_t family, bool even)
{
    struct bench *b = arg;

    if (b->opens != 0)
        return b->opens;
    if (even && b->port % 2 != 0)
        b->port++;
    a->relay = mem_new(struct relay);
    a->relay->allocation = a;
    a->relayed = addr_at(family == 6 ? "2a00::1" : "198.20.0.1", b->port++);
    a->relay->at = a->relayed;
    b->relays++;
    return 0;
}

static void op_close(void *arg, struct relay *r)
{
    struct bench *b = arg;

    b->relays--;
    (void)mem_free(r);
}

static void op_admit(void *arg, const struct path *from, struct span request,
                     const struct credential *c)
{
    struct bench *b = arg;

    note(b, SENT_ADMIT, request.p, request.len)->path = *from;
    if (b->slow)
        return;
    if (b->verdict == ADMIT_YES)
        b->admitted++;
    core_admitted(b->core, from, request, &c->user, b->verdict, &b->t);
}

static void op_release(void *arg, const struct id *user)
{
    struct bench *b = arg;

    CHECK(!id_none(user));
    b->released++;
}

static const struct core_ops bench_ops = {op_answer, op_to_client, op_to_peer, op_to_own,
                                          op_open,   op_close,     op_admit,   op_release};

static struct bench *bench_new(bool limits, unsigned kbit)
{
    struct bench *b = mem_new(struct bench);
    const struct addr own = addr_at("198.20.0.1", 0);

    peers_add_own(&b->peers, &own);
    b->t = (struct core_time){1000 * SEC, {1700000000000}};
    b->port = 50000;
    b->core = core_new(&(struct core_conf){.ops = &bench_ops,
                                           .arg = b,
                                           .secret = span_str(secret_text),
                                           .peers = &b->peers,
                                           .user_kbit = kbit,
                                           .limits = limits});
    return b;
}

/* Nothing is left, and what was admitted was given back. */
static void bench_end(struct bench *b)
{
    b->core = core_free(b->core);
    CHECK_EQ(b->relays, 0);
    CHECK_EQ(b->released, b->admitted);
    (void)mem_free(b);
}

/* The last thing of a kind since the count was cleared; NULL. */
static inline const struct sent *last(const struct bench *b, enum sent_kind kind)
{
    for (size_t i = b->count; i-- > 0;) {
        if (b->sent[i].kind == kind)
            return &b->sent[i];
    }
    return NULL;
}

/* With the room around it that the core asks for. */
static void give(struct bench *b, const struct path *from, const void *p, size_t len)
{
    uint8_t room[CORE_HEADROOM + BYTES_MAX + CORE_TAILROOM];

    CHECK(len <= BYTES_MAX);
    memcpy(room + CORE_HEADROOM, p, len);
    core_input(b->core, from, room + CORE_HEADROOM, len, &b->t);
}

/* A request in the making. */
struct ask {
    uint8_t room[BYTES_MAX];
    struct stun_out o;
    const struct id *user;
    const struct id *session;
    struct span nonce; /* SPAN_NONE: a good one */
    struct span name;  /* SPAN_NONE: the user's credential */
    bool bare;         /* no credentials at all */
    bool wrong;        /* signed with something else */
};

static void ask_begin(struct ask *a, uint16_t method, const struct id *user)
{
    static uint8_t txid[STUN_TXID];

    txid[0]++;
    *a = (struct ask){.user = user, .session = &ada_session};
    stun_begin(&a->o, a->room, sizeof(a->room), STUN_REQUEST, method, txid);
}

/* The code of the error that came back; 0: success; -1: nothing came. */
static int code_of(const struct sent *s)
{
    struct stun m;
    struct span value;

    if (!s)
        return -1;
    CHECK_OK(stun_parse(span_of(s->bytes, s->len), &m));
    if (m.class == STUN_SUCCESS)
        return 0;
    CHECK_EQ(m.class, STUN_FAILURE);
    CHECK(stun_get(&m, STUN_ERROR_CODE, &value) && value.len >= 4);
    return value.p[2] * 100 + value.p[3];
}

static int ask_send(struct ask *a, struct bench *b, const struct path *from)
{
    struct buf name = {0};
    struct buf word = {0};
    uint8_t key[CREDENTIAL_KEY];
    char nonce[NONCE_TEXT];
    struct span covered;

    b->count = 0;
    if (!a->bare) {
        credential_write(span_str(secret_text), a->user, a->session, b->t.wall, &name, &word);
        if (a->name.p) {
            buf_clear(&name);
            buf_add_span(&name, a->name);
        }
        core_nonce(b->core, from, b->t.now, nonce);
        stun_add(&a->o, STUN_USERNAME, buf_span(&name));
        stun_add(&a->o, STUN_REALM, span_str(CREDENTIAL_REALM));
        stun_add(&a->o, STUN_NONCE, a->nonce.p ? a->nonce : span_of(nonce, NONCE_TEXT));
        credential_key(span_str(secret_text), buf_span(&name), key);
        key[0] ^= a->wrong;
        uint8_t *mac = stun_add_integrity(&a->o, &covered);
        CHECK(mac);
        hmac_sha1(span_of(key, sizeof(key)), covered, mac);
    }
    const struct span message = stun_end(&a->o);
    CHECK(message.p);
    give(b, from, message.p, message.len);
    buf_done(&name);
    buf_done(&word);
    return code_of(last(b, SENT_ANSWER));
}

static void add_transport(struct ask *a)
{
    stun_add_u32(&a->o, TURN_REQUESTED_TRANSPORT, 17U << 24);
}

static inline int allocate(struct bench *b, const struct id *user, const struct path *from)
{
    struct ask a;

    ask_begin(&a, TURN_ALLOCATE, user);
    add_transport(&a);
    return ask_send(&a, b, from);
}

static inline int refresh(struct bench *b, const struct path *from, uint32_t seconds)
{
    struct ask a;

    ask_begin(&a, TURN_REFRESH, &ada);
    stun_add_u32(&a.o, TURN_LIFETIME, seconds);
    return ask_send(&a, b, from);
}

static inline int permit(struct bench *b, const struct path *from, struct addr peer)
{
    struct ask a;

    ask_begin(&a, TURN_CREATE_PERMISSION, &ada);
    stun_add_xor_address(&a.o, TURN_XOR_PEER_ADDRESS, &peer);
    return ask_send(&a, b, from);
}

static inline int bind_channel(struct bench *b, const struct path *from, uint16_t number,
                               struct addr peer)
{
    struct ask a;

    ask_begin(&a, TURN_CHANNEL_BIND, &ada);
    stun_add_u32(&a.o, TURN_CHANNEL_NUMBER, (uint32_t)number << 16);
    stun_add_xor_address(&a.o, TURN_XOR_PEER_ADDRESS, &peer);
    return ask_send(&a, b, from);
}

/* By channel data. */
static inline void say(struct bench *b, const struct path *from, uint16_t number, const char *text)
{
    uint8_t bytes[BYTES_MAX];
    const size_t len = strlen(text);

    channel_header(bytes, number, (uint16_t)len);
    memcpy(bytes + CHANNEL_HEADER, text, len);
    b->count = 0;
    give(b, from, bytes, CHANNEL_HEADER + len);
}

/* By a Send indication. */
static inline void send_to(struct bench *b, const struct path *from, struct addr peer,
                           const char *text)
{
    uint8_t room[256];
    struct stun_out o;

    stun_begin(&o, room, sizeof(room), STUN_INDICATION, TURN_SEND, (const uint8_t *)"indication..");
    stun_add_xor_address(&o, TURN_XOR_PEER_ADDRESS, &peer);
    stun_add(&o, TURN_DATA_VALUE, span_str(text));
    const struct span message = stun_end(&o);
    b->count = 0;
    give(b, from, message.p, message.len);
}

static inline struct allocation *allocation_of(struct bench *b, const struct path *from)
{
    struct path_key key;

    path_key(from, &key);
    return map_get(b->core->by_path, span_of(key.bytes, PATH_KEY));
}

/* A peer's datagram to the relay of the client there. */
static inline void hear(struct bench *b, const struct path *client, struct addr from, bool inside,
                        const char *text)
{
    uint8_t room[CORE_HEADROOM + 256 + CORE_TAILROOM];
    const size_t len = strlen(text);

    memcpy(room + CORE_HEADROOM, text, len);
    b->count = 0;
    core_peer(b->core, allocation_of(b, client), &from, inside, room + CORE_HEADROOM, len, &b->t);
}
