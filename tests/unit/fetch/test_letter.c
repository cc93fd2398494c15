#include "base/mem.h"
#include "base/rand.h"
#include "fetch/letter.h"
#include "support/test.h"

#include <errno.h>

static const struct wall moment = {1700000000123};

static const char *written(struct letter l, struct buf *out)
{
    buf_clear(out);
    l.now = moment;
    CHECK_OK(letter_write(out, &l));
    return buf_cstr(out);
}

static struct letter plain(const char *subject, const char *text)
{
    return (struct letter){.from = span_str("convene@example.org"),
                           .to = span_str("ada@example.org"),
                           .subject = span_str(subject),
                           .text = span_str(text)};
}

/* Every line ends in CRLF and has at most 76 characters; the head's none but those we know. */
static void check_form(const struct buf *out)
{
    static const char *const fields[] = {"Date: ",
                                         "From: ",
                                         "To: ",
                                         "Subject: ",
                                         "Message-ID: ",
                                         "Auto-Submitted: ",
                                         "MIME-Version: ",
                                         "Content-Type: ",
                                         "Content-Transfer-Encoding: ",
                                         " "};
    struct span all = buf_span(out);
    struct span line;
    bool head = true;

    while (span_split(&all, '\n', &line)) {
        if (line.len == 0 && all.len == 0)
            break;
        CHECK(line.len > 0 && line.p[line.len - 1] == '\r' && line.len - 1 <= 76);
        line.len--;
        CHECK_EQ(span_find(line, '\r'), line.len);
        for (size_t i = 0; i < line.len; i++)
            CHECK((line.p[i] >= ' ' && line.p[i] <= '~') || line.p[i] == '\t');
        bool known = !head || line.len == 0;
        for (size_t i = 0; i < ARRAY_SIZE(fields) && !known; i++)
            known = span_starts(line, fields[i]);
        if (!known)
            test_fail(__FILE__, __LINE__, "a line of the head: %.*s", SPAN_ARG(line));
        head = head && line.len > 0;
    }
}

TEST(a_letter_reads_as_it_should)
{
    struct buf out = {0};
    struct letter l = plain("Set a new password", "Hello Ada,\n\nhttps://example.org/reset#abc=\n");

    rand_seed(7);
    l.from_name = span_str("Convene of \"Example\"");
    const char *text = written(l, &out);
    const char *id = strstr(text, "Message-ID: <");
    CHECK(id && strncmp(id + 13 + 32, "@example.org>\r\n", 15) == 0);
    CHECK(strncmp(text,
                  "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
                  "From: \"Convene of \\\"Example\\\"\" <convene@example.org>\r\n"
                  "To: <ada@example.org>\r\nSubject: Set a new password\r\nMessage-ID: <",
                  (size_t)(id - text) + 13) == 0);
    CHECK_STR(strstr(text, "Auto-Submitted"),
              "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
              "Hello Ada,\r\n\r\nhttps://example.org/reset#abc=3D\r\n");
    check_form(&out);
    rand_seed(0);
    buf_done(&out);
}

TEST(a_subject_beyond_ascii_is_encoded_without_splitting_a_character)
{
    struct buf out = {0};
    char longest[600];
    size_t n = 0;

    CHECK(strstr(written(plain("Gr\xc3\xbc\xc3\x9f"
                               "e",
                               ""),
                         &out),
                 "\r\nSubject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"));
    CHECK(strstr(written(plain("=?UTF-8?B?ZXZpbA==?=", ""), &out), "\r\nSubject: =?UTF-8?B?PT9V"));
    longest[n++] = 'x';
    while (n + 5 < sizeof(longest)) {
        memcpy(longest + n, "\xf0\x9f\x99\x82", 4);
        n += 4;
    }
    longest[n] = 0;
    written(plain(longest, ""), &out);
    check_form(&out);
    /* the first word holds x and nine faces */
    CHECK(strstr(buf_cstr(&out),
                 "\r\nSubject: =?UTF-8?B?ePCfmYLwn5mC8J+ZgvCfmYLwn5mC8J+ZgvCfmYLwn5mC8J+Z"
                 "gg==?=\r\n =?UTF-8?B?8J+Zgv"));
    struct letter l = plain("", "");
    l.from_name = span_str("B\xc3\xbcro");
    CHECK(strstr(written(l, &out), "\r\nFrom: =?UTF-8?B?QsO8cm8=?=\r\n <convene@example.org>\r\n"));
    buf_done(&out);
}

