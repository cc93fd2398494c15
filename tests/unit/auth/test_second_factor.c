#include "auth/second_factor.h"
#include "auth/secret_check.h"
#include "crypto/totp.h"
#include "store/person.h"
#include "support/folder.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

enum { CODE_SIZE = 16 };

static struct loop *loop;
static struct store *store;
static struct secret *secret;
static struct id ben;

/* One job: what it does, and what came of it. */
struct step {
    struct job job;
    int (*act)(struct db *db, struct step *s);
    const char *code;
    int64_t later; /* ms that the clock is ahead */
    struct proof proof;
    struct buf out;
    bool on;
    int64_t left;
    int rc;
};

static int run(struct db *db, struct job *job)
{
    struct step *s = container_of(job, struct step, job);

    buf_clear(&s->out);
    return s->act(db, s);
}

static void on_done(struct job *job, int rc)
{
    container_of(job, struct step, job)->rc = rc;
    loop_stop(loop);
}

static int perform(struct step *s)
{
    job_init(&s->job, run, on_done);
    store_write(store, &s->job, SPAN_NONE);
    loop_run(loop);
    job_done(&s->job);
    return s->rc;
}

static int insert_person(struct db *db, struct step *s)
{
    const struct person p = {.id = ben,
                             .name = span_str("Ben"),
                             .email = span_str("ben@example.org"),
                             .role = span_str("member")};

    return person_insert(db, &p, s->job.now);
}

static struct wall later(const struct step *s)
{
    return (struct wall){.ms = s->job.now.ms + s->later};
}

static int do_ask(struct db *db, struct step *s)
{
    const struct span code = s->code ? span_str(s->code) : SPAN_NONE;
    struct job at = s->job;

    at.now = later(s);
    return second_factor_ask(db, secret, &ben, code, &at, &s->proof);
}

static int do_begin(struct db *db, struct step *s)
{
    return second_factor_begin(db, secret, &ben, &s->out);
}

static int do_confirm(struct db *db, struct step *s)
{
    return second_factor_confirm(db, secret, &ben, span_str(s->code), &s->job, &s->proof);
}

static int do_renew(struct db *db, struct step *s)
{
    struct json_out o = json_out(&s->out);

    json_arr_begin(&o, NULL);
    const int rc = second_factor_renew(db, secret, &ben, &o);
    json_arr_end(&o);
    return rc;
}

static int do_end(struct db *db, struct step *s)
{
    (void)s;
    return second_factor_end(db, &ben);
}

static int do_get(struct db *db, struct step *s)
{
    return second_factor_get(db, &ben, &s->on, &s->left);
}

static void open_house(void)
{
    const struct store_conf conf = {.path = folder_make()};
    struct buf why = {0};

    loop = loop_new();
    CHECK_OK(store_open(loop, &conf, &store, &why));
    secret = secret_new();
    ben = id_new(loop_wall(loop));
    CHECK(perform(&(struct step){.act = insert_person}) >= 0);
    buf_done(&why);
}

static void close_house(void)
{
    store_close(store);
    secret_free(secret);
    loop_free(loop);
    folder_remove();
}

static int ask_at(const char *code, int64_t ahead)
{
    struct step s = {.act = do_ask, .code = code, .later = ahead};

    CHECK_OK(perform(&s));
    return s.proof.rc;
}

static int ask(const char *code)
{
    return ask_at(code, 0);
}

static int confirm(const char *code)
{
    struct step s = {.act = do_confirm, .code = code};
    const int rc = perform(&s);

    return rc < 0 ? rc : s.proof.rc;
}

static struct buf begin(void)
{
    struct step s = {.act = do_begin};

    CHECK_OK(perform(&s));
    CHECK_EQ(s.out.len, TOTP_SECRET_SIZE);
    return s.out;
}

/* away: steps from the one that the clock is in. */
static const char *code_of(const struct buf *key, int64_t away)
{
    static char text[CODE_SIZE];

    (void)snprintf(text, sizeof(text), "%06u",
                   totp_code(buf_span(key), loop_wall(loop).ms / 1000 / TOTP_PERIOD + away));
    return text;
}

/* With a code of the step before this one, so that two more are good. */
static struct buf set_up(void)
{
    struct buf key = begin();

    CHECK_OK(confirm(code_of(&key, -1)));
    return key;
}

static const char wrong[] = "not-it";

TEST(nothing_is_asked_for_until_a_code_was_right)
{
    open_house();
    CHECK_OK(ask(NULL));
    CHECK_EQ(confirm("000000"), -EPROTO);
    struct buf key = begin();
    CHECK_OK(ask(NULL));
    CHECK_EQ(confirm(wrong), -EKEYREJECTED);
    CHECK_OK(ask(NULL));
    CHECK_OK(confirm(code_of(&key, 0)));
    CHECK_EQ(ask(NULL), -ENOKEY);
    CHECK_EQ(confirm(code_of(&key, 1)), -EPROTO);
    CHECK_EQ(perform(&(struct step){.act = do_begin}), -EPROTO);
    buf_done(&key);
    close_house();
}

