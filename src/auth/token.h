/*
 * token - API tokens: how a program acts as its person, within the scopes it was given.  As text a token is
 * API_TOKEN_PREFIX and 43 characters of chance; the store has its hash only.  Who a token belongs to
 * is found by auth/session.h.
 *
 * Thread: a store thread with its job's connection; what has no db any.
 */
#pragma once

#include "auth/actor.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "crypto/token.h"
#include "store/db.h"

#define API_TOKEN_PREFIX "cvn_"

enum { API_TOKEN_MAX = 100 /* of a person at a time */ };

struct api_token {
    struct id id;
    struct id person;
    struct span name;
    unsigned scopes;
    int64_t created_at;
    int64_t expires_at;   /* 0: never */
    int64_t last_used_at; /* 0: not yet */
};

/* Words of the contract: "read write admin"; what is not known is left out. */
unsigned scopes_parse(struct span text);
/* Appends the words. */
void scopes_write(unsigned scopes, struct buf *out);

/* Of the whole text.  -EBADMSG: no API token of ours. */
int api_token_hash(struct span text, uint8_t ret[SHA256_SIZE]);
/* Appends a new one's text: shown once. */
void api_token_make(struct buf *out);

/* 0 or -errno; -EDQUOT: the person has API_TOKEN_MAX already. */
int api_token_insert(struct db *db, const struct api_token *t, struct span text);
/* Those that are not ended, the newest first; at most API_TOKEN_MAX. */
int api_token_list(struct db *db, const struct id *person, struct wall now, struct arena *a,
                   struct api_token **ret, size_t *ret_count);
/* -ENOENT: not this person's, or ended. */
int api_token_revoke(struct db *db, const struct id *person, const struct id *token,
                     struct wall now);
/* All of a person's.  0 or -errno. */
int api_token_revoke_all(struct db *db, const struct id *person, struct wall now);

void api_token_write(struct json_out *o, const char *key, const struct api_token *t);
