#include "auth/token.h"

#include "base/text.h"

#include <errno.h>

static const struct {
    unsigned scope;
    const char *word;
} words[] = {{SCOPE_READ, "read"}, {SCOPE_WRITE, "write"}, {SCOPE_ADMIN, "admin"}};

unsigned scopes_parse(struct span text)
{
    unsigned scopes = 0;
    struct span word;

    while (span_split(&text, ' ', &word)) {
        for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
            if (span_is(word, words[i].word))
                scopes |= words[i].scope;
        }
    }
    return scopes;
}

void scopes_write(unsigned scopes, struct buf *out)
{
    const size_t from = out->len;

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        if ((scopes & words[i].scope) == 0)
            continue;
        if (out->len > from)
            buf_add_char(out, ' ');
        buf_add_str(out, words[i].word);
    }
}

int api_token_hash(struct span text, uint8_t ret[SHA256_SIZE])
{
    uint8_t unused[SHA256_SIZE];

    if (!span_starts(text, API_TOKEN_PREFIX) ||
        token_hash(span_sub(text, strlen(API_TOKEN_PREFIX), text.len), unused) < 0)
        return -EBADMSG;
    hash_sha256(text, ret);
    return 0;
}

void api_token_make(struct buf *out)
{
    const struct token t = token_new();

    buf_add_str(out, API_TOKEN_PREFIX);
    buf_add_span(out, token_span(&t));
}

int api_token_insert(struct db *db, const struct api_token *t, struct span text)
{
    uint8_t hash[SHA256_SIZE];
    struct buf hex = {0};
    struct buf scopes = {0};
    int rc = db_one(db, SQL_TOKEN_COUNT, VALS(val_id(&t->person), val_int(t->created_at)));

    if (rc > 0)
        rc = db_int(db, 0) < API_TOKEN_MAX ? 0 : -EDQUOT;
    db_rows_end(db);
    if (rc == 0)
        rc = api_token_hash(text, hash);
    if (rc < 0)
        return rc;
    text_hex(&hex, span_of(hash, sizeof(hash)));
    scopes_write(t->scopes, &scopes);
    rc = db_exec(db, SQL_TOKEN_INSERT,
                 VALS(val_id(&t->id), val_text(buf_span(&hex)), val_id(&t->person),
                      val_text(t->name), val_text(buf_span(&scopes)), val_int(t->created_at),
                      t->expires_at > 0 ? val_int(t->expires_at) : val_null()));
    buf_done(&hex);
    buf_done(&scopes);
    return rc < 0 ? rc : 0;
}

int api_token_list(struct db *db, const struct id *person, struct wall now, struct arena *a,
                   struct api_token **ret, size_t *ret_count)
{
    struct api_token *rows = arena_array(a, struct api_token, API_TOKEN_MAX);
    size_t n = 0;
    int rc =
        db_query(db, SQL_TOKEN_LIST, VALS(val_id(person), val_int(now.ms), val_int(API_TOKEN_MAX)));

    while (rc >= 0 && n < API_TOKEN_MAX && (rc = db_next(db)) > 0) {
        rows[n++] = (struct api_token){.id = db_id(db, 0),
                                       .person = *person,
                                       .name = db_text(db, 1, a),
                                       .scopes = scopes_parse(db_span(db, 2)),
                                       .created_at = db_int(db, 3),
                                       .expires_at = db_int(db, 4),
                                       .last_used_at = db_int(db, 5)};
    }
    db_rows_end(db);
    *ret = rows;
    *ret_count = n;
    return rc < 0 ? rc : 0;
}

int api_token_revoke(struct db *db, const struct id *person, const struct id *token,
                     struct wall now)
{
    const int rc =
        db_exec(db, SQL_TOKEN_REVOKE, VALS(val_id(token), val_id(person), val_int(now.ms)));

    return rc == 0 ? -ENOENT : (rc < 0 ? rc : 0);
}

int api_token_revoke_all(struct db *db, const struct id *person, struct wall now)
{
    const int rc = db_exec(db, SQL_TOKEN_REVOKE_ALL, VALS(val_id(person), val_int(now.ms)));

    return rc < 0 ? rc : 0;
}

static void write_time(struct json_out *o, const char *key, int64_t at)
{
    if (at > 0) {
        json_put_i64(o, key, at);
    } else {
        json_put_null(o, key);
    }
}

void api_token_write(struct json_out *o, const char *key, const struct api_token *t)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &t->id);
    json_put_str(o, "name", t->name);
    json_arr_begin(o, "scopes");
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        if (t->scopes & words[i].scope)
            json_put_cstr(o, NULL, words[i].word);
    }
    json_arr_end(o);
    json_put_i64(o, "created_at", t->created_at);
    write_time(o, "expires_at", t->expires_at);
    write_time(o, "last_used_at", t->last_used_at);
    json_obj_end(o);
}
