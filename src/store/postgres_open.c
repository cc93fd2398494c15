/*
 * Making a connection: what the URL leaves open is set, and whatever goes wrong is told in one
 * sentence that names the setting and what to do.
 */
#include "base/log.h"
#include "base/mem.h"
#include "store/postgres.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 64 };

/* Keywords and values as PQconnectdbParams takes them; a later one wins. */
struct params {
    const char *keys[OPTIONS_MAX];
    const char *values[OPTIONS_MAX];
    int count;
};

static void add(struct params *ps, const char *key, const char *value)
{
    if (ps->count < OPTIONS_MAX - 1) {
        ps->keys[ps->count] = key;
        ps->values[ps->count++] = value;
    }
}

static bool is_set(const struct params *ps, const char *key)
{
    for (int i = 0; i < ps->count; i++) {
        if (strcmp(ps->keys[i], key) == 0)
            return true;
    }
    return false;
}

static void add_default(struct params *ps, const char *key, const char *value)
{
    if (!is_set(ps, key))
        add(ps, key, value);
}

static void set_params(struct params *ps, const PQconninfoOption *options, enum pg_use use)
{
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        if (o->val && o->val[0] != 0)
            add(ps, o->keyword, o->val);
    }
    add_default(ps, "application_name", "convene");
    add_default(ps, "connect_timeout", PG_CONNECT_S);
    add_default(ps, "tcp_user_timeout", PG_TCP_TIMEOUT_MS);
    add_default(ps, "keepalives_idle", "10");
    add_default(ps, "keepalives_interval", "3");
    add_default(ps, "keepalives_count", "3");
    add_default(ps, "target_session_attrs", use == PG_READS ? "any" : "read-write");
    add(ps, "client_encoding", "UTF8");
}

static bool is_ports(const char *s)
{
    return strspn(s, "0123456789,") == strlen(s);
}

/* What stands behind a password that holds one of the URL's own signs lands in other parts: in the port,
 * the host, the name of the database.  Such a part must not be told, nor dialled. */
static bool password_spills(const PQconninfoOption *options)
{
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        const char *v = o->val ? o->val : "";
        const bool name = strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "dbname") == 0;

        if ((name && strchr(v, '@')) || (strcmp(o->keyword, "port") == 0 && !is_ports(v)))
            return true;
    }
    return false;
}

static PGconn *dial(const struct postgres *p, struct buf *why)
{
    struct params ps = {0};
    char *said = NULL;
    PQconninfoOption *options = PQconninfoParse(p->url, &said);

    if (!options) {
        buf_printf(why,
                   "%s is not a URL that PostgreSQL's library can read. It looks "
                   "like postgres://user:password@host:5432/database.",
                   p->named);
        PQfreemem(said);
        return NULL;
    }
    if (password_spills(options)) {
        buf_printf(
            why,
            "%s cannot be taken apart: signs such as / @ : # ? %% in its user or password must "
            "be written as %%2F %%40 %%3A %%23 %%3F %%25.",
            p->named);
        PQconninfoFree(options);
        return NULL;
    }
    set_params(&ps, options, p->use);
    PGconn *conn = PQconnectdbParams(ps.keys, ps.values, 0);
    PQconninfoFree(options);
    return conn;
}

/* libpq keeps no SQLSTATE of a connection that failed, so its words are looked at; they are those
 * of the C locale, which is ours. */
static const struct known {
    const char *words;
    int rc;
    const char *advice; /* $ stands for what names the URL */
} known[] = {
    {"could not translate host name", -EAGAIN,
     "its host name cannot be resolved. Check the host in $ and the name service"},
    {"Connection refused", -EAGAIN,
     "nothing listens there. Start PostgreSQL, or check the host and port in $"},
    {"No such file or directory", -EAGAIN,
     "its socket is not there. Start PostgreSQL, or check the folder in $"},
    {"timeout expired", -EAGAIN,
     "it does not answer. Check the host and port in $, and firewalls between"},
    {"starting up", -EAGAIN, "it is starting"},
    {"shutting down", -EAGAIN, "it is shutting down"},
    {"recovery mode", -EAGAIN, "it is recovering"},
    {"server closed the connection unexpectedly", -EAGAIN,
     "something there closed the connection: a proxy or pooler whose database is away, or a crash"},
    {"too many clients", -EAGAIN,
     "it has no connection left. Raise its max_connections, or lower DATABASE_POOL"},
    {"remaining connection slots", -EAGAIN,
     "it has no connection left. Raise its max_connections, or lower DATABASE_POOL"},
    {"password authentication failed", -EACCES,
     "the user or the password is wrong. Check them in $"},
    {"no password supplied", -EACCES,
     "it asks for a password. Put it into $, behind the user and a colon"},
    {"no encryption", -EACCES,
     "it demands TLS. Add ?sslmode=require to $ (or verify-full with sslrootcert)"},
    {"no pg_hba.conf entry", -EACCES,
     "it lets this user in from here by no rule. Add one to its pg_hba.conf, or use another user"},
    {"server does not support SSL", -EACCES,
     "it has no TLS. Switch TLS on there, or set sslmode=disable in $"},
    {"certificate", -EACCES,
     "its certificate is not trusted. Set sslrootcert in $, or another sslmode"},
    {"role \"", -EACCES, "the user does not exist there. Create it, or correct $"},
    {"database \"", -ENOENT,
     "the database does not exist there. Create it (createdb), or correct $"},
    {"session is read-only", -EAGAIN,
     "it takes no changes: it is a standby, or set read-only. Name the primary in $"},
    {"server is in hot standby", -EAGAIN,
     "it takes no changes: it is a standby. Name the primary in $"},
    {"permission denied for schema", -EACCES,
     "the user may not create tables there. GRANT CREATE, USAGE ON SCHEMA public to it"},
    {"permission denied", -EACCES, "the user has not the rights that are needed"},
};

