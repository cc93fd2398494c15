#include "auth/second_factor.h"

#include "base/log.h"
#include "base/rand.h"
#include "crypto/equal.h"
#include "crypto/totp.h"

#include <errno.h>

static const int64_t hour_ms = (int64_t)3600 * 1000;

struct factor {
    struct span sealed;
    bool confirmed;
    int64_t last_step;
    int64_t wrong;
    int64_t wrong_until;
};

static int read_factor(struct db *db, const struct id *person, struct arena *a, struct factor *ret)
{
    const int rc = db_one(db, SQL_TOTP_GET, VALS(val_id(person)));

    if (rc < 0)
        return rc;
    *ret = (struct factor){.sealed = db_text(db, 0, a),
                           .confirmed = !db_is_null(db, 1),
                           .last_step = db_int(db, 2),
                           .wrong = db_int(db, 3),
                           .wrong_until = db_int(db, 4)};
    db_rows_end(db);
    return 0;
}

int second_factor_get(struct db *db, const struct id *person, bool *ret_on, int64_t *ret_codes)
{
    int rc = db_one(db, SQL_TOTP_GET, VALS(val_id(person)));
    const bool on = rc > 0 && !db_is_null(db, 1);

    db_rows_end(db);
    if (rc < 0 && rc != -ENOENT)
        return rc;
    rc = db_one(db, SQL_RECOVERY_COUNT, VALS(val_id(person)));
    if (rc < 0)
        return rc;
    *ret_codes = db_int(db, 0);
    *ret_on = on;
    db_rows_end(db);
    return 0;
}

/* As they are compared: what people put between to read it better is left out. */
static size_t plain_code(struct span typed, char *out, size_t size)
{
    static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
    size_t n = 0;

    for (size_t i = 0; i < typed.len && n < size; i++) {
        char c = typed.p[i];
        if (c >= 'A' && c <= 'Z')
            c = lower[c - 'A'];
        if (c != ' ' && c != '-')
            out[n++] = c;
    }
    return n;
}

static void recovery_mac(const struct secret *secret, const struct id *person, struct span code,
                         struct buf *out)
{
    struct buf text = {0};

    buf_printf(&text, "%s ", person->s);
    buf_add_span(&text, code);
    secret_mac(secret, SECRET_RECOVERY_CODE, buf_span(&text), out);
    equal_wipe(text.p, text.len);
    buf_done(&text);
}

/* 1: it was one and is no more; 0: it is none. */
static int take_recovery(struct db *db, const struct secret *secret, const struct id *person,
                         struct span code)
{
    struct buf mac = {0};

    recovery_mac(secret, person, code, &mac);
    const int rc = db_exec(db, SQL_RECOVERY_TAKE, VALS(val_id(person), val_text(buf_span(&mac))));
    buf_done(&mac);
    return rc;
}

static int64_t step_of(const struct secret *secret, const struct id *person, const struct factor *f,
                       struct span code, struct wall now)
{
    struct buf key = {0};
    int64_t step = 0;

    if (secret_open(secret, SECRET_SECOND_FACTOR, id_span(person), f->sealed, &key) < 0) {
        log_warn("second_factor.unreadable",
                 "user=%s why=\"it was made with another SESSION_SECRET\"", person->s);
        buf_done(&key);
        return 0;
    }
    if (totp_find(buf_span(&key), code, now.ms / 1000, f->last_step, &step) < 0)
        step = 0;
    equal_wipe(key.p, key.len);
    buf_done(&key);
    return step;
}

/* 1: it was right and is used up. */
static int take_code(struct db *db, const struct secret *secret, const struct id *person,
                     const struct factor *f, struct span typed, struct wall now, bool *ret_recovery)
{
    char text[RECOVERY_CHARS + 1]; /* one more, so that a longer one differs */
    const struct span code = {text, plain_code(typed, text, sizeof(text))};

    *ret_recovery = code.len == RECOVERY_CHARS;
    if (*ret_recovery)
        return take_recovery(db, secret, person, code);
    const int64_t step = step_of(secret, person, f, code, now);
    return step > 0 ? db_exec(db, SQL_TOTP_TAKE, VALS(val_id(person), val_int(step))) : 0;
}

int second_factor_ask(struct db *db, const struct secret *secret, const struct id *person,
                      struct span code, const struct job *job, struct proof *ret)
{
    struct factor f;
    int rc = read_factor(db, person, job->arena, &f);

