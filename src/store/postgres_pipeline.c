/*
 * How statements travel: everything that is noted and one statement behind it in one message, ended
 * by a Sync, and their answers in order.  Every wait has an end (PG_ANSWER_MS), for a server that is
 * stopped, or cut off, does not say so.
 */
#include "base/log.h"
#include "os/clock.h"
#include "store/postgres.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_LEN = 24, NAME_LEN = 16 };

/* READ COMMITTED: a batch of many jobs must not fail because another lane's batch touched one of its
 * rows.  What a job relies on it locks, by the row that it changes first. */
static const char *const control_text[PG_CONTROL_MAX] = {
    [PG_BEGIN_WRITE] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    [PG_BEGIN_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [PG_LIMITS] = PG_LIMITS_TEXT(PG_LIMIT_MS, "true"),
    [PG_LIMITS_COMMAND] = PG_LIMITS_TEXT("0", "true"),
    [PG_SAVEPOINT] = "SAVEPOINT job",
    [PG_RELEASE] = "RELEASE SAVEPOINT job",
    [PG_ROLLBACK_TO] = "ROLLBACK TO SAVEPOINT job",
    [PG_COMMIT] = "COMMIT",
    [PG_ROLLBACK] = "ROLLBACK",
};

void pg_drop(struct postgres *p, const char *why)
{
    pg_rows_end(p);
    if (p->conn && why) {
        buf_clear(&p->told);
        buf_add_str(&p->told, why);
        log_warn("store.lost", "why=\"%s\"", why);
    }
    if (p->conn)
        PQfinish(p->conn);
    p->conn = NULL;
    p->in_transaction = false;
    p->syncs = 0;
    p->sent = 0;
    p->pending_count = 0;
    memset(p->prepared, 0, sizeof(p->prepared));
}

void pg_note(struct postgres *p, enum pg_control what)
{
    assert(p->pending_count < PG_PENDING_MAX); /* BEGIN and its limits, and two savepoints' ends */
    p->pending[p->pending_count++] = what;
}

void pg_rows_end(struct postgres *p)
{
    if (p->rows)
        PQclear(p->rows);
    p->rows = NULL;
    p->row = -1;
}

/* Until the socket is ready; false when it was not for too long. */
static bool await_socket(struct postgres *p, short events)
{
    struct pollfd fd = {.fd = PQsocket(p->conn), .events = events};
    const usec_t deadline = clock_now() + PG_ANSWER_MS * MSEC;

    for (;;) {
        const usec_t at = clock_now();
        if (at >= deadline)
            return false;
        const int n = poll(&fd, 1, (int)((deadline - at) / MSEC) + 1);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
}

/* All that was sent leaves, and what comes meanwhile is taken in. */
static bool flush(struct postgres *p)
{
    int more;

    while ((more = PQflush(p->conn)) > 0) {
        if (!await_socket(p, POLLIN | POLLOUT) || PQconsumeInput(p->conn) != 1)
            return false;
    }
    return more == 0;
}

/* The next result, NULL at the end of one statement's; false when the connection is gone. */
static bool next_result(struct postgres *p, PGresult **ret)
{
    while (PQisBusy(p->conn)) {
        if (!await_socket(p, POLLIN) || PQconsumeInput(p->conn) != 1)
            return false;
    }
    *ret = PQgetResult(p->conn);
    return true;
}

static bool is_error(const PGresult *r)
{
    const ExecStatusType s = PQresultStatus(r);

    return s == PGRES_FATAL_ERROR || s == PGRES_BAD_RESPONSE || s == PGRES_NONFATAL_ERROR;
}

/* Keeps the last good result and the first error. */
static void take_result(struct postgres *p, PGresult *r, int *rc)
{
    if (is_error(r)) {
        if (*rc == 0)
            *rc = pg_errno(p, r);
        PQclear(r);
        return;
    }
    if (PQresultStatus(r) == PGRES_PIPELINE_ABORTED) {
        PQclear(r);
        return;
    }
    pg_rows_end(p);
    p->rows = r;
}

/* Takes the answers of all that was sent, up to the last Sync. */
static int take_answers(struct postgres *p)
{
    PGresult *r = NULL;
    int rc = 0;

    p->done = 0;
    p->sent = 0;
    if (!flush(p))
        return -ECONNRESET;
    while (p->syncs > 0) {
        if (!next_result(p, &r))
            return -ECONNRESET;
        if (!r) { /* the end of one statement */
            if (PQstatus(p->conn) != CONNECTION_OK)
                return -ECONNRESET;
            p->done += rc == 0;
            continue;
        }
        if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
            PQclear(r);
            p->syncs--;
        } else {
            take_result(p, r, &rc);
        }
        if (rc == -ECONNRESET)
            return rc;
    }
    return rc;
}

static bool send_control(struct postgres *p, enum pg_control what)
{
    p->sent++;
    return PQsendQueryParams(p->conn, control_text[what], 0, NULL, NULL, NULL, NULL, 0) == 1;
}

static bool send_noted(struct postgres *p)
{
    for (unsigned i = 0; i < p->pending_count; i++) {
        if (!send_control(p, p->pending[i]))
            return false;
    }
    p->pending_count = 0;
    return true;
}

/* Numbers travel as text, text as bytes with their length. */
static bool send_statement(struct postgres *p, enum sql q, const struct val *v, size_t n,
                           bool *ret_prepares)
{
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX];
    int formats[PG_PARAMS_MAX];
    char numbers[PG_PARAMS_MAX][NUMBER_LEN];
    char name[NAME_LEN];

    for (size_t i = 0; i < n; i++) {
        values[i] = v[i].type == VAL_NULL ? NULL : v[i].s.p;
        lengths[i] = (int)v[i].s.len;
        formats[i] = v[i].type == VAL_TEXT;
        if (v[i].type == VAL_INT) {
            (void)snprintf(numbers[i], NUMBER_LEN, "%lld", (long long)v[i].i);
            values[i] = numbers[i];
        }
    }
    if (p->pooled) {
        return PQsendQueryParams(p->conn, sql_text[q], (int)n, NULL, values, lengths, formats, 0) ==
               1;
    }
    (void)snprintf(name, sizeof(name), "q%d", (int)q);
    *ret_prepares = !p->prepared[q];
    if (*ret_prepares && PQsendPrepare(p->conn, name, sql_text[q], 0, NULL) != 1)
        return false;
    return PQsendQueryPrepared(p->conn, name, (int)n, values, lengths, formats, 0) == 1;
}

