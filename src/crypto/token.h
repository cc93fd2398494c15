/*
 * token - 256 bits of chance as 43 characters of base64url: sessions, invitations, set-up links.
 * It is shown to its owner once; the server keeps its SHA-256 only.
 *
 * Thread: any; values.
 */
#pragma once

#include "base/span.h"
#include "crypto/hash.h"

enum { TOKEN_BYTES = 32, TOKEN_LEN = 43 };

struct token {
    char s[TOKEN_LEN + 1]; /* NUL-terminated */
};

struct token token_new(void);
/* What is kept of it, for a token of ours: -EBADMSG when s cannot be one (length, alphabet). */
int token_hash(struct span s, uint8_t ret[SHA256_SIZE]);

static inline struct span token_span(const struct token *t)
{
    return (struct span){t->s, TOKEN_LEN};
}