    *ret = (struct proof){0};
    if (rc == -ENOENT || (rc == 0 && !f.confirmed))
        return 0;
    if (rc < 0)
        return rc;
    ret->asked = true;
    if (f.wrong >= SECOND_FACTOR_TRIES && f.wrong_until > job->now.ms) {
        ret->rc = -EDQUOT;
        ret->wait = (usec_t)(f.wrong_until - job->now.ms) * MSEC;
        return 0;
    }
    if (code.len == 0) {
        ret->rc = -ENOKEY;
        return 0;
    }
    rc = take_code(db, secret, person, &f, code, job->now, &ret->recovery);
    if (rc == 0) {
        ret->rc = -EKEYREJECTED;
        rc = db_exec(db, SQL_TOTP_WRONG,
                     VALS(val_id(person), val_int(job->now.ms), val_int(job->now.ms + hour_ms)));
    }
    return rc < 0 ? rc : 0;
}

int second_factor_begin(struct db *db, const struct secret *secret, const struct id *person,
                        struct buf *ret)
{
    uint8_t key[TOTP_SECRET_SIZE];
    struct buf sealed = {0};

    rand_bytes(key, sizeof(key));
    secret_seal(secret, SECRET_SECOND_FACTOR, id_span(person), span_of(key, sizeof(key)), &sealed);
    const int rc = db_exec(db, SQL_TOTP_BEGIN, VALS(val_id(person), val_text(buf_span(&sealed))));
    buf_done(&sealed);
    if (rc > 0)
        buf_add_span(ret, span_of(key, sizeof(key)));
    equal_wipe(key, sizeof(key));
    return rc == 0 ? -EPROTO : (rc < 0 ? rc : 0);
}

int second_factor_confirm(struct db *db, const struct secret *secret, const struct id *person,
                          struct span code, const struct job *job, struct proof *ret)
{
    char text[TOTP_DIGITS + 1];
    struct factor f;
    int rc = read_factor(db, person, job->arena, &f);

    *ret = (struct proof){.asked = true};
    if (rc == -ENOENT || (rc == 0 && f.confirmed))
        return -EPROTO;
    if (rc < 0)
        return rc;
    const struct span plain = {text, plain_code(code, text, sizeof(text))};
    const int64_t step = step_of(secret, person, &f, plain, job->now);
    if (step == 0) {
        ret->rc = -EKEYREJECTED;
        return 0;
    }
    rc = db_exec(db, SQL_TOTP_CONFIRM, VALS(val_id(person), val_int(job->now.ms), val_int(step)));
    return rc == 0 ? -EPROTO : (rc < 0 ? rc : 0);
}

int second_factor_renew(struct db *db, const struct secret *secret, const struct id *person,
                        struct json_out *o)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    int rc = db_exec(db, SQL_RECOVERY_END, VALS(val_id(person)));

    for (size_t i = 0; rc >= 0 && i < RECOVERY_CODES; i++) {
        char code[RECOVERY_CHARS];
        char shown[RECOVERY_CHARS + 2];
        struct buf mac = {0};
        for (size_t k = 0; k < RECOVERY_CHARS; k++)
            code[k] = digits[rand_below(sizeof(digits) - 1)];
        recovery_mac(secret, person, span_of(code, sizeof(code)), &mac);
        rc = db_exec(db, SQL_RECOVERY_INSERT, VALS(val_id(person), val_text(buf_span(&mac))));
        buf_done(&mac);
        memcpy(shown, code, RECOVERY_CHARS / 2);
        shown[RECOVERY_CHARS / 2] = '-';
        memcpy(shown + RECOVERY_CHARS / 2 + 1, code + RECOVERY_CHARS / 2, RECOVERY_CHARS / 2);
        shown[RECOVERY_CHARS + 1] = 0;
        json_put_cstr(o, NULL, shown);
    }
    return rc < 0 ? rc : 0;
}

int second_factor_end(struct db *db, const struct id *person)
{
    const int rc = db_exec(db, SQL_TOTP_DELETE, VALS(val_id(person)));

    if (rc <= 0)
        return rc < 0 ? rc : -ENOENT;
    const int codes = db_exec(db, SQL_RECOVERY_END, VALS(val_id(person)));
    return codes < 0 ? codes : 0;
}