TEST(nothing_given_begins_a_line_of_its_own)
{
    static const char *const evil[] = {
        "Hi\r\nBcc: eve@evil.example",
        "Hi\nBcc: eve@evil.example",
        "Hi\rBcc: eve@evil.example",
        "Hi\r\n\r\nBody",
        "\r\nBcc: x",
        "Hi\x0b\x0c\x1b\x7f",
        "\xc3\xa4\r\nBcc: eve@evil.example",
    };
    struct buf out = {0};

    for (size_t i = 0; i < ARRAY_SIZE(evil); i++) {
        struct letter l = plain(evil[i], "text");
        l.from_name = span_str(evil[i]);
        written(l, &out);
        check_form(&out);
        CHECK(!strstr(buf_cstr(&out), "\nBcc"));
    }
    buf_done(&out);
}

TEST(the_text_keeps_its_lines_within_what_mail_can_carry)
{
    char line[300];
    struct buf out = {0};

    memset(line, 'a', sizeof(line) - 1);
    line[sizeof(line) - 1] = 0;
    written(plain("", line), &out);
    check_form(&out);
    memset(line, '.', sizeof(line) - 1);
    written(plain("", line), &out);
    check_form(&out);
    const char *text = written(plain("", ".\n..a\nend \nend\t\r\n\n\xc3\xa4=\x01"), &out);
    check_form(&out);
    CHECK_STR(strstr(text, "\r\n\r\n"),
              "\r\n\r\n=2E\r\n=2E.a\r\nend=20\r\nend=09\r\n\r\n=C3=A4=3D=01\r\n");
    buf_done(&out);
}

TEST(addresses_are_plain_ones)
{
    static const char *const good[] = {"a@b", "ada.l+x@mail.example.org", "o'brien@example.org",
                                       "convene@localhost", "1@2-3.example"};
    static const char *const bad[] = {
        "",
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a b@c",
        "a@b c",
        "a@b.",
        "a@.b",
        ".a@b",
        "a.@b",
        "a..b@c",
        "a@-b",
        "a@b-",
        "<a@b>",
        "a@b>",
        "a@b\r\nX",
        "a\n@b",
        "\"a\"@b",
        "a@[1.2.3.4]",
        "a@b,c@d",
        "a@b;c",
        "a@b_c",
        "a\\@b",
        "\xc3\xa4@b",
        "a@\xc3\xa4",
        "a@b\x01",
        "a(x)@b",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b",
    };
    struct buf out = {0};

    for (size_t i = 0; i < ARRAY_SIZE(good); i++)
        CHECK(letter_address_ok(span_str(good[i])));
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct letter l = plain("", "");
        l.to = span_str(bad[i]);
        CHECK_EQ(letter_write(&out, &l), -EBADMSG);
        l = plain("", "");
        l.from = span_str(bad[i]);
        CHECK_EQ(letter_write(&out, &l), -EBADMSG);
    }
    CHECK(!letter_address_ok(span_of("a@b\0c", 5)));
    CHECK(!letter_address_ok(span_of("a\0@b", 4)));
    struct letter l = plain("\xff", "");
    CHECK_EQ(letter_write(&out, &l), -EBADMSG);
    l = plain("", "\xc3");
    CHECK_EQ(letter_write(&out, &l), -EBADMSG);
    CHECK_EQ(out.len, 0);
    buf_done(&out);
}

static void check_mailbox(const char *text, const char *name, const char *address)
{
    struct span got_name;
    struct span got_address;

    CHECK_OK(letter_mailbox(span_str(text), &got_name, &got_address));
    CHECK(span_is(got_name, name) && span_is(got_address, address));
}

TEST(a_mailbox_is_an_address_with_or_without_a_name)
{
    static const char *const bad[] = {"",        "Convene",    "Convene <a@b", "Convene <a@b> x",
                                      "<>",      "Convene <>", "a@b <c>",      "\xff <a@b>",
                                      "a@b, c@d"};
    struct span name;
    struct span address;

    check_mailbox("a@b.example", "", "a@b.example");
    check_mailbox(" Con vene  <a@b> ", "Con vene", "a@b");
    check_mailbox("\"Convene, Inc.\" <a@b>", "Convene, Inc.", "a@b");
    check_mailbox("<a@b>", "", "a@b");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        CHECK_EQ(letter_mailbox(span_str(bad[i]), &name, &address), -EBADMSG);
}
