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

/* The days of one made so many days ago. */
static int days_left(int64_t ago)
{
    const struct wall now = {((int64_t)time(NULL) - ago * 24 * 3600) * 1000};
    struct tls_context *c = NULL;

    CHECK_OK(devcert_make(cert_folder, NULL, 0, now));
    CHECK_OK(tls_context_new(cert_file("server.crt"), cert_file("server.key"), &c));
    const int days = tls_context_days(c);
    tls_context_free(c);
    return days;
}

TEST(a_certificate_says_how_long_it_is_good)
{
    CHECK(mkdtemp(cert_folder));
    CHECK(days_left(0) >= 395);
    CHECK(days_left(390) >= 5 && days_left(390) <= 7);
    CHECK(days_left(400) < 0);
    cert_remove();
}
