#include "unit/http/fixture.h"
#include "unit/port/certificate.h"

static void handle(struct request *r, void *arg)
{
    struct buf out = {0};

    (void)arg;
    for (int i = 0; i < 30000; i++)
        buf_add_str(&out, request_secure(r) ? "secure " : "plain  ");
    http_respond_json(r, 200, &out);
}

static void start(struct fixture *f, struct tls_context **tls, const char *public_url)
{
    *tls = cert_context();
    fixture_start(
        f, (struct http_conf){.handle = handle, .https_only = true, .public_url = public_url},
        *tls);
}

static void stop(struct fixture *f, struct tls_context *tls)
{
    fixture_stop(f);
    (void)tls_context_free(tls);
    cert_remove();
}

TEST(a_large_answer_and_the_end_come_whole_through_tls)
{
    struct fixture f;
    struct tls_context *tls;
    static char reply[300000];
    size_t n = 0;

    start(&f, &tls, "https://localhost");
    const int fd = client_connect(&f);
    SSL *ssl = cert_client(fd, TLS1_3_VERSION);
    CHECK_EQ(SSL_connect(ssl), 1);
    static const char ask[] = "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                              "GET /2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    CHECK_EQ(SSL_write(ssl, ask, sizeof(ask) - 1), sizeof(ask) - 1);
    size_t total = 0;
    for (;;) {
        const int got = SSL_read(ssl, reply + n, (int)(sizeof(reply) - 1 - n));
        if (got <= 0) {
            CHECK_EQ(SSL_get_error(ssl, got), SSL_ERROR_ZERO_RETURN); /* by close_notify */
            break;
        }
        total += (size_t)got;
        n = n + (size_t)got < sizeof(reply) - 20000 ? n + (size_t)got : n;
    }
    CHECK(total > 2 * 210000);
    CHECK(strstr(reply, "Strict-Transport-Security: "));
    CHECK(strstr(reply, "secure secure "));
    SSL_free(ssl);
    CHECK_OK(close(fd));
    stop(&f, tls);
}

TEST(plain_http_is_sent_to_https_but_for_the_health_check)
{
    struct fixture f;
    struct tls_context *tls;

    start(&f, &tls, NULL);
    const char *reply = client_ask(&f, "GET /a?b=c HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
    CHECK(begins(reply, "HTTP/1.1 308 "));
    CHECK(strstr(reply, "\r\nLocation: https://localhost:1/a?b=c\r\n"));
    reply = client_ask(&f, "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nGET /");
    CHECK(begins(reply, "HTTP/1.1 308 "));
    CHECK_EQ(count_of(reply, "HTTP/1.1 "), 1);
    reply = client_ask(&f, "GET /healthz HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n");
    CHECK(begins(reply, "HTTP/1.1 200 "));
    stop(&f, tls);
}