/* The connection is of no use any more, and says why. */
static int broken(struct postgres *p)
{
    char why[256] = "the server does not answer";
    const char *said = p->conn ? PQerrorMessage(p->conn) : "";
    const size_t len = strcspn(said, "\n");

    if (len > 0) {
        (void)snprintf(why, sizeof(why), "%.*s", (int)len, said);
    } else if (p->told.len > 0) { /* by pg_errno() */
        (void)snprintf(why, sizeof(why), "%s", buf_cstr(&p->told));
    }
    pg_drop(p, why);
    return -ECONNRESET;
}

static int sync_and_take(struct postgres *p, bool sent)
{
    if (!sent || PQpipelineSync(p->conn) != 1)
        return broken(p);
    p->syncs++;
    const int rc = take_answers(p);
    if (rc == -ECONNRESET)
        return broken(p);
    if (rc < 0) {
        pg_rows_end(p);
        p->failed = true;
    }
    return rc;
}

/* then: a control behind the statement, or PG_CONTROL_MAX. */
static int run(struct postgres *p, enum sql q, const struct val *v, size_t n, enum pg_control then)
{
    bool prepares = false;

    pg_rows_end(p);
    if (!p->conn)
        return -ECONNRESET;
    if (n > PG_PARAMS_MAX)
        return -EPROTO;
    p->touched = true;
    bool sent = send_noted(p);
    const unsigned before = p->sent;
    sent = sent && (q == SQL_MAX_ || send_statement(p, q, v, n, &prepares)) &&
           (then == PG_CONTROL_MAX || send_control(p, then));
    const int rc = sync_and_take(p, sent);
    /* A statement stays prepared though running it failed, and its transaction was taken back. */
    if (prepares && p->conn && p->done > before)
        p->prepared[q] = true;
    return rc;
}

int pg_run(struct postgres *p, enum sql q, const struct val *v, size_t n)
{
    return run(p, q, v, n, PG_CONTROL_MAX);
}

int pg_put(struct postgres *p, enum sql q, const struct val *v, size_t n)
{
    bool prepares = false;

    pg_rows_end(p);
    if (!p->conn)
        return -ECONNRESET;
    if (n > PG_PARAMS_MAX)
        return -EPROTO;
    p->touched = true;
    if (!send_noted(p) || !send_statement(p, q, v, n, &prepares) || PQflush(p->conn) < 0)
        return broken(p);
    p->sent += prepares ? 2 : 1;
    p->prepared[q] = !p->pooled;
    return 0;
}

int pg_commit(struct postgres *p, enum sql q, const struct val *v, size_t n)
{
    int rc = run(p, q, v, n, PG_COMMIT);

    /* A failed transaction answers COMMIT with a ROLLBACK. */
    if (rc == 0 && strcmp(PQcmdStatus(p->rows), "COMMIT") != 0)
        rc = -EAGAIN;
    pg_rows_end(p);
    return rc;
}

void pg_rollback(struct postgres *p)
{
    pg_rows_end(p);
    if (!p->conn)
        return;
    const bool sent = send_noted(p) && send_control(p, PG_ROLLBACK);
    if (p->pooled) { /* an old pgbouncer is better not asked twice at once */
        (void)sync_and_take(p, sent);
        pg_rows_end(p);
    } else if (!sent || PQpipelineSync(p->conn) != 1 || PQflush(p->conn) < 0) {
        (void)broken(p);
    } else {
        p->syncs++;
    }
}
