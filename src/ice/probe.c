#include "ice/probe.h"

#include "base/mem.h"
#include "base/rand.h"
#include "crypto/hmac.h"
#include "crypto/tls.h"
#include "os/clock.h"
#include "os/dial.h"
#include "wire/stun.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    UDP = 17,           /* of REQUESTED-TRANSPORT: the number of the protocol */
    UNAUTHORIZED = 401, /* RFC 8489, 14.8 */
    STALE_NONCE = 438,
    TRIES = 4, /* of one request, since a nonce may be stale and then good */
};

#define RTO_FIRST (500 * MSEC) /* RFC 8489, 6.2.1 */

/* A way to the server while it is asked. */
struct line {
    int fd;
    bool datagrams;
    struct tls_context *context;
    struct tls *tls;
    usec_t until;
    uint8_t in[STUN_MESSAGE_MAX]; /* the message that has come */
    size_t have;
};

/* What is known to the server and us after it has refused the first question. */
struct login {
    struct span username;
    struct span credential;
    struct buf realm;
    struct buf nonce;
    uint8_t key[MD5_SIZE];
};

static void line_done(struct line *l)
{
    l->tls = tls_free(l->tls);
    l->context = tls_context_free(l->context);
    if (l->fd >= 0)
        (void)close(l->fd);
    l->fd = -1;
}

static int say(int rc, struct buf *why)
{
    if (rc == -ETIMEDOUT) {
        buf_add_str(why, "is silent");
    } else if (rc) {
        buf_printf(why, "cannot be reached: %s", strerror(-rc));
    }
    return rc;
}

static int shake_hands(struct line *l, const struct probe *p, struct buf *why)
{
    int rc = tls_context_new_client(p->ca_file, &l->context);

    if (rc) {
        buf_add_str(why, "cannot be asked: CA_FILE is not in PEM");
        return rc;
    }
    l->tls = tls_new_client(l->context, l->fd, p->name);
    while ((rc = tls_handshake(l->tls)) == -EAGAIN) {
        rc = dial_wait(l->fd, tls_wants_write(l->tls), l->until);
        if (rc)
            return say(rc, why);
    }
    if (rc == 0)
        return 0;
    const char *distrust = tls_distrust(l->tls);
    buf_printf(why, "has a certificate that is not accepted: %s", distrust);
    if (!distrust[0]) {
        buf_clear(why);
        buf_add_str(why, "does not speak TLS as it should");
    }
    return -EKEYREJECTED;
}

static int line_open(struct line *l, const struct probe *p, struct buf *why)
{
    *l = (struct line){.fd = -1,
                       .datagrams = p->transport == ICE_UDP,
                       .until = clock_now() + (p->patience ? p->patience : PROBE_PATIENCE)};
    int rc = dial_open(&p->to, l->datagrams, &l->fd);
    if (rc == 0 && !l->datagrams)
        rc = dial_wait(l->fd, true, l->until);
    if (rc == 0)
        rc = dial_outcome(l->fd);
    if (rc)
        return say(rc, why);
    return p->transport == ICE_TLS ? shake_hands(l, p, why) : 0;
}

static ssize_t line_write(struct line *l, struct span s)
{
    if (l->tls)
        return tls_write(l->tls, s.p, s.len);
    const ssize_t n = send(l->fd, s.p, s.len, MSG_NOSIGNAL);
    return n < 0 ? -errno : n;
}

static ssize_t line_read(struct line *l, void *p, size_t n)
{
    if (l->tls)
        return tls_read(l->tls, p, n);
    const ssize_t got = recv(l->fd, p, n, 0);
    return got < 0 ? -errno : got;
}

static int line_send(struct line *l, struct span s)
{
    while (s.len > 0) {
        const ssize_t n = line_write(l, s);
        if (n == -EAGAIN) {
            const int rc = dial_wait(l->fd, !l->tls || tls_wants_write(l->tls), l->until);
            if (rc)
                return rc;
        } else if (n < 0) {
            return (int)n;
        } else {
            s = span_sub(s, (size_t)n, s.len);
        }
    }
    return 0;
}

/* Reads once, waiting until then; 0, -ETIMEDOUT, -EPIPE: it has hung up, or what went wrong. */
static int line_receive(struct line *l, size_t most, usec_t until)
{
    for (;;) {
        const ssize_t n = line_read(l, l->in + l->have, most - l->have);
        if (n > 0) {
            l->have += (size_t)n;
            return 0;
        }
        if (n != -EAGAIN)
            return n == 0 && !l->datagrams ? -EPIPE : (int)n;
        const int rc = dial_wait(l->fd, l->tls && tls_wants_write(l->tls), until);
        if (rc)
            return rc;
    }
}

