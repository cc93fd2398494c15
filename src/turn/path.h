/*
 * path - the way between a client and this server: RFC 8656's 5-tuple.
 *
 * Over UDP it is both addresses; over TCP and TLS the connection, by a number that is never given
 * twice.
 *
 * Thread: any; a value.
 */
#pragma once

#include "base/addr.h"

enum path_kind { PATH_UDP, PATH_TCP, PATH_TLS };

struct path {
    struct addr client;
    struct addr local;   /* of ours that it came to */
    uint64_t connection; /* 0 for UDP */
    enum path_kind kind;
};

enum { PATH_KEY = 46 };

/* What a map finds it by. */
struct path_key {
    uint8_t bytes[PATH_KEY];
};

static inline void path_key(const struct path *p, struct path_key *ret)
{
    uint8_t *b = ret->bytes;

    memset(b, 0, PATH_KEY);
    memcpy(b, &p->connection, sizeof(p->connection));
    if (p->connection != 0)
        return;
    memcpy(b + 8, p->client.ip, 16);
    memcpy(b + 24, p->local.ip, 16);
    memcpy(b + 40, &p->client.port, 2);
    memcpy(b + 42, &p->local.port, 2);
    b[44] = p->client.family;
    b[45] = p->local.family;
}
