#include "calls/record.h"

#include "base/log.h"

#include <string.h>

enum { RECOVER_MAX = 1000 /* calls closed at a start; more are closed at the next */ };

static const char *outcome_of(enum call_reason reason, bool answered)
{
    switch (reason) {
    case CALL_NO_REASON: return NULL;
    case CALL_HANGUP: return "answered";
    case CALL_CANCELLED: return "cancelled";
    case CALL_DECLINED: return "declined";
    case CALL_MISSED: return "missed";
    case CALL_LOST: return "lost";
    case CALL_INTERRUPTED: return answered ? "lost" : "missed";
    }
    return NULL;
}

static void set_outcomes(struct call_row *row, enum call_reason reason)
{
    row->reason = call_reason_name(reason);
    /* a group's runs from its start, whether anybody comes or not */
    if (id_none(&row->callee) && reason != CALL_NO_REASON) {
        row->caller_outcome = row->answered_at > 0 ? "answered" : "cancelled";
        return;
    }
    row->caller_outcome = outcome_of(reason, row->answered_at > 0);
    /* Whoever was rung and did not get to it has missed it. */
    row->callee_outcome = reason == CALL_CANCELLED ? "missed" : row->caller_outcome;
}

/* The row of the call as it is now. */
static struct call_row row_of(const struct call *c)
{
    struct call_row row = {
        .id = c->id,
        .channel = c->channel,
        .caller = c->caller,
        .callee = c->callee,
        .video = c->video,
        .state = call_state_name(c->state),
        .started_at = c->started.ms,
        .answered_at = c->answered.ms,
        .ended_at = c->ended.ms,
    };

    set_outcomes(&row, c->reason);
    return row;
}

static bool missed_by_callee(const struct call_row *row)
{
    return row->callee_outcome && strcmp(row->callee_outcome, "missed") == 0;
}

static int64_t duration_of(const struct call_row *row)
{
    /* The wall clock may have been set back meanwhile. */
    return row->answered_at > 0 && row->ended_at > row->answered_at
               ? row->ended_at - row->answered_at
               : 0;
}

/* "1h 12m 4s", "12m 4s", "4s" */
static void add_duration(struct buf *out, int64_t ms)
{
    enum { MS = 1000, MINUTE = 60, HOUR = 3600 };
    const int64_t s = ms / MS;

    if (s >= HOUR)
        buf_printf(out, "%lldh ", (long long)(s / HOUR));
    if (s >= MINUTE)
        buf_printf(out, "%lldm ", (long long)(s % HOUR / MINUTE));
    buf_printf(out, "%llds", (long long)(s % MINUTE));
}

static struct span line_body(const struct call_row *row, struct arena *a)
{
    const char *outcome = row->caller_outcome;
    struct buf text = {0};

    if (id_none(&row->callee) && strcmp(row->reason, "interrupted") == 0) {
        buf_add_str(&text, "Meeting broke off"); /* who had come is not known any more */
    } else if (id_none(&row->callee) && row->answered_at == 0) {
        buf_add_str(&text, "Nobody else joined the meeting");
    } else if (strcmp(outcome, "answered") == 0) {
        buf_add_str(&text, id_none(&row->callee) ? "Meeting ended " : "Call ended ");
        add_duration(&text, duration_of(row));
    } else if (strcmp(outcome, "declined") == 0) {
        buf_add_str(&text, "Call declined");
    } else if (strcmp(outcome, "lost") == 0) {
        buf_add_str(&text, "Call lost");
        if (duration_of(row) > 0) {
            buf_add_str(&text, " after ");
            add_duration(&text, duration_of(row));
        }
    } else {
        buf_add_str(&text, "Missed call");
    }
    const struct span s = arena_span(a, buf_span(&text));
    buf_done(&text);
    return s;
}

static struct span line_data(const struct call_row *row, struct arena *a)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_obj_begin(&o, NULL);
    json_put_id(&o, "call", &row->id);
    json_put_id(&o, "caller", &row->caller);
    json_put_bool(&o, "group", id_none(&row->callee));
    json_put_bool(&o, "video", row->video);
    json_put_cstr(&o, "outcome", row->caller_outcome);
    json_put_i64(&o, "duration_ms", duration_of(row));
    json_obj_end(&o);
    const struct span s = arena_span(a, buf_span(&json));
    buf_done(&json);
    return s;
}

/* Inserts the line that the chat shows of an ended call; text lives in the arena. */
static int insert_line(struct db *db, const struct call_row *row, struct wall now, struct arena *a,
                       struct message *ret)
{
    *ret = (struct message){.channel = row->channel,
                            .sender = row->caller,
                            .kind = span_str("call"),
                            .body = line_body(row, a),
                            .data = line_data(row, a)};
    return message_insert(db, ret, now);
}

void record_tell_missed(struct bus *bus, const struct id *user, int64_t count)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_put_i64(&o, "count", count);
    bus_publish(bus, &(struct bus_event){.kind = BUS_EVENT,
                                         .audience = BUS_TO_USER,
                                         .user = *user,
                                         .type = "missed_calls",
                                         .members = buf_span(&json)});
    buf_done(&json);
}

