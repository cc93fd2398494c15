#include "base/mem.h"
#include "crypto/hmac.h"
#include "support/test.h"
#include "wire/stun.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ice/probe.h"

/* What the server of a test does with the requests that come, one after the other. */
enum act {
    END, /* hears, and says no more */
    DROP,
    JUNK,
    FOREIGN, /* answers another request */
    BINDING,
    CHALLENGE, /* 401 with realm and nonce */
    STALE,
    RELAY, /* success, when it is signed by the word "word" */
    FULL,
};

struct server {
    int fd;
    bool stream;
    const enum act *script;
    size_t at;
    pthread_t thread;
    atomic_bool gave_back; /* a REFRESH with lifetime 0 has come */
    struct addr addr;
};

static bool signed_well(const struct stun *m)
{
    static const char text[] = "name:realm:word";
    uint8_t key[MD5_SIZE];
    uint8_t header[STUN_HEADER];
    uint8_t mac[SHA1_SIZE];
    struct buf all = {0};
    struct span rest;
    struct span given;

    if (!stun_covered(m, header, &rest) || !stun_get(m, STUN_MESSAGE_INTEGRITY, &given))
        return false;
    hash_md5(span_of(text, sizeof(text) - 1), key);
    buf_add(&all, header, sizeof(header));
    buf_add_span(&all, rest);
    hmac_sha1(span_of(key, sizeof(key)), buf_span(&all), mac);
    buf_done(&all);
    return span_eq(given, span_of(mac, sizeof(mac)));
}

static void refuse(struct stun_out *o, uint8_t *room, const struct stun *m, unsigned code,
                   const char *nonce)
{
    stun_begin(o, room, STUN_MESSAGE_MAX, STUN_FAILURE, m->method, stun_txid(m));
    stun_add_error(o, code, code == 486 ? "Quota\nreached" : "No");
    stun_add(o, STUN_REALM, span_str("realm"));
    stun_add(o, STUN_NONCE, span_str(nonce));
}

static void succeed(struct stun_out *o, uint8_t *room, const struct stun *m, const uint8_t *txid)
{
    struct addr seen = {.ip = {192, 0, 2, 9}, .port = 4711, .family = 4};
    struct addr relayed = {.ip = {192, 0, 2, 1}, .port = 50000, .family = 4};

    stun_begin(o, room, STUN_MESSAGE_MAX, STUN_SUCCESS, m->method, txid);
    stun_add_xor_address(o, STUN_XOR_MAPPED_ADDRESS, &seen);
    if (m->method == TURN_ALLOCATE)
        stun_add_xor_address(o, TURN_XOR_RELAYED_ADDRESS, &relayed);
}

static struct span answer(struct server *s, const struct stun *m, uint8_t *room)
{
    static const uint8_t other[STUN_TXID] = {1};
    struct stun_out o = {0};
    uint32_t lifetime = 1;

    if (m->method == TURN_REFRESH && stun_get_u32(m, TURN_LIFETIME, &lifetime) && lifetime == 0 &&
        signed_well(m)) {
        atomic_store(&s->gave_back, true);
        return SPAN_NONE;
    }
    switch (s->script[s->at]) {
    case END: return SPAN_NONE;
    case DROP: s->at++; return SPAN_NONE;
    case JUNK: s->at++; return span_str("HTTP/1.1 400 Bad Request\r\n\r\n");
    case FOREIGN: succeed(&o, room, m, other); break;
    case BINDING: succeed(&o, room, m, stun_txid(m)); break;
    case CHALLENGE: refuse(&o, room, m, 401, "nonce"); break;
    case STALE: refuse(&o, room, m, 438, "newer"); break;
    case FULL: refuse(&o, room, m, 486, "nonce"); break;
    case RELAY:
        if (signed_well(m)) {
            succeed(&o, room, m, stun_txid(m));
        } else {
            refuse(&o, room, m, 401, "nonce");
        }
        break;
    }
    s->at++;
    return stun_end(&o);
}

static void *serve(void *arg)
{
    struct server *s = arg;
    uint8_t in[STUN_MESSAGE_MAX];
    uint8_t room[STUN_MESSAGE_MAX];
    struct sockaddr_in from;
    const int fd = s->stream ? accept(s->fd, NULL, NULL) : s->fd;

    for (;;) {
        socklen_t len = sizeof(from);
        const ssize_t n = recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from, &len);
        struct stun m;
        if (n <= 0 || stun_parse(span_of(in, (size_t)n), &m))
            break;
        /* a byte for itself, so that the reader has to put it together */
        struct span out = answer(s, &m, room);
        if (s->stream && out.len > 0) {
            (void)send(fd, out.p, 1, MSG_NOSIGNAL);
            (void)send(fd, out.p + 1, out.len - 1, MSG_NOSIGNAL);
        } else if (out.len > 0) {
            (void)sendto(fd, out.p, out.len, 0, (const struct sockaddr *)&from, len);
        }
    }
    if (s->stream)
        (void)close(fd);
    return NULL;
}

