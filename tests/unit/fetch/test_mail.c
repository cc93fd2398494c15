#include "base/mem.h"
#include "crypto/devcert.h"
#include "fetch/fetch.h"
#include "fetch/mail.h"
#include "os/loop.h"
#include "support/folder.h"
#include "support/test.h"

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATH_ROOM = 512 };

/* A mail server for one connection. */
struct post {
    const char *folder;  /* of its certificate; NULL: no TLS */
    bool tls_first;      /* before a word is said */
    const char *refuse;  /* the command that it does not like, and */
    const char *refusal; /* what it says then */
    pthread_t thread;
    int listener;
    uint16_t port;
    int fd;
    SSL_CTX *ctx;
    SSL *ssl;
    bool auth;             /* the next line is the password */
    bool data;             /* the lines are the mail's */
    char heard[16 * 1024]; /* all that was said to it, after a line "TLS" once it was encrypted */
};

static void put(const struct post *p, const char *text)
{
    const size_t len = strlen(text);

    if (p->ssl) {
        (void)SSL_write(p->ssl, text, (int)len);
    } else {
        (void)send(p->fd, text, len, MSG_NOSIGNAL);
    }
}

static bool get_line(struct post *p, char *line, size_t room)
{
    size_t n = 0;

    while (n + 1 < room) {
        const ssize_t got = p->ssl ? SSL_read(p->ssl, line + n, 1) : read(p->fd, line + n, 1);
        if (got != 1)
            return false;
        if (line[n++] == '\n')
            break;
    }
    line[n] = 0;
    const size_t at = strlen(p->heard);
    (void)snprintf(p->heard + at, sizeof(p->heard) - at, "%s", line);
    return true;
}

static bool encrypt(struct post *p)
{
    const size_t at = strlen(p->heard);

    (void)snprintf(p->heard + at, sizeof(p->heard) - at, "TLS\n");
    p->ssl = SSL_new(p->ctx);
    return SSL_set_fd(p->ssl, p->fd) == 1 && SSL_accept(p->ssl) == 1;
}

/* False at the end. */
static bool reply(struct post *p, const char *line)
{
    if (p->data) {
        p->data = strcmp(line, ".\r\n") != 0;
        if (!p->data)
            put(p, "250 taken\r\n");
        return true;
    }
    if (p->refuse && strncmp(line, p->refuse, strlen(p->refuse)) == 0) {
        put(p, p->refusal);
        return true;
    }
    if (p->auth) {
        p->auth = false;
        put(p, "235 welcome\r\n");
    } else if (strncmp(line, "EHLO", 4) == 0) {
        put(p, "250-post.example\r\n");
        put(p, p->ctx && !p->ssl ? "250 STARTTLS\r\n" : "250 AUTH PLAIN\r\n");
    } else if (strncmp(line, "STARTTLS", 8) == 0) {
        put(p, "220 go on\r\n");
        return encrypt(p);
    } else if (strncmp(line, "AUTH", 4) == 0) {
        p->auth = true;
        put(p, "334 \r\n");
    } else if (strncmp(line, "DATA", 4) == 0) {
        p->data = true;
        put(p, "354 go on\r\n");
    } else if (strncmp(line, "QUIT", 4) == 0) {
        put(p, "221 bye\r\n");
        return false;
    } else {
        put(p, "250 ok\r\n");
    }
    return true;
}

static void *serve(void *arg)
{
    struct post *p = arg;
    char line[4096];

    p->fd = accept(p->listener, NULL, NULL);
    if (!p->tls_first || encrypt(p)) {
        put(p, "220 post.example\r\n");
        while (get_line(p, line, sizeof(line)) && reply(p, line)) {
        }
    }
    SSL_free(p->ssl);
    (void)close(p->fd);
    return NULL;
}

static void open_post(struct post *p)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(a);
    char path[PATH_ROOM];

    if (p->folder) {
        p->ctx = SSL_CTX_new(TLS_server_method());
        (void)snprintf(path, sizeof(path), "%s/server.crt", p->folder);
        CHECK_EQ(SSL_CTX_use_certificate_chain_file(p->ctx, path), 1);
        (void)snprintf(path, sizeof(path), "%s/server.key", p->folder);
        CHECK_EQ(SSL_CTX_use_PrivateKey_file(p->ctx, path, SSL_FILETYPE_PEM), 1);
    }
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_OK(bind(p->listener, (struct sockaddr *)&a, len));
    CHECK_OK(listen(p->listener, 1));
    CHECK_OK(getsockname(p->listener, (struct sockaddr *)&a, &len));
    p->port = ntohs(a.sin_port);
    CHECK_OK(pthread_create(&p->thread, NULL, serve, p));
}

