#include "app/healthcheck.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char question[] = "GET /healthz HTTP/1.1\r\n"
                               "Host: 127.0.0.1\r\n"
                               "Connection: close\r\n\r\n";
static const char good[] = "HTTP/1.1 200 ";

/* What a timeout of the socket says of itself is EAGAIN, or EINPROGRESS while it connects. */
static int last_error(void)
{
    return errno == EAGAIN || errno == EINPROGRESS ? -ETIMEDOUT : -errno;
}

static int ask(int fd, uint16_t port)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const size_t len = sizeof(question) - 1;

    if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
        return last_error();
    return send(fd, question, len, MSG_NOSIGNAL) == (ssize_t)len ? 0 : last_error();
}

/* The head of the answer tells; what comes behind it is left unread. */
static int read_answer(int fd)
{
    char got[sizeof(good) - 1];
    size_t have = 0;

    while (have < sizeof(got)) {
        const ssize_t n = recv(fd, got + have, sizeof(got) - have, 0);
        if (n < 0)
            return last_error();
        if (n == 0)
            return -EIO;
        have += (size_t)n;
    }
    return memcmp(got, good, sizeof(got)) == 0 ? 0 : -EIO;
}

int healthcheck_ask(uint16_t port, usec_t patience, struct buf *why)
{
    const struct timeval wait = {.tv_sec = (time_t)(patience / SEC),
                                 .tv_usec = (suseconds_t)(patience % SEC)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int rc = fd < 0 ? -errno : 0;

    if (rc == 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0 ||
                    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) != 0))
        rc = -errno;
    if (rc == 0)
        rc = ask(fd, port);
    if (rc == 0)
        rc = read_answer(fd);
    if (fd >= 0)
        (void)close(fd);
    if (rc) {
        buf_printf(why, "No server is well at 127.0.0.1:%u: %s.", port,
                   rc == -EIO ? "it does not answer /healthz with 200" : strerror(-rc));
    }
    return rc;
}
