#include "app/certificate.h"
#include "base/log.h"
#include "base/mem.h"
#include "crypto/devcert.h"
#include "crypto/tls.h"
#include "os/file.h"
#include "support/folder.h"
#include "support/test.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define EVERY (2 * MSEC)

struct bench {
    struct loop *loop;
    struct certificate *cert;
    struct timer look;
    int log;
    const char *until; /* the log says so */
    unsigned wanted;   /* or so many certificates were taken over */
    unsigned taken;
    const char *folder;
    char cert_file[128];
    char key_file[128];
};

static void on_taken(struct tls_context *tls, void *arg)
{
    struct bench *b = arg;

    CHECK(tls == certificate_tls(b->cert));
    b->taken++;
}

static const char *log_text(const struct bench *b)
{
    static char text[8192];
    const ssize_t n = pread(b->log, text, sizeof(text) - 1, 0);

    CHECK(n >= 0);
    text[n] = 0;
    return text;
}

static void on_look(void *arg)
{
    struct bench *b = arg;

    if (b->until ? strstr(log_text(b), b->until) != NULL : b->taken >= b->wanted) {
        loop_stop(b->loop);
    } else {
        timer_after(&b->look, MSEC);
    }
}

static void run(struct bench *b, const char *until)
{
    b->until = until;
    b->wanted = b->taken + 1;
    timer_after(&b->look, MSEC);
    loop_run(b->loop);
}

static void copy(const struct bench *b, const char *from, const char *to)
{
    char path[256];

    (void)snprintf(path, sizeof(path), "%s/%s", b->folder, from);
    CHECK_OK(file_copy(path, to));
}

static void begin(struct bench *b)
{
    static const char *const names[] = {"one", "two"};
    struct buf why = {0};

    *b = (struct bench){.loop = loop_new(), .log = memfd_create("log", 0)};
    log_to(b->log);
    b->folder = folder_make();
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        char folder[128];
        (void)snprintf(folder, sizeof(folder), "%s/%s", b->folder, names[i]);
        CHECK_OK(devcert_make(folder, NULL, 0, loop_wall(b->loop)));
    }
    (void)snprintf(b->cert_file, sizeof(b->cert_file), "%s/used.crt", b->folder);
    (void)snprintf(b->key_file, sizeof(b->key_file), "%s/used.key", b->folder);
    copy(b, "one/server.crt", b->cert_file);
    copy(b, "one/server.key", b->key_file);
    CHECK_OK(certificate_open(b->cert_file, b->key_file, &b->cert, &why));
    certificate_watch(b->cert, b->loop, EVERY, on_taken, b);
    timer_init(&b->look, b->loop, on_look, b);
}

static void end(struct bench *b)
{
    timer_stop(&b->look);
    b->cert = certificate_free(b->cert);
    b->loop = loop_free(b->loop);
    log_to(STDERR_FILENO);
    (void)close(b->log);
    folder_remove();
}

TEST(files_that_have_changed_are_read_by_themselves)
{
    struct bench b;

    begin(&b);
    copy(&b, "two/server.crt", b.cert_file);
    copy(&b, "two/server.key", b.key_file);
    run(&b, NULL);
    run(&b, "info server.cert");
    CHECK_EQ(b.taken, 1);
    end(&b);
}

TEST(what_cannot_be_used_leaves_the_one_before_and_is_told_once)
{
    struct bench b;

    begin(&b);
    const struct tls_context *before = certificate_tls(b.cert);
    CHECK_OK(file_write(b.cert_file, span_str("-----BEGIN CERT"), 0600));
    run(&b, "not in PEM");
    copy(&b, "two/server.crt", b.cert_file);
    run(&b, "does not belong");
    CHECK(certificate_tls(b.cert) == before);
    CHECK_OK(unlink(b.cert_file));
    run(&b, "No such file");
    CHECK_EQ(b.taken, 0);
    copy(&b, "two/server.key", b.key_file);
    copy(&b, "two/server.crt", b.cert_file);
    run(&b, NULL);
    CHECK(certificate_tls(b.cert) != before);
    const char *told = strstr(log_text(&b), "not in PEM");
    CHECK(told && !strstr(told + 1, "not in PEM"));
    end(&b);
}

TEST(when_asked_they_are_read_as_they_are)
{
    struct bench b;

    begin(&b);
    certificate_renew(b.cert);
    certificate_renew(b.cert); /* while the first is under way */
    run(&b, NULL);
    run(&b, NULL);
    CHECK_EQ(b.taken, 2);
    end(&b);
}

TEST(it_can_end_while_the_files_are_read)
{
    struct bench b;

    begin(&b);
    certificate_renew(b.cert);
    end(&b);
    CHECK_EQ(b.taken, 0);
}

TEST(one_that_only_its_operator_vouches_for_is_known)
{
    struct bench b;

    begin(&b);
    CHECK(tls_context_local(certificate_tls(b.cert)));
    end(&b);
}