static void begin(struct server *s, bool stream, const enum act *script)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(sa);

    *s = (struct server){.fd = socket(AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM, 0),
                         .stream = stream,
                         .script = script};
    CHECK_OK(bind(s->fd, (const struct sockaddr *)&sa, sizeof(sa)));
    CHECK_OK(stream ? listen(s->fd, 1) : 0);
    CHECK_OK(getsockname(s->fd, (struct sockaddr *)&sa, &len));
    CHECK_OK(addr_from_sockaddr((const struct sockaddr *)&sa, &s->addr));
    CHECK_OK(pthread_create(&s->thread, NULL, serve, s));
}

static void end(struct server *s)
{
    if (!s->stream) /* wakes the thread with what is no STUN */
        (void)sendto(
            s->fd, "x", 1, 0,
            (const struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET,
                                                           .sin_port = htons(s->addr.port),
                                                           .sin_addr = {htonl(INADDR_LOOPBACK)}},
            sizeof(struct sockaddr_in));
    CHECK_OK(pthread_join(s->thread, NULL));
    CHECK_OK(close(s->fd));
}

/* One question to a server that acts so: what comes, and what is said of it. */
static int probe(bool stream, const enum act *script, bool relay, struct probe_answer *ret,
                 struct buf *why)
{
    struct server s;
    int rc;

    begin(&s, stream, script);
    const struct probe p = {.to = s.addr,
                            .transport = stream ? ICE_TCP : ICE_UDP,
                            .patience = script[0] == END ? 100 * MSEC : 0};
    if (relay) {
        rc = probe_relay(&p, span_str("name"), span_str("word"), ret, why);
    } else {
        rc = probe_binding(&p, ret, why);
    }
    end(&s);
    CHECK(!relay || rc || atomic_load(&s.gave_back));
    return rc;
}

static void works(bool stream, const enum act *script, bool relay)
{
    struct probe_answer got = {0};
    struct buf why = {0};
    struct buf text = {0};

    CHECK_OK(probe(stream, script, relay, &got, &why));
    addr_write_ip(&text, &got.seen);
    CHECK_STR(buf_cstr(&text), "192.0.2.9");
    CHECK_EQ(got.relayed.port, relay ? 50000 : 0);
    CHECK_EQ(why.len, 0);
    buf_done(&text);
    buf_done(&why);
}

static void fails(bool stream, const enum act *script, bool relay, int rc, const char *words)
{
    struct probe_answer got = {0};
    struct buf why = {0};

    CHECK_EQ(probe(stream, script, relay, &got, &why), rc);
    CHECK_STR(buf_cstr(&why), words);
    buf_done(&why);
}

#define ACTS(...) ((const enum act[]){__VA_ARGS__, END})

TEST(a_binding_says_by_which_address_we_are_seen)
{
    works(false, ACTS(BINDING), false);
    works(true, ACTS(BINDING), false);
}

TEST(datagrams_that_are_lost_or_not_meant_do_not_matter)
{
    works(false, ACTS(DROP, BINDING), false);
    works(false, ACTS(JUNK, BINDING), false);
    works(false, ACTS(FOREIGN, BINDING), false);
}

TEST(a_credential_is_tried_by_a_relay_that_is_given_back)
{
    works(false, ACTS(CHALLENGE, RELAY), true);
    works(false, ACTS(CHALLENGE, STALE, RELAY), true);
    works(true, ACTS(CHALLENGE, RELAY), true);
}

TEST(refusals_are_told_apart)
{
    fails(false, ACTS(CHALLENGE, CHALLENGE), true, -EACCES, "answers with 401 No");
    fails(false, ACTS(CHALLENGE, FULL), true, -EPERM, "answers with 486 Quota?reached");
    fails(false, ACTS(CHALLENGE, STALE, STALE, STALE), true, -EPERM, "answers with 438 No");
    fails(false, ACTS(FULL), false, -EPERM, "answers with 486 Quota?reached");
}

TEST(what_is_no_server_of_stun_is_called_so)
{
    fails(false, ACTS(END), false, -ETIMEDOUT, "is silent");
    fails(true, ACTS(END), false, -ETIMEDOUT, "is silent");
    fails(true, ACTS(JUNK), false, -EPROTO, "answers, but not as a STUN server does");
}

TEST(a_port_where_nobody_is_says_so)
{
    struct server s;
    struct probe_answer got;
    struct buf why = {0};

    begin(&s, true, ACTS(END));
    const struct probe p = {.to = s.addr, .transport = ICE_TCP};
    CHECK_OK(shutdown(s.fd, SHUT_RDWR));
    end(&s);
    CHECK_EQ(probe_binding(&p, &got, &why), -ECONNREFUSED);
    CHECK_STR(buf_cstr(&why), "cannot be reached: Connection refused");
    buf_done(&why);
}
