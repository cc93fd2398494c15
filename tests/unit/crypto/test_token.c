#include "base/buf.h"
#include "base/text.h"
#include "crypto/equal.h"
#include "crypto/token.h"
#include "support/test.h"

#include <errno.h>

TEST(a_token_is_43_characters_of_base64url)
{
    const struct token t = token_new();
    struct buf bytes = {0};

    CHECK_EQ(strlen(t.s), TOKEN_LEN);
    CHECK_OK(text_from_base64url(token_span(&t), &bytes));
    CHECK_EQ(bytes.len, TOKEN_BYTES);
    buf_done(&bytes);
}

TEST(no_two_tokens_are_equal)
{
    const struct token a = token_new();
    const struct token b = token_new();

    CHECK(!equal_secret(token_span(&a), token_span(&b)));
    CHECK(equal_secret(token_span(&a), token_span(&a)));
}

TEST(what_cannot_be_a_token_has_no_hash)
{
    uint8_t h[SHA256_SIZE];
    struct token t = token_new();

    CHECK_OK(token_hash(token_span(&t), h));
    CHECK_EQ(token_hash(span_of(t.s, TOKEN_LEN - 1), h), -EBADMSG);
    t.s[5] = '+';
    CHECK_EQ(token_hash(token_span(&t), h), -EBADMSG);
    CHECK_EQ(token_hash(SPAN_NONE, h), -EBADMSG);
}
