#include "auth/entry.h"

#include "base/log.h"
#include "base/text.h"
#include "crypto/token.h"
#include "store/channel.h"

#include <errno.h>

enum { TEAMS_MAX = 8, CHANNELS_MAX = 1000 };

int entry_link(struct span token, struct arena *a, struct span *ret)
{
    uint8_t hash[SHA256_SIZE];
    struct buf hex = {0};

    if (token_hash(token, hash) < 0)
        return -ENOENT;
    text_hex(&hex, span_of(hash, sizeof(hash)));
    *ret = arena_span(a, buf_span(&hex));
    buf_done(&hex);
    return 0;
}

/* The invitation says what its guest becomes. */
static int use_link(struct db *db, const struct job *job, struct entry *e)
{
    const char *kind = e->by == ENTRY_SETUP ? "setup" : "member";
    const int rc = db_one(db, SQL_INVITE_USE,
                          VALS(val_text(e->link), val_text(span_str(kind)), val_int(job->now.ms)));

    if (rc < 0)
        return rc;
    if (e->by == ENTRY_INVITE)
        e->me.role = db_text(db, 0, job->arena);
    db_rows_end(db);
    return 0;
}

static int may_enter(struct db *db, const struct job *job, struct entry *e, int64_t people)
{
    switch (e->by) {
    case ENTRY_SETUP: return people > 0 ? -EALREADY : use_link(db, job, e);
    case ENTRY_INVITE: return use_link(db, job, e);
    case ENTRY_RULE: return people > 0 ? 0 : -ENOENT;
    case ENTRY_SHELL: break;
    }
    return 0;
}

static int make_team(struct db *db, const struct job *job, const struct entry *e)
{
    const struct id team = id_new(job->now);
    const struct id general = id_new(job->now);
    int rc =
        db_exec(db, SQL_TEAM_INSERT, VALS(val_id(&team), val_text(e->team), val_int(job->now.ms)));

    if (rc >= 0)
        rc = db_exec(db, SQL_SETTING_PUT, VALS(val_text(span_str("site.name")), val_text(e->team)));
    if (rc >= 0) {
        rc = db_exec(db, SQL_CHANNEL_INSERT,
                     VALS(val_id(&general), val_text(span_str("standard")), val_id(&team),
                          val_text(span_str("General")), val_null(), val_id(&e->me.id), val_null(),
                          val_int(job->now.ms)));
    }
    if (rc >= 0)
        rc = db_exec(db, SQL_CHANNEL_HEAD_INSERT, VALS(val_id(&general)));
    return rc;
}

static int join_teams(struct db *db, const struct job *job, const struct entry *e)
{
    struct id teams[TEAMS_MAX];
    size_t n = 0;
    int rc = db_query(db, SQL_TEAM_ALL, NULL, 0);

    while (rc >= 0 && n < ARRAY_SIZE(teams) && (rc = db_next(db)) > 0)
        teams[n++] = db_id(db, 0);
    db_rows_end(db);

    const char *role = e->first ? "owner" : "member";
    for (size_t i = 0; rc >= 0 && i < n; i++) {
        rc = db_exec(db, SQL_TEAM_MEMBER_INSERT,
                     VALS(val_id(&teams[i]), val_id(&e->me.id), val_text(span_str(role)),
                          val_int(job->now.ms)));
    }
    return rc;
}

static int join_channels(struct db *db, struct job *job, const struct accounts_conf *conf,
                         struct entry *e)
{
    int rc = db_query(db, SQL_CHANNEL_STANDARD, NULL, 0);

    e->channels = arena_array(job->arena, struct id, CHANNELS_MAX);
    e->channel_count = 0;
    while (rc >= 0 && e->channel_count < CHANNELS_MAX && (rc = db_next(db)) > 0)
        e->channels[e->channel_count++] = db_id(db, 0);
    db_rows_end(db);
    for (size_t i = 0; rc >= 0 && i < e->channel_count; i++) {
        rc = member_insert(db, &e->channels[i], &e->me.id, job->now);
        if (rc >= 0)
            rc = conf->joined(db, &e->channels[i], &e->me, job->now);
    }
    return rc;
}

static int note(struct db *db, const struct job *job, const struct accounts_conf *conf,
                const struct entry *e)
{
    struct buf detail = {0};
    struct json_out o = json_out(&detail);

    json_obj_begin(&o, NULL);
    json_put_str(&o, "role", e->me.role);
    json_obj_end(&o);
    const struct audit_entry entry = {.actor = e->by == ENTRY_SHELL ? (struct id){{0}} : e->me.id,
                                      .action = span_str("person.create"),
                                      .target = id_span(&e->me.id),
                                      .target_name = e->me.name,
                                      .ip = e->ip,
                                      .detail = buf_span(&detail)};
    const int rc = audit_write(db, conf->secret, &entry, job->now);
    buf_done(&detail);
    return rc;
}

int entry_run(struct db *db, struct job *job, const struct accounts_conf *conf, struct entry *e)
{
    int64_t people;
    int rc = person_count(db, &people);

    if (rc == 0)
        rc = may_enter(db, job, e, people);
    if (rc < 0)
        return rc;

    e->me.id = id_new(job->now);
    e->me.active = true;
    e->me.change = 1;
    e->first = people == 0;
    /* The first by the command line sets the house up as the link would. */
    if (e->first)
        e->me.role = span_str(role_name(ROLE_OWNER));
    rc = person_insert(db, &e->me, job->now);
    if (rc >= 0 && e->first)
        rc = make_team(db, job, e);
    if (rc >= 0)
        rc = join_teams(db, job, e);
    if (rc >= 0)
        rc = join_channels(db, job, conf, e);
    if (rc >= 0)
        rc = note(db, job, conf, e);
    return rc < 0 ? rc : 0;
}

void entry_tell(const struct accounts_conf *conf, const struct entry *e)
{
    for (size_t i = 0; i < e->channel_count; i++) {
        bus_publish(conf->bus, &(struct bus_event){.kind = BUS_MEMBER_ADDED,
                                                   .user = e->me.id,
                                                   .channel = e->channels[i]});
        conf->published(&e->channels[i], conf->arg);
    }
    log_info("account.new", "user=%s role=%.*s", e->me.id.s, SPAN_ARG(e->me.role));
}
