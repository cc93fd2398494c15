#include "media/nack.h"

#include "base/mem.h"

#include <string.h>

/*
 * The list is short, since a gap wider than this is a loss no retransmission mends in time, and
 * kept in order of sequence number, so that one NACK can cover neighbours with its bit mask.
 */
enum { MISSING_MAX = 256 };

struct missing {
    usec_t next; /* when to ask (again) */
    uint16_t seq;
    uint16_t tries;
};

struct nack {
    struct nack_conf conf;
    usec_t rtt;
    uint16_t highest;
    bool started;
    bool loss;
    size_t count;
    struct missing missing[MISSING_MAX];
};

static void forget(struct nack *n, size_t i)
{
    n->count--;
    memmove(&n->missing[i], &n->missing[i + 1], (n->count - i) * sizeof(n->missing[0]));
}

static void forget_seq(struct nack *n, uint16_t seq)
{
    for (size_t i = 0; i < n->count; i++) {
        if (n->missing[i].seq == seq) {
            forget(n, i);
            return;
        }
    }
}

static void add_gap(struct nack *n, uint16_t from, uint16_t to, usec_t now)
{
    if ((uint16_t)(to - from) > MISSING_MAX - n->count) {
        n->count = 0;
        n->loss = true;
        return;
    }
    for (uint16_t seq = from; seq != to; seq++)
        n->missing[n->count++] = (struct missing){.seq = seq, .next = now + n->conf.wait};
}

struct nack *nack_new(const struct nack_conf *conf)
{
    struct nack *n = mem_new(struct nack);
    n->conf = *conf;
    return n;
}

struct nack *nack_free(struct nack *n)
{
    return mem_free(n);
}

void nack_set_rtt(struct nack *n, usec_t rtt)
{
    n->rtt = rtt;
}

void nack_seen(struct nack *n, uint16_t seq, usec_t now)
{
    if (!n->started) {
        n->started = true;
        n->highest = seq;
        return;
    }
    /* Serial number arithmetic (RFC 1982): the sign of the 16-bit difference is the order. */
    if ((int16_t)(seq - n->highest) <= 0) {
        forget_seq(n, seq);
        return;
    }
    add_gap(n, n->highest + 1, seq, now);
    n->highest = seq;
}

void nack_recovered(struct nack *n, uint16_t seq)
{
    forget_seq(n, seq);
}

void nack_clear(struct nack *n)
{
    n->started = false;
    n->loss = false;
    n->count = 0;
}

size_t nack_due(struct nack *n, usec_t now, uint16_t *ret_seqs, size_t max)
{
    const usec_t pause = n->rtt > n->conf.retry ? n->rtt : n->conf.retry;
    size_t due = 0;
    size_t i = 0;

    while (i < n->count && due < max) {
        struct missing *m = &n->missing[i];

        if (m->next > now) {
            i++;
        } else if (m->tries == n->conf.max_tries) {
            forget(n, i);
            n->loss = true;
        } else {
            m->tries++;
            m->next = now + pause;
            ret_seqs[due++] = m->seq;
            i++;
        }
    }
    return due;
}

usec_t nack_deadline(const struct nack *n)
{
    usec_t first = NEVER;

    for (size_t i = 0; i < n->count; i++) {
        if (n->missing[i].next < first)
            first = n->missing[i].next;
    }
    return first;
}

bool nack_take_loss(struct nack *n)
{
    const bool loss = n->loss;

    n->loss = false;
    return loss;
}
