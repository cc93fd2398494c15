#include "app/healthcheck.h"
#include "base/mem.h"
#include "os/tcp.h"
#include "support/test.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

static int listening;

/* A socket on 127.0.0.1; its port. */
static uint16_t listen_here(void)
{
    CHECK_OK(tcp_listen(span_str("127.0.0.1"), 0, &listening));
    return tcp_port(listening);
}

/* What is said of a server that takes one request and answers with these bytes. */
static int ask_one_that_says(const char *bytes, struct buf *why)
{
    const uint16_t port = listen_here();
    const pid_t child = fork();
    int status;
    int rc;

    CHECK(child >= 0);
    if (child == 0) {
        char request[256];
        struct pollfd p = {.fd = listening, .events = POLLIN};
        struct addr peer;
        bool asked;

        (void)poll(&p, 1, -1);
        if (tcp_accept(listening, &p.fd, &peer))
            _exit(1);
        (void)poll(&p, 1, -1);
        asked = span_starts(span_of(request, (size_t)read(p.fd, request, sizeof(request))),
                            "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        _exit(!asked || write(p.fd, bytes, strlen(bytes)) != (ssize_t)strlen(bytes));
    }
    close(listening);
    rc = healthcheck_ask(port, 5 * SEC, why);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    return rc;
}

TEST(a_server_that_answers_200_is_well)
{
    struct buf why = {0};

    CHECK_OK(ask_one_that_says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n", &why));
    CHECK_EQ(why.len, 0);
}

TEST(any_other_answer_is_not)
{
    static const char *const answers[] = {"HTTP/1.1 503 Unavailable\r\n\r\n", "HTTP/1.1 2", "",
                                          "SSH-2.0-OpenSSH_9.2\r\n"};

    for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
        struct buf why = {0};

        CHECK_EQ(ask_one_that_says(answers[i], &why), -EIO);
        CHECK(strstr(buf_cstr(&why), "/healthz") != NULL);
        buf_done(&why);
    }
}

TEST(where_nobody_listens_it_says_so)
{
    struct buf why = {0};
    const uint16_t port = listen_here();

    close(listening);
    CHECK_EQ(healthcheck_ask(port, SEC, &why), -ECONNREFUSED);
    CHECK(strstr(buf_cstr(&why), "127.0.0.1") != NULL);
    buf_done(&why);
}

/* The kernel has taken the connection; nobody else will. */
TEST(a_server_that_hangs_is_given_up)
{
    struct buf why = {0};

    CHECK_EQ(healthcheck_ask(listen_here(), 20 * MSEC, &why), -ETIMEDOUT);
    CHECK(why.len > 0);
    buf_done(&why);
    close(listening);
}
