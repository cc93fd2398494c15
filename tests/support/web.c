#include "support/web.h"

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, LOOK_EVERY = 20 /* ms */ };

struct web {
    struct web_conf conf;
    SSL_CTX *tls;
    int listener;
    uint16_t port;
    pthread_t thread;
    pthread_t connections[CONNECTIONS_MAX];
    size_t connections_count;
    _Atomic bool ending;
    pthread_mutex_t lock;
    size_t count; /* under lock, as is what follows */
    char last[WEB_REQUEST_MAX + 1];
    char shown[WEB_REQUEST_MAX + 1]; /* the test's copy */
};

struct connection {
    struct web *web;
    SSL *ssl;
    int fd;
    size_t len;
    char request[WEB_REQUEST_MAX + 1];
};

static void must(bool ok)
{
    if (!ok)
        abort();
}

/* False when nothing more will come. */
static bool wait_readable(const struct connection *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLIN};

    while (!atomic_load(&c->web->ending)) {
        if (poll(&p, 1, LOOK_EVERY) > 0)
            return true;
    }
    return false;
}

static bool read_more(struct connection *c)
{
    const size_t room = WEB_REQUEST_MAX - c->len;

    if ((!c->ssl || SSL_pending(c->ssl) == 0) && !wait_readable(c))
        return false;
    const ssize_t n = c->ssl ? SSL_read(c->ssl, c->request + c->len, (int)room)
                             : read(c->fd, c->request + c->len, room);
    if (n <= 0)
        return false;
    c->len += (size_t)n;
    c->request[c->len] = 0;
    return true;
}

static bool is_whole(const struct connection *c)
{
    const char *end = strstr(c->request, "\r\n\r\n");
    const char *length = strcasestr(c->request, "\r\ncontent-length:");

    if (!end)
        return false;
    const size_t head = (size_t)(end + 4 - c->request);
    return c->len >= head + (length ? strtoul(length + 17, NULL, 10) : 0);
}

static void say(const struct connection *c, const char *text, size_t len)
{
    while (len > 0) {
        const ssize_t n =
            c->ssl ? SSL_write(c->ssl, text, (int)len) : send(c->fd, text, len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        text += n;
        len -= (size_t)n;
    }
}

static void note(struct connection *c)
{
    struct web *w = c->web;

    (void)pthread_mutex_lock(&w->lock);
    w->count++;
    memcpy(w->last, c->request, c->len + 1);
    (void)pthread_mutex_unlock(&w->lock);
}

static void *serve(void *arg)
{
    struct connection *c = arg;
    bool ok = true;

    if (c->web->tls) {
        c->ssl = SSL_new(c->web->tls);
        must(c->ssl && SSL_set_fd(c->ssl, c->fd) == 1);
        ok = SSL_accept(c->ssl) == 1;
    }
    while (ok && !is_whole(c))
        ok = read_more(c);
    if (ok) {
        size_t len = 0;
        note(c);
        const char *text = c->web->conf.answer(c->request, &len);
        if (text) {
            say(c, text, len);
        } else {
            while (read_more(c))
                c->len = 0;
        }
    }
    if (c->ssl)
        (void)SSL_shutdown(c->ssl);
    SSL_free(c->ssl);
    (void)shutdown(c->fd, SHUT_WR);
    (void)close(c->fd);
    free(c);
    return NULL;
}

static void *take(void *arg)
{
    struct web *w = arg;
    struct pollfd p = {.fd = w->listener, .events = POLLIN};

    while (!atomic_load(&w->ending)) {
        if (poll(&p, 1, LOOK_EVERY) <= 0)
            continue;
        struct connection *c = calloc(1, sizeof(*c));
        must(c && w->connections_count < CONNECTIONS_MAX);
        c->web = w;
        c->fd = accept(w->listener, NULL, NULL);
        must(c->fd >= 0);
        must(pthread_create(&w->connections[w->connections_count++], NULL, serve, c) == 0);
    }
    return NULL;
}

struct web *web_new(const struct web_conf *conf)
{
    struct web *w = calloc(1, sizeof(*w));
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
    socklen_t len = sizeof(a);

    must(w);
    w->conf = *conf;
    if (conf->cert_file) {
        w->tls = SSL_CTX_new(TLS_server_method());
        must(SSL_CTX_use_certificate_chain_file(w->tls, conf->cert_file) == 1);
        must(SSL_CTX_use_PrivateKey_file(w->tls, conf->key_file, SSL_FILETYPE_PEM) == 1);
    }
    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(w->listener >= 0 && bind(w->listener, (struct sockaddr *)&a, len) == 0);
    must(listen(w->listener, CONNECTIONS_MAX) == 0);
    must(getsockname(w->listener, (struct sockaddr *)&a, &len) == 0);
    w->port = ntohs(a.sin_port);
    (void)pthread_mutex_init(&w->lock, NULL);
    must(pthread_create(&w->thread, NULL, take, w) == 0);
    return w;
}

uint16_t web_port(const struct web *w)
{
    return w->port;
}

size_t web_count(struct web *w)
{
    (void)pthread_mutex_lock(&w->lock);
    const size_t n = w->count;
    (void)pthread_mutex_unlock(&w->lock);
    return n;
}

const char *web_last(struct web *w)
{
    (void)pthread_mutex_lock(&w->lock);
    memcpy(w->shown, w->last, sizeof(w->shown));
    (void)pthread_mutex_unlock(&w->lock);
    return w->shown;
}

struct web *web_free(struct web *w)
{
    atomic_store(&w->ending, true);
    (void)pthread_join(w->thread, NULL);
    for (size_t i = 0; i < w->connections_count; i++)
        (void)pthread_join(w->connections[i], NULL);
    (void)close(w->listener);
    (void)pthread_mutex_destroy(&w->lock);
    SSL_CTX_free(w->tls);
    free(w);
    return NULL;
}
