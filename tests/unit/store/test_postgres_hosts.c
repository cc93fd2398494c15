#include "store/postgres_hosts.h"
#include "support/test.h"

static void check(const char *url, const char *hosts)
{
    struct buf got = {0};

    postgres_hosts(url, &got);
    CHECK_STR(buf_cstr(&got), hosts);
    buf_done(&got);
}

TEST(hosts_are_taken_out_of_a_url)
{
    check("postgres://u:p@db.example.org:5432/d", "db.example.org");
    check("postgres://u:p@one:5432,two:5433/d?target_session_attrs=read-write", "one,two");
    check("postgres://u@[2001:db8::1]/d", "2001:db8::1");
    check("postgres:///d?host=/run/postgresql", "");
    check("postgres:///d?hostaddr=10.0.0.5", "10.0.0.5");
    check("no URL at all", "");
}