/* The next message of a stream, whole. */
static int next_of_stream(struct line *l)
{
    size_t whole = CHANNEL_HEADER;

    l->have = 0;
    while (l->have < whole) {
        const int rc = line_receive(l, whole, l->until);
        if (rc)
            return rc;
        if (l->have != CHANNEL_HEADER || whole != CHANNEL_HEADER)
            continue;
        whole = stun_frame(l->in);
        if (whole < STUN_HEADER || whole > sizeof(l->in))
            return -EPROTO;
    }
    return 0;
}

/* Is this the answer to that request? */
static bool answers(const struct stun *m, struct span request)
{
    return (m->class == STUN_SUCCESS || m->class == STUN_FAILURE) &&
           memcmp(stun_txid(m), request.p + 8, STUN_TXID) == 0;
}

/* Asks again and again, each time waiting twice as long; whatever else comes is passed over. */
static int ask_by_datagrams(struct line *l, struct span request, struct stun *ret)
{
    usec_t wait = RTO_FIRST;

    while (clock_now() < l->until) {
        const usec_t again = clock_now() + wait;
        int rc = line_send(l, request);
        while (rc == 0) {
            l->have = 0;
            rc = line_receive(l, sizeof(l->in), again < l->until ? again : l->until);
            if (rc == 0 && stun_parse(span_of(l->in, l->have), ret) == 0 && answers(ret, request))
                return 0;
        }
        if (rc != -ETIMEDOUT)
            return rc;
        wait *= 2;
    }
    return -ETIMEDOUT;
}

static int ask_by_stream(struct line *l, struct span request, struct stun *ret)
{
    int rc = line_send(l, request);

    while (rc == 0) {
        rc = next_of_stream(l);
        if (rc == 0 && stun_parse(span_of(l->in, l->have), ret))
            return -EPROTO;
        if (rc == 0 && answers(ret, request))
            return 0;
    }
    return rc;
}

static int ask(struct line *l, struct span request, struct stun *ret, struct buf *why)
{
    const int rc =
        l->datagrams ? ask_by_datagrams(l, request, ret) : ask_by_stream(l, request, ret);

    if (rc == -EPROTO || rc == -EPIPE || rc == -ECONNRESET) {
        buf_add_str(why, rc == -EPROTO ? "answers, but not as a STUN server does"
                                       : "hangs up when it is asked by STUN");
        return -EPROTO;
    }
    return say(rc, why);
}

static void begin(struct stun_out *o, void *room, uint16_t method)
{
    uint8_t txid[STUN_TXID];

    rand_bytes(txid, sizeof(txid));
    stun_begin(o, room, STUN_MESSAGE_MAX, STUN_REQUEST, method, txid);
}

static void sign(struct stun_out *o, const struct login *login)
{
    struct span covered;

    if (login->nonce.len == 0)
        return;
    stun_add(o, STUN_USERNAME, login->username);
    stun_add(o, STUN_REALM, buf_span(&login->realm));
    stun_add(o, STUN_NONCE, buf_span(&login->nonce));
    uint8_t *mac = stun_add_integrity(o, &covered);
    if (mac)
        hmac_sha1(span_of(login->key, sizeof(login->key)), covered, mac);
}

static unsigned code_of(const struct stun *m)
{
    struct span v;

    if (!stun_get(m, STUN_ERROR_CODE, &v) || v.len < 4)
        return 0;
    return ((unsigned)v.p[2] & 7) * 100 + (uint8_t)v.p[3];
}

/* Another's words, behind a blank: printable ones alone, and not many. */
static void add_reason(const struct stun *m, struct buf *why)
{
    struct span v = SPAN_NONE;

    (void)stun_get(m, STUN_ERROR_CODE, &v);
    v = span_sub(v, 4, 60);
    if (v.len > 0)
        buf_add_char(why, ' ');
    for (size_t i = 0; i < v.len; i++) {
        const bool plain = v.p[i] >= ' ' && v.p[i] <= '~';
        buf_add(why, plain ? &v.p[i] : "?", 1);
    }
}

/* Takes realm and nonce of a refusal; false when there are none. */
static bool learn(struct login *login, const struct stun *m)
{
    struct span realm;
    struct span nonce;
    struct buf all = {0};

    if (!stun_get(m, STUN_REALM, &realm) || !stun_get(m, STUN_NONCE, &nonce) || nonce.len == 0)
        return false;
    buf_clear(&login->realm);
    buf_add_span(&login->realm, realm);
    buf_clear(&login->nonce);
    buf_add_span(&login->nonce, nonce);
    buf_add_span(&all, login->username);
    buf_add_char(&all, ':');
    buf_add_span(&all, realm);
    buf_add_char(&all, ':');
    buf_add_span(&all, login->credential);
    hash_md5(buf_span(&all), login->key);
    buf_done(&all);
    return true;
}

