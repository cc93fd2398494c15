/*
 * plan - what a run of the load generator is to do, as its caller tells it: an object of JSON a line, first
 *
 *     {certificate, key, profiles, pid, settle, seconds, sample, gro}
 *
 * then one for each client, who connects at once,
 *
 *     {server: [ip, port], theirs: [ufrag, pwd], own: [ufrag, pwd], controlled,
 *      sends: [{video, ssrc, payload_type, mid, size, burst, every, level, ids: {uri: id}}],
 *      receives: [payload_type], ids: {uri: id}}
 *
 * and at the end {}.
 *
 * Thread: the program's only one.
 */
#pragma once

#include "stream.h"

enum { CLIENTS_MAX = 512, SENDS_MAX = 2 };

struct client {
    struct line_conf conf;
    struct line line;
    struct stream_out sends[SENDS_MAX];
    size_t send_count;
    struct hearer hearer;
    uint16_t numbers; /* transport-wide */
    double report_due;
};

struct plan {
    char certificate[256]; /* files */
    char key[256];
    char profiles[256]; /* of SRTP, as OpenSSL names them */
    char pid[16];       /* of the server */
    double settle;      /* seconds before anything is counted */
    double seconds;
    unsigned sample; /* one packet of so many is decrypted */
    bool
        gro; /* packets that were sent as one are received as one: what receiving costs is left to receivers */
};

/* These end the program where a line is not what it should be. */
struct plan plan_read(const char *line);
/* False: there are no more. */
bool plan_read_client(const char *line, const struct plan *p, uint16_t nth, struct client *ret);
