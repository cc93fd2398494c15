#include "auth/audit.h"
#include "store/direct.h"
#include "store/engine.h"
#include "support/folder.h"
#include "support/test.h"

#include <stdio.h>

enum { PATH_LEN = 512, ENTRIES = 1200 /* more than two pages */ };

static struct direct *d;
static struct secret *secret;
static struct buf why;

static void begin(void)
{
    static char where[PATH_LEN];
    static struct place at = {where, "The test's"};

    (void)snprintf(where, sizeof(where), "sqlite:%s", folder_make());
    CHECK_OK(direct_open(&at, DIRECT_WRITE, &d, &why));
    CHECK_OK(direct_migrate(d, &why));
    secret = secret_new();
    CHECK_OK(direct_begin(d));
}

static void finish(void)
{
    direct_rollback(d);
    d = direct_close(d);
    secret = secret_free(secret);
    buf_done(&why);
    folder_remove();
}

static void write_some(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const struct audit_entry e = {.action = span_str(i % 2 ? "session.create" : "person.role"),
                                      .target = span_str("x"),
                                      .ip = span_str("192.0.2.1"),
                                      .detail = span_str("{\"to\":\"admin\"}")};
        CHECK_OK(audit_write(direct_db(d), secret, &e, (struct wall){1000 + i}));
    }
}

static int64_t broken_at(int64_t want_count)
{
    int64_t count = 0;
    int64_t at = 0;

    CHECK_OK(audit_verify(direct_db(d), secret, &count, &at));
    CHECK_EQ(count, want_count);
    return at;
}

TEST(a_log_that_nobody_touched_is_whole)
{
    begin();
    CHECK_EQ(broken_at(0), 0);
    write_some(ENTRIES);
    CHECK_EQ(broken_at(ENTRIES), 0);
    finish();
}

TEST(another_secret_does_not_make_the_chain)
{
    begin();
    write_some(3);
    secret_free(secret);
    secret = secret_new();
    CHECK_EQ(broken_at(3), 1);
    finish();
}

TEST(what_was_changed_or_taken_out_shows_where)
{
    struct buf said = {0};

    begin();
    write_some(ENTRIES);
    CHECK_OK(direct_db(d)->ops->script(direct_db(d), "UPDATE audit SET target = 'y' WHERE n = 700",
                                       &said));
    CHECK_EQ(broken_at(ENTRIES), 700);
    CHECK_OK(direct_db(d)->ops->script(direct_db(d),
                                       "UPDATE audit SET target = 'x' WHERE n = 700;"
                                       "DELETE FROM audit WHERE n = 3",
                                       &said));
    CHECK_EQ(broken_at(ENTRIES - 1), 3);
    buf_done(&said);
    finish();
}

TEST(an_end_that_was_cut_off_shows)
{
    struct buf said = {0};

    begin();
    write_some(5);
    CHECK_OK(direct_db(d)->ops->script(direct_db(d), "DELETE FROM audit WHERE n > 3", &said));
    CHECK_EQ(broken_at(3), 4);
    buf_done(&said);
    finish();
}

TEST(the_list_goes_backwards_in_pages)
{
    AUTO(arena) struct arena *a = arena_new();
    struct audit_entry *rows;
    size_t count;
    bool more;

    begin();
    write_some(10);
    CHECK_OK(audit_list(direct_db(d), &(struct audit_query){.limit = 4}, a, &rows, &count, &more));
    CHECK_EQ(count, 4);
    CHECK(more);
    CHECK_EQ(rows[0].n, 10);
    const struct audit_query next = {
        .before = rows[3].n, .action = span_str("person.role"), .limit = 4};
    CHECK_OK(audit_list(direct_db(d), &next, a, &rows, &count, &more));
    CHECK_EQ(count, 3);
    CHECK(!more);
    CHECK_EQ(rows[0].n, 5);
    CHECK(span_is(rows[0].detail, "{\"to\":\"admin\"}"));
    finish();
}