TEST(a_new_secret_takes_the_place_of_one_that_was_not_confirmed)
{
    open_house();
    struct buf first = begin();
    struct buf second = begin();
    CHECK_EQ(confirm(code_of(&first, 0)), -EKEYREJECTED);
    CHECK_OK(confirm(code_of(&second, 0)));
    buf_done(&first);
    buf_done(&second);
    close_house();
}

TEST(a_code_counts_once_and_none_before_it)
{
    open_house();
    struct buf key = set_up();
    CHECK_EQ(ask(code_of(&key, -1)), -EKEYREJECTED);
    CHECK_OK(ask(code_of(&key, 0)));
    CHECK_EQ(ask(code_of(&key, 0)), -EKEYREJECTED);
    CHECK_OK(ask(code_of(&key, 1)));
    CHECK_EQ(ask(code_of(&key, 0)), -EKEYREJECTED);
    CHECK_EQ(ask(code_of(&key, 2)), -EKEYREJECTED);
    buf_done(&key);
    close_house();
}

TEST(too_many_wrong_codes_end_the_trying_for_an_hour)
{
    open_house();
    struct buf key = set_up();
    for (size_t i = 0; i < SECOND_FACTOR_TRIES; i++)
        CHECK_EQ(ask(wrong), -EKEYREJECTED);
    struct step s = {.act = do_ask, .code = code_of(&key, 0)};
    CHECK_OK(perform(&s));
    CHECK_EQ(s.proof.rc, -EDQUOT);
    CHECK(s.proof.wait > 59 * 60 * SEC && s.proof.wait <= 3600 * SEC);
    CHECK_EQ(ask(NULL), -EDQUOT);
    /* An hour later the counting begins anew. */
    const int64_t hour = (int64_t)3600 * 1000 + 1000;
    CHECK_EQ(ask_at(wrong, hour), -EKEYREJECTED);
    CHECK_EQ(ask_at(NULL, hour), -ENOKEY);
    buf_done(&key);
    close_house();
}

TEST(a_right_code_forgets_the_wrong_ones)
{
    open_house();
    struct buf key = set_up();
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < SECOND_FACTOR_TRIES - 1; i++)
            CHECK_EQ(ask(wrong), -EKEYREJECTED);
        CHECK_OK(ask(code_of(&key, (int64_t)round)));
    }
    buf_done(&key);
    close_house();
}

TEST(a_recovery_code_counts_once_however_it_is_typed)
{
    char code[CODE_SIZE];
    char typed[CODE_SIZE + 4];

    open_house();
    struct buf key = set_up();
    struct step renew = {.act = do_renew};
    CHECK_OK(perform(&renew));
    CHECK_EQ(renew.out.len, 1 + (size_t)RECOVERY_CODES * (RECOVERY_CHARS + 4));
    (void)snprintf(code, sizeof(code), "%.11s", renew.out.p + 2);
    (void)snprintf(typed, sizeof(typed), " %.5s %.5s", code, code + 6);
    CHECK_OK(ask(typed));
    CHECK_EQ(ask(code), -EKEYREJECTED);

    struct step got = {.act = do_get};
    CHECK_OK(perform(&got));
    CHECK(got.on);
    CHECK_EQ(got.left, RECOVERY_CODES - 1);
    (void)snprintf(code, sizeof(code), "%.11s", renew.out.p + 2 + RECOVERY_CHARS + 4);
    struct step again = {.act = do_renew};
    CHECK_OK(perform(&again));
    CHECK_EQ(ask(code), -EKEYREJECTED); /* an old one */
    buf_done(&renew.out);
    buf_done(&again.out);
    buf_done(&key);
    close_house();
}

TEST(with_another_secret_of_the_session_no_code_is_right)
{
    open_house();
    struct buf key = set_up();
    secret_free(secret);
    secret = secret_new();
    CHECK_EQ(ask(code_of(&key, 0)), -EKEYREJECTED);
    CHECK_OK(perform(&(struct step){.act = do_end}));
    CHECK_OK(ask(NULL));
    CHECK_EQ(perform(&(struct step){.act = do_end}), -ENOENT);
    buf_done(&key);
    close_house();
}

static void on_check(int rc, bool changed, void *arg)
{
    CHECK_OK(rc);
    *(bool *)arg = changed;
    loop_stop(loop);
}

static bool check(void)
{
    bool changed = false;

    secret_check(store, secret, on_check, &changed);
    loop_run(loop);
    return changed;
}

TEST(another_secret_of_the_session_is_noticed_once)
{
    open_house();
    CHECK(!check());
    CHECK(!check());
    secret_free(secret);
    secret = secret_new();
    CHECK(check());
    CHECK(!check());
    close_house();
}
