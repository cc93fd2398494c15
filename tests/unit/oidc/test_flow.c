#include "support/test.h"

#include <errno.h>

#include "oidc/flow.h"
#include "oidc/picture.h"

static const struct wall now = {1700000000000};

static struct flow begin(struct arena *a)
{
    struct flow f = {.redirect_uri = span_str("https://us.example/back"),
                     .return_to = span_str("/chat"),
                     .team = span_str("\xc3\x84 team")};

    flow_begin(&f, now, a);
    return f;
}

static int open_at(const struct secret *s, const char *provider, const struct buf *sealed,
                   struct span state, int64_t later, struct arena *a, struct flow *ret)
{
    return flow_open(s, span_str(provider), buf_span(sealed), state, (struct wall){now.ms + later},
                     a, ret);
}

TEST(flow_comes_back_as_it_went)
{
    AUTO(arena) struct arena *a = arena_new();
    struct secret *s = secret_new();
    struct buf sealed = {0};
    struct flow back = {0};
    const struct flow f = begin(a);

    flow_seal(&f, s, span_str("oidc"), &sealed);
    CHECK_EQ(open_at(s, "oidc", &sealed, f.state, 599000, a, &back), 0);
    CHECK(span_eq(back.nonce, f.nonce) && span_eq(back.verifier, f.verifier));
    CHECK(span_is(back.return_to, "/chat") && span_eq(back.team, f.team));
    CHECK(!back.invite.p && !back.setup.p && id_none(&back.connect));
    buf_done(&sealed);
    secret_free(s);
}

TEST(flow_of_another_provider_state_secret_or_time_does_not)
{
    AUTO(arena) struct arena *a = arena_new();
    struct secret *s = secret_new();
    struct secret *other = secret_new();
    struct buf sealed = {0};
    struct flow back = {0};
    const struct flow f = begin(a);
    const struct flow g = begin(a);

    flow_seal(&f, s, span_str("oidc"), &sealed);
    CHECK_EQ(open_at(s, "oidc2", &sealed, f.state, 0, a, &back), -EBADMSG);
    CHECK_EQ(open_at(other, "oidc", &sealed, f.state, 0, a, &back), -EBADMSG);
    CHECK_EQ(open_at(s, "oidc", &sealed, g.state, 0, a, &back), -EPERM);
    CHECK_EQ(open_at(s, "oidc", &sealed, SPAN_NONE, 0, a, &back), -EPERM);
    CHECK_EQ(open_at(s, "oidc", &sealed, span_sub(f.state, 0, 42), 0, a, &back), -EPERM);
    CHECK_EQ(open_at(s, "oidc", &sealed, f.state, 600000, a, &back), -ETIMEDOUT);
    CHECK_EQ(open_at(s, "oidc", &sealed, f.state, -5000, a, &back), -ETIMEDOUT);
    for (size_t i = 0; i < sealed.len; i++) {
        sealed.p[i] ^= 1;
        CHECK(open_at(s, "oidc", &sealed, f.state, 0, a, &back) < 0);
        sealed.p[i] ^= 1;
    }
    CHECK(!back.state.p);
    buf_done(&sealed);
    secret_free(s);
    secret_free(other);
}

TEST(challenge_is_that_of_rfc_7636)
{
    const struct flow f = {.verifier = span_str("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")};
    struct buf out = {0};

    flow_challenge(&f, &out);
    CHECK(span_is(buf_span(&out), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    buf_done(&out);
}

TEST(only_a_path_of_ours_is_come_back_to)
{
    static const char *const good[] = {"/", "/chat", "/chat/1?a=b#c", "/a//b", "/.//x"};
    static const char *const bad[] = {
        "",      "chat",       "//x",       "///x",     "/\\x", "\\/x",   "/a\\b", "/a b",
        "/a\tb", "/a\r\nb: c", "/\xc3\xa4", "http://x", " /x",  "/x\x7f", "?a=b",  "#a"};
    static char longer[FLOW_RETURN_MAX + 2];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK(flow_may_return(span_str(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!flow_may_return(span_str(bad[i])));
    memset(longer, '/', 1);
    memset(longer + 1, 'a', FLOW_RETURN_MAX);
    CHECK(!flow_may_return(span_str(longer)));
    longer[FLOW_RETURN_MAX] = 0;
    CHECK(flow_may_return(span_str(longer)));
}

static const char *type_of(const char *bytes, size_t len)
{
    return picture_type(span_of(bytes, len));
}

TEST(picture_is_what_its_bytes_say)
{
    CHECK_STR(type_of("\x89PNG\r\n\x1a\n....", 12), "image/png");
    CHECK_STR(type_of("\xff\xd8\xff\xe0", 4), "image/jpeg");
    CHECK_STR(type_of("RIFF....WEBPVP8 ", 16), "image/webp");
    CHECK(!type_of("RIFF....WAVEfmt ", 16));
    CHECK(!type_of("<svg>", 5));
    CHECK(!type_of("GIF89a", 6));
    CHECK(!type_of("\x89PNG", 4));
    CHECK(!type_of("", 0));
}