static void add_advice(struct buf *out, const char *advice, const char *named)
{
    for (const char *c = advice; *c; c++) {
        if (*c == '$') {
            buf_add_str(out, named);
        } else {
            buf_add_char(out, *c);
        }
    }
    buf_add_char(out, '.');
}

/* The advice holds no value of the URL; libpq's words about a server hold none but its name, and dial()
 * has refused what would spill into that.  Only the first line is told. */
int pg_explain(const struct postgres *p, const char *sqlstate, const char *told, struct buf *why)
{
    const char *host = p->conn ? PQhost(p->conn) : NULL;
    const size_t len = strcspn(told, "\n");

    buf_printf(why,
               "The database%s%s that %s names cannot be used: ", host && host[0] ? " on " : "",
               host && host[0] ? host : "", p->named);
    for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
        if (strstr(told, known[i].words)) {
            add_advice(why, known[i].advice, p->named);
            return known[i].rc;
        }
    }
    buf_printf(why, "%.*s%s%s%s.", (int)len, told, sqlstate ? " (SQLSTATE " : "",
               sqlstate ? sqlstate : "", sqlstate ? ")" : "");
    return sqlstate ? -EPROTO : -EAGAIN;
}

/* The warning of a server that was told to wait for its standby no longer; its words depend on the
 * language, the function's name does not. */
static void on_notice(void *arg, const PGresult *r)
{
    struct postgres *p = arg;
    const char *where = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
    const char *said = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

    if (where && strcmp(where, "SyncRepWaitForLSN") == 0)
        p->doubtful = true;
    log_debug("store.notice", "said=\"%s\"", said ? said : "");
}

/* One statement by the simple protocol, before the pipeline is begun; its first value. */
static int ask(PGconn *conn, const char *sql, int *ret)
{
    PGresult *r = PQexec(conn, sql);
    const ExecStatusType status = PQresultStatus(r);

    if (status == PGRES_TUPLES_OK && PQntuples(r) == 1)
        *ret = (int)strtol(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ? 0 : -ECONNRESET;
}

static int check_version(const struct postgres *p, struct buf *why)
{
    const int version = PQserverVersion(p->conn);

    if (version >= PG_VERSION_LEAST)
        return 0;
    buf_printf(
        why,
        "The database that %s names is PostgreSQL %d; 13 is the oldest that will do. Upgrade "
        "it, or name another.",
        p->named, version / 10000);
    return -EPROTO;
}

static int set_up(struct postgres *p)
{
    int process = 0;
    int rc = ask(p->conn, "SELECT pg_backend_pid()", &process);

    p->pooled = process != PQbackendPID(p->conn);
    if (rc == 0 && !p->pooled) {
        rc = ask(p->conn,
                 p->use == PG_SERVES ? PG_LIMITS_TEXT(PG_LIMIT_MS, "false")
                                     : PG_LIMITS_TEXT("0", "false"),
                 &process);
    }
    (void)PQsetNoticeReceiver(p->conn, on_notice, p);
    if (rc == 0 && (PQsetnonblocking(p->conn, 1) != 0 || PQenterPipelineMode(p->conn) != 1))
        rc = -ECONNRESET;
    return rc;
}

int pg_connect(struct postgres *p, struct buf *why)
{
    pg_drop(p, NULL);
    buf_clear(&p->told);
    p->conn = dial(p, why);
    if (!p->conn)
        return -EPROTO;

    int rc = 0;
    if (PQstatus(p->conn) != CONNECTION_OK) {
        rc = pg_explain(p, NULL, PQerrorMessage(p->conn), why);
    } else {
        rc = check_version(p, why);
        if (rc == 0 && set_up(p) < 0)
            rc = pg_explain(p, NULL, PQerrorMessage(p->conn), why);
    }
    if (rc < 0)
        pg_drop(p, NULL);
    return rc;
}

static bool in_class(const char *sqlstate, const char *class)
{
    return strncmp(sqlstate, class, strlen(class)) == 0;
}

/* PostgreSQL, appendix A. */
static int errno_of(const char *state)
{
    if (in_class(state, "23505"))
        return -EEXIST;
    if (in_class(state, "40001") || in_class(state, "40P01") || in_class(state, "55P03"))
        return -EAGAIN;
    if (in_class(state, "57014"))
        return -ETIMEDOUT; /* statement_timeout, or somebody cancelled it */
    if (in_class(state, "53100"))
        return -ENOSPC;
    /* Ended by the operator, recovering, a standby since the last failover, out of connections; a
     * disk error there: it is that server's to mend, and asked again on a new connection. */
    if (in_class(state, "57P") || in_class(state, "08") || in_class(state, "25006") ||
        in_class(state, "53") || in_class(state, "58"))
        return -ECONNRESET;
    return -EPROTO;
}

int pg_errno(struct postgres *p, const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *said = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

    if (!state) /* libpq's own: the connection is gone */
        return -ECONNRESET;
    const int rc = errno_of(state);
    if (rc == -EPROTO)
        log_error("store.sql", "state=%s why=\"%s\"", state, said ? said : "");
    if (rc == -ECONNRESET) {
        buf_clear(&p->told);
        buf_add_str(&p->told, said ? said : state);
    }
    return rc;
}
