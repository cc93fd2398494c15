/*
 * convene audit verify: is the audit log as it was written?
 */
#include "auth/audit.h"

#include "app/commands.h"
#include "app/config.h"
#include "store/direct.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAILED = 1, WRONG = 2 };

struct outcome {
    int64_t count;
    int64_t broken_at;
};

static int read_through(const struct config *conf, const struct secret *secret, struct outcome *ret,
                        struct buf *why)
{
    struct direct *d = NULL;
    struct buf own = {0};

    config_database(conf, &own);
    const struct place at = {buf_cstr(&own), config_database_name(conf)};
    int rc = direct_open(&at, DIRECT_READ, &d, why);
    if (rc == 0)
        rc = direct_begin(d);
    if (rc == 0) {
        rc = audit_verify(direct_db(d), secret, &ret->count, &ret->broken_at);
        direct_rollback(d);
    }
    if (rc < 0 && why->len == 0)
        buf_printf(why, "The audit log could not be read: %s.", strerror(-rc));
    (void)direct_close(d);
    buf_done(&own);
    return rc;
}

static int verify(struct outcome *ret, struct buf *why)
{
    struct config conf;
    struct secret *secret = NULL;
    int rc = config_load(getenv, &conf, why);

    if (rc == 0) {
        log_set_level(LOG_WARN);
        rc = secret_load(conf.session_secret, conf.data_dir, &secret, why);
    }
    if (rc == 0)
        rc = read_through(&conf, secret, ret, why);
    secret = secret_free(secret);
    config_done(&conf);
    return rc;
}

int command_audit(int argc, char **argv)
{
    struct outcome found = {0};
    struct buf why = {0};

    if (argc != 1 || strcmp(argv[0], "verify") != 0) {
        (void)fprintf(stderr, "convene: this is called so: convene audit verify\n");
        return WRONG;
    }
    const int rc = verify(&found, &why);
    if (rc < 0) {
        (void)fprintf(stderr, "convene: %s\n", buf_cstr(&why));
    } else if (found.broken_at > 0) {
        (void)fprintf(stderr,
                      "convene: entry %" PRId64
                      " of the audit log is not as it was written: it was "
                      "changed or taken out, or SESSION_SECRET is another one.\n",
                      found.broken_at);
    } else {
        printf("All %" PRId64 " entries of the audit log are as they were written.\n", found.count);
    }
    buf_done(&why);
    return rc < 0 || found.broken_at > 0 ? FAILED : 0;
}
