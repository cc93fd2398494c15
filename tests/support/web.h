/*
 * web - a web server of a test's own, on a thread, that says what the test wants, well-formed or
 * not.  It takes one connection after the other, reads a request up to the end of its body, answers
 * and closes.
 *
 * Thread: the test's, but for the answer function.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct web;
struct ssl_st;

enum { WEB_REQUEST_MAX = 64 * 1024 };

/* On the server's thread: what to say to this request (NUL-terminated); NULL: nothing, until the other
 * side goes. */
typedef const char *web_answer_fn(const char *request, size_t *ret_len);

struct web_conf {
    web_answer_fn *answer;
    const char *cert_file; /* TLS with these; NULL: none */
    const char *key_file;
};

struct web *web_new(const struct web_conf *conf);
uint16_t web_port(const struct web *w);
/* How many requests have come, and the last one. */
size_t web_count(struct web *w);
const char *web_last(struct web *w);
struct web *web_free(struct web *w);
