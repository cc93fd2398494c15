/*
 * line - one client's connection to a server of calls: a socket of its own, ICE, DTLS as the client, and the
 * keys for SRTP.
 *
 * The server may be an ICE-lite agent, which answers checks, or a full one, which checks as well.  What the server
 * shows as its certificate is not looked at: this is a measuring instrument on one machine.
 *
 * Thread: the program's only one.
 */
#pragma once

#include "crypto/srtp.h"
#include "wire/stun.h"

#include <openssl/ssl.h>

#include <netinet/in.h>

struct line_word {
    char ufrag[260];
    char pwd[260];
};

struct line_conf {
    struct sockaddr_in server;
    struct line_word theirs;
    struct line_word own;
    bool controlled; /* the server nominates */
    bool gro;        /* UDP_GRO: see plan.h */
};

enum line_state { LINE_CHECKING, LINE_SHAKING, LINE_READY };

struct line {
    struct line_conf conf;
    int fd;
    enum line_state state;
    uint8_t txid[STUN_TXID];
    double due; /* of the next check, by line_now() */
    SSL *ssl;
    struct srtp *in;
    struct srtp *out;
};

/* Ends the program, saying why. */
_Noreturn void die(const char *what);
/* Monotonic seconds. */
double line_now(void);

/* Reads certificate and key; profiles: as OpenSSL names them. */
SSL_CTX *line_context(const char *certificate, const char *key, const char *profiles);

void line_open(struct line *l, const struct line_conf *conf, SSL_CTX *context);
/* Says goodbye. */
void line_close(struct line *l);
/* Checks and retransmissions that are due. */
void line_tick(struct line *l, double now);
/* While it is not ready: what waits at its socket. */
void line_receive(struct line *l);
/* A datagram of STUN that came in. */
void line_stun(struct line *l, const uint8_t *p, size_t n);