static void read_addresses(const struct stun *m, struct probe_answer *ret)
{
    struct span v;

    if (stun_get(m, STUN_XOR_MAPPED_ADDRESS, &v))
        (void)stun_xor_address(m, v, &ret->seen);
    if (stun_get(m, TURN_XOR_RELAYED_ADDRESS, &v))
        (void)stun_xor_address(m, v, &ret->relayed);
}

static struct span write_allocate(const struct login *login, void *room)
{
    struct stun_out o;

    begin(&o, room, TURN_ALLOCATE);
    stun_add_u32(&o, TURN_REQUESTED_TRANSPORT, (uint32_t)UDP << 24);
    sign(&o, login);
    return stun_end(&o);
}

/* Nobody is helped by waiting for the answer. */
static void give_back(struct line *l, const struct login *login)
{
    uint8_t room[STUN_MESSAGE_MAX];
    struct stun_out o;

    begin(&o, room, TURN_REFRESH);
    stun_add_u32(&o, TURN_LIFETIME, 0);
    sign(&o, login);
    (void)line_send(l, stun_end(&o));
}

static int refused(const struct stun *m, struct buf *why)
{
    const unsigned code = code_of(m);

    buf_printf(why, "answers with %u", code);
    add_reason(m, why);
    return code == UNAUTHORIZED ? -EACCES : -EPERM;
}

static int allocate(struct line *l, struct login *login, struct probe_answer *ret, struct buf *why)
{
    uint8_t room[STUN_MESSAGE_MAX];
    struct stun m;

    for (int i = 0; i < TRIES; i++) {
        const bool signed_already = login->nonce.len > 0;
        const int rc = ask(l, write_allocate(login, room), &m, why);
        if (rc)
            return rc;
        if (m.class == STUN_SUCCESS) {
            read_addresses(&m, ret);
            give_back(l, login);
            return 0;
        }
        const unsigned code = code_of(&m);
        const bool again = signed_already ? code == STALE_NONCE : code == UNAUTHORIZED;
        if (!again || !learn(login, &m))
            return refused(&m, why);
    }
    return refused(&m, why);
}

int probe_binding(const struct probe *p, struct probe_answer *ret, struct buf *why)
{
    uint8_t room[STUN_MESSAGE_MAX];
    struct stun_out o;
    struct line l;
    struct stun m;
    int rc = line_open(&l, p, why);

    begin(&o, room, STUN_BINDING);
    if (rc == 0)
        rc = ask(&l, stun_end(&o), &m, why);
    if (rc == 0 && m.class == STUN_FAILURE)
        rc = refused(&m, why);
    if (rc == 0) {
        *ret = (struct probe_answer){0};
        read_addresses(&m, ret);
    }
    line_done(&l);
    return rc;
}

/* The first request of an allocation is refused by the realm that the second is to be signed for (RFC 8489, 9.2.4). */
static int read_realm(const struct stun *m, const char *realm, struct buf *why)
{
    struct span v;

    if (m->class != STUN_FAILURE || code_of(m) != UNAUTHORIZED || !stun_get(m, STUN_REALM, &v)) {
        buf_add_str(why, "answers, but as a server without TURN");
        return -EADDRINUSE;
    }
    if (span_is(v, realm))
        return 0;
    buf_add_str(why, "is answered by another program");
    return -EADDRINUSE;
}

int probe_realm(const struct probe *p, const char *realm, struct buf *why)
{
    const struct login nobody = {0};
    uint8_t room[STUN_MESSAGE_MAX];
    struct line l;
    struct stun m;
    int rc = line_open(&l, p, why);

    if (rc == 0)
        rc = ask(&l, write_allocate(&nobody, room), &m, why);
    if (rc == 0)
        rc = read_realm(&m, realm, why);
    line_done(&l);
    return rc;
}

int probe_relay(const struct probe *p, struct span username, struct span credential,
                struct probe_answer *ret, struct buf *why)
{
    struct login login = {.username = username, .credential = credential};
    struct probe_answer got = {0};
    struct line l;
    int rc = line_open(&l, p, why);

    if (rc == 0)
        rc = allocate(&l, &login, &got, why);
    if (rc == 0)
        *ret = got;
    line_done(&l);
    buf_done(&login.realm);
    buf_done(&login.nonce);
    return rc;
}
