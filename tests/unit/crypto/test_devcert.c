#include "base/buf.h"
#include "crypto/devcert.h"
#include "os/file.h"

#include <errno.h>

#include "unit/port/certificate.h"

static const struct wall day = {1800000000000};

TEST(the_authority_is_kept_and_the_certificate_is_new)
{
    const struct span names[] = {span_str("desk.example"), span_str("192.0.2.7")};
    struct buf ca = {0};
    struct buf cert = {0};
    struct buf again = {0};

    CHECK(mkdtemp(cert_folder));
    CHECK_OK(devcert_make(cert_folder, names, 2, day));
    CHECK_OK(file_read(cert_file("ca.crt"), 10000, &ca));
    CHECK_OK(file_read(cert_file("server.crt"), 10000, &cert));
    CHECK_OK(devcert_make(cert_folder, names, 2, day));
    CHECK_OK(file_read(cert_file("ca.crt"), 10000, &again));
    CHECK(span_eq(buf_span(&ca), buf_span(&again)));
    buf_clear(&again);
    CHECK_OK(file_read(cert_file("server.crt"), 10000, &again));
    CHECK(!span_eq(buf_span(&cert), buf_span(&again)));
    buf_done(&ca);
    buf_done(&cert);
    buf_done(&again);
    cert_remove();
}

TEST(a_name_cannot_smuggle_another)
{
    const struct span names[] = {span_str("a,DNS:evil.example")};

    CHECK(mkdtemp(cert_folder));
    CHECK_EQ(devcert_make(cert_folder, names, 1, day), -EINVAL);
    cert_remove();
}

TEST(a_broken_authority_is_told_and_kept)
{
    CHECK(mkdtemp(cert_folder));
    CHECK_OK(file_write(cert_file("ca.crt"), span_str("x"), 0644));
    CHECK_OK(file_write(cert_file("ca.key"), span_str("x"), 0600));
    CHECK_EQ(devcert_make(cert_folder, NULL, 0, day), -EBADMSG);
    cert_remove();
}

TEST(a_key_of_another_certificate_is_refused)
{
    struct tls_context *c = NULL;

    CHECK(mkdtemp(cert_folder));
    CHECK_OK(devcert_make(cert_folder, NULL, 0, day));
    CHECK_EQ(tls_context_new(cert_file("server.crt"), cert_file("ca.key"), &c), -EKEYREJECTED);
    CHECK_EQ(tls_context_new(cert_file("none.crt"), cert_file("ca.key"), &c), -ENOENT);
    CHECK_EQ(tls_context_new(cert_file("server.key"), cert_file("server.key"), &c), -EBADMSG);
    CHECK_OK(tls_context_new(cert_file("server.crt"), cert_file("server.key"), &c));
    tls_context_free(c);
    cert_remove();
}