static void close_post(struct post *p)
{
    CHECK_OK(pthread_join(p->thread, NULL));
    (void)close(p->listener);
    SSL_CTX_free(p->ctx);
}

struct outcome {
    struct loop *loop;
    int error;
    char why[512];
};

static void on_sent(int error, const char *why, void *arg)
{
    struct outcome *o = arg;

    o->error = error;
    (void)snprintf(o->why, sizeof(o->why), "%s", why);
    CHECK((error == 0) == (why[0] == 0));
    CHECK(!strstr(why, "s3cret"));
    loop_stop(o->loop);
}

/* Sends a mail by the URL that begin, the port and end make; authority: ca.crt's folder, or NULL. */
static struct outcome send_by(const char *begin, uint16_t port, const char *end,
                              const char *authority, const char *to)
{
    struct outcome o = {.loop = loop_new()};
    struct mailer *m = NULL;
    struct buf why = {0};
    char url[PATH_ROOM];
    char ca[PATH_ROOM];

    (void)snprintf(ca, sizeof(ca), "%s/ca.crt", authority ? authority : "");
    (void)snprintf(url, sizeof(url), "%s:%u%s", begin, port, end);
    struct fetcher *f =
        fetcher_new(&(struct fetcher_conf){.loop = o.loop, .ca_file = authority ? ca : NULL});
    CHECK_OK(mailer_new(f, url, "Convene <convene@example.org>", &m, &why));
    mail_send(m,
              &(struct mail){.to = span_str(to),
                             .subject = span_str("Hello"),
                             .text = span_str("One line.\n.\nAnother.\n")},
              on_sent, &o);
    m = mailer_free(m); /* what is under way goes on */
    loop_run(o.loop);
    f = fetcher_free(f);
    o.loop = loop_free(o.loop);
    buf_done(&why);
    return o;
}

static const char *certificates(void)
{
    const char *folder = folder_make();
    struct loop *loop = loop_new();

    CHECK_OK(devcert_make(folder, NULL, 0, loop_wall(loop)));
    (void)loop_free(loop);
    return folder;
}

TEST(a_mail_goes_by_starttls_with_the_password_after_it)
{
    struct post p = {.folder = certificates()};

    open_post(&p);
    const struct outcome o =
        send_by("smtp://con%40vene:s3cret%2F@127.0.0.1", p.port, "", p.folder, "ada@example.org");
    close_post(&p);
    CHECK_STR(o.why, "");
    CHECK_EQ(o.error, 0);
    CHECK(strncmp(p.heard, "EHLO example.org\r\nSTARTTLS\r\nTLS\nEHLO example.org\r\nAUTH PLAIN",
                  60) == 0);
    /* NUL con@vene NUL s3cret/ */
    CHECK(strstr(p.heard, "AGNvbkB2ZW5lAHMzY3JldC8="));
    CHECK(strstr(p.heard, "\r\nMAIL FROM:<convene@example.org>"));
    CHECK(strstr(p.heard, "\r\nRCPT TO:<ada@example.org>\r\nDATA\r\nDate: "));
    CHECK(strstr(p.heard, "\r\nSubject: Hello\r\n"));
    CHECK(strstr(p.heard, "\r\n\r\nOne line.\r\n=2E\r\nAnother.\r\n.\r\nQUIT\r\n"));
    folder_remove();
}

TEST(a_mail_goes_by_tls_from_the_first_byte)
{
    struct post p = {.folder = certificates(), .tls_first = true};

    open_post(&p);
    const struct outcome o =
        send_by("smtps://u:s3cret@localhost", p.port, "", p.folder, "ada@example.org");
    close_post(&p);
    CHECK_STR(o.why, "");
    CHECK(strncmp(p.heard, "TLS\nEHLO ", 9) == 0);
    folder_remove();
}

TEST(a_relay_on_this_machine_may_do_without_tls)
{
    struct post p = {0};

    open_post(&p);
    const struct outcome o =
        send_by("smtp://127.0.0.1", p.port, "?tls=off", NULL, "ada@example.org");
    close_post(&p);
    CHECK_STR(o.why, "");
    CHECK(strstr(p.heard, "Subject: Hello") && !strstr(p.heard, "AUTH"));
}