/* One more than the caller who was in a group's call, or was rung. */
struct party {
    struct id user;
    bool joined;
    int64_t missed; /* of the person, when this is one more */
};

struct saving {
    struct job job;
    struct calls_conf conf;
    struct call_row row;
    bool ended;
    struct message line;
    int64_t missed; /* of the callee, when this is one more */
    size_t party_count;
    struct party *parties;
};

static struct saving *saving_of(struct job *job)
{
    return container_of(job, struct saving, job);
}

static int save_parties(struct db *db, struct saving *s)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < s->party_count; i++) {
        struct party *p = &s->parties[i];
        rc = call_party_put(db, &s->row.id, &p->user, true, p->joined ? "answered" : "missed");
        if (rc == 0 && !p->joined)
            rc = call_missed_count(db, &p->user, &p->missed);
    }
    return rc;
}

static int run_save(struct db *db, struct job *job)
{
    struct saving *s = saving_of(job);
    int rc = call_put(db, &s->row);

    if (rc == 0 && s->ended)
        rc = insert_line(db, &s->row, job->now, job->arena, &s->line);
    if (rc == 0 && missed_by_callee(&s->row))
        rc = call_missed_count(db, &s->row.callee, &s->missed);
    if (rc == 0)
        rc = save_parties(db, s);
    return rc;
}

static void on_saved(struct job *job, int rc)
{
    struct saving *s = saving_of(job);

    if (rc < 0) {
        log_error("calls.save", "call=%s state=%s why=%s", s->row.id.s, s->row.state,
                  strerror(-rc));
    }
    if (rc == 0 && s->ended)
        s->conf.row(&s->line, s->conf.row_arg);
    if (rc == 0 && missed_by_callee(&s->row))
        record_tell_missed(s->conf.bus, &s->row.callee, s->missed);
    for (size_t i = 0; rc == 0 && i < s->party_count; i++) {
        if (!s->parties[i].joined)
            record_tell_missed(s->conf.bus, &s->parties[i].user, s->parties[i].missed);
    }
    job_done(job);
    s->parties = mem_free(s->parties);
    (void)mem_free(s);
}

/* Whom the history of a group's call is for: those who were rung, and those who came. */
static void add_parties(const struct entry *e, struct saving *s)
{
    struct guest *g;
    size_t at = 0;

    s->parties = mem_array(struct party, map_count(e->guests) + 1);
    while ((g = map_next(e->guests, &at))) {
        if ((g->asked || g->joined) && !id_eq(&g->user, &e->call.caller))
            s->parties[s->party_count++] = (struct party){g->user, g->joined, 0};
    }
}

void record_save(const struct entry *e)
{
    const struct calls_conf *conf = &e->calls->conf;
    const struct call *c = &e->call;
    struct saving *s = mem_new(struct saving);

    s->conf = *conf;
    s->row = row_of(c);
    s->ended = c->state == CALL_ENDED;
    if (s->ended && e->guests)
        add_parties(e, s);
    job_init(&s->job, run_save, on_saved);
    store_write(conf->store, &s->job, id_span(&c->channel));
}

struct recovery {
    struct job job;
    struct calls_conf conf;
    struct call_row *rows;
    struct message *lines;
    size_t count;
};

static struct recovery *recovery_of(struct job *job)
{
    return container_of(job, struct recovery, job);
}

/* When it broke off nobody knows: it is taken to have lasted no time. */
static void close_row(struct call_row *row)
{
    row->state = call_state_name(CALL_ENDED);
    row->ended_at = row->answered_at > 0 ? row->answered_at : row->started_at;
    set_outcomes(row, CALL_INTERRUPTED);
}

static int run_recover(struct db *db, struct job *job)
{
    struct recovery *r = recovery_of(job);

    r->rows = arena_array(job->arena, struct call_row, RECOVER_MAX);
    r->lines = arena_array(job->arena, struct message, RECOVER_MAX);
    int rc = calls_left_open(db, RECOVER_MAX, r->rows, &r->count);
    for (size_t i = 0; rc == 0 && i < r->count; i++) {
        close_row(&r->rows[i]);
        rc = call_put(db, &r->rows[i]);
        if (rc == 0)
            rc = insert_line(db, &r->rows[i], job->now, job->arena, &r->lines[i]);
    }
    return rc;
}

static void on_recovered(struct job *job, int rc)
{
    struct recovery *r = recovery_of(job);

    if (rc < 0)
        log_error("calls.recover", "why=%s", strerror(-rc));
    if (rc == 0 && r->count > 0)
        log_info("calls.recover", "interrupted=%zu", r->count);
    for (size_t i = 0; rc == 0 && i < r->count; i++)
        r->conf.row(&r->lines[i], r->conf.row_arg);
    job_done(job);
    (void)mem_free(r);
}

void record_recover(const struct calls_conf *conf)
{
    struct recovery *r = mem_new(struct recovery);

    r->conf = *conf;
    job_init(&r->job, run_recover, on_recovered);
    store_write(conf->store, &r->job, SPAN_NONE);
}