TEST(nothing_is_said_to_a_server_without_tls_or_with_a_wrong_certificate)
{
    struct post bare = {0};

    open_post(&bare);
    struct outcome o = send_by("smtp://u:s3cret@127.0.0.1", bare.port, "", NULL, "ada@example.org");
    close_post(&bare);
    CHECK_EQ(o.error, -EKEYREJECTED);
    CHECK_STR(o.why,
              "127.0.0.1 offers no STARTTLS; a relay without it needs ?tls=off in SMTP_URL.");
    CHECK(!strstr(bare.heard, "AUTH") && !strstr(bare.heard, "MAIL"));

    struct post unknown = {.folder = certificates()};
    open_post(&unknown);
    o = send_by("smtp://u:s3cret@127.0.0.1", unknown.port, "", NULL, "ada@example.org");
    close_post(&unknown);
    CHECK_EQ(o.error, -EKEYREJECTED);
    CHECK(strncmp(o.why, "No secure connection with 127.0.0.1: ", 37) == 0);
    CHECK(!strstr(unknown.heard, "AUTH") && !strstr(unknown.heard, "MAIL"));
    folder_remove();
}

TEST(refusals_are_told)
{
    const char *folder = certificates();
    static const struct {
        const char *command;
        const char *says;
        int error;
        const char *why;
    } cases[] = {
        {"AUTH", "535 no\r\n", -EACCES,
         "127.0.0.1 does not accept the user and password of SMTP_URL."},
        {"RCPT", "550 nobody\r\n", -EIO, "The exchange with 127.0.0.1 failed: RCPT failed: 550."},
        {"MAIL", "552 no\r\n", -EIO, "The exchange with 127.0.0.1 failed: MAIL failed: 552."},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct post p = {.folder = folder, .refuse = cases[i].command, .refusal = cases[i].says};
        open_post(&p);
        const struct outcome o =
            send_by("smtp://u:s3cret@127.0.0.1", p.port, "", folder, "ada@example.org");
        close_post(&p);
        CHECK_EQ(o.error, cases[i].error);
        CHECK_STR(o.why, cases[i].why);
    }
    folder_remove();
}

TEST(no_mail_is_written_to_what_is_no_address)
{
    const struct outcome o =
        send_by("smtp://127.0.0.1", 9, "?tls=off", NULL, "ada@example.org>\r\nRCPT TO:<eve@evil");

    CHECK_EQ(o.error, -EBADMSG);
}

TEST(settings_that_make_no_sense_are_refused_without_showing_the_password)
{
    static const struct {
        const char *url;
        const char *from;
    } bad[] = {
        {"smtp://mail.example.org", "nobody"},
        {"", "a@b"},
        {"mail.example.org", "a@b"},
        {"https://mail.example.org", "a@b"},
        {"smtp://", "a@b"},
        {"smtp://u:s3cret@mail.example.org?tls=off", "a@b"},
        {"smtp://u:s3cret@mail.example.org?tls=maybe", "a@b"},
        {"smtps://u:s3cret@mail.example.org?tls=off", "a@b"},
        {"smtp://u@mail.example.org", "a@b"},
        {"smtp://:s3cret@mail.example.org", "a@b"},
        {"smtp://u:s3cret%0a@mail.example.org", "a@b"},
        {"smtp://u:s3cret@mail.example.org:99999", "a@b"},
        {"smtp://u:s3c ret@mail.example.org", "a@b"},
        {"smtp://mail.example.org", "a@b\r\nBcc: c@d"},
    };
    struct loop *loop = loop_new();
    struct fetcher *f = fetcher_new(&(struct fetcher_conf){.loop = loop});

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct mailer *m = NULL;
        struct buf why = {0};
        if (mailer_new(f, bad[i].url, bad[i].from, &m, &why) != -EBADMSG)
            test_fail(__FILE__, __LINE__, "%s is taken", bad[i].url);
        CHECK(strstr(buf_cstr(&why), "SMTP_URL") || strstr(buf_cstr(&why), "MAIL_FROM"));
        CHECK(!strstr(buf_cstr(&why), "s3cret"));
        buf_done(&why);
    }
    f = fetcher_free(f);
    (void)loop_free(loop);
}
