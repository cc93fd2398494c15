/*
 * Coming in by a guest link: a person, a member of its channel, a session.
 */
#include "auth/entry.h"
#include "auth/guest.h"
#include "auth/names.h"
#include "store/channel.h"

#include <errno.h>

enum { GROUP_MAX = 50 };

enum { LINK, CHANNEL, EXPIRES_AT, KIND, NAME, MEMBERS, INVITER };

struct looking {
    struct errand errand;
    struct span hash;
};

static int run_lookup(struct db *db, struct errand *e)
{
    struct json_out o = json_out(&e->json);
    int rc = db_one(
        db, SQL_GUEST_LINK_BY_TOKEN,
        VALS(val_text(container_of(e, struct looking, errand)->hash), val_int(e->job.now.ms)));

    if (rc < 0)
        return rc;
    const struct span name = db_text(db, NAME, e->job.arena);
    const struct span inviter = db_text(db, INVITER, e->job.arena);
    db_rows_end(db);
    rc = db_one(db, SQL_SETTING_GET, VALS(val_text(span_str("site.name"))));
    if (rc < 0 && rc != -ENOENT)
        return rc;
    json_obj_begin(&o, NULL);
    json_put_str(&o, "site", rc > 0 ? db_span(db, 0) : span_str("Convene"));
    json_put_str(&o, "channel", name.p ? name : span_str(""));
    json_put_str(&o, "inviter", inviter.p ? inviter : span_str(""));
    json_obj_end(&o);
    db_rows_end(db);
    return 0;
}

void guest_lookup(const struct office *o, struct span token, errand_fn *fn, void *arg)
{
    struct looking *l = errand_new(sizeof(*l), o, NULL, NULL, run_lookup, fn, arg);

    if (entry_link(token, l->errand.input, &l->hash) < 0)
        l->hash = span_str("");
    errand_read(&l->errand);
}

struct joining {
    struct errand errand;
    const struct accounts_conf *conf;
    struct span hash;
    struct span name;
    struct span user_agent;
    struct addr from;
    struct person me; /* its text lives in `input` */
    struct id channel;
    int64_t until;
    arrival_fn *fn;
    void *arg;
};

static struct joining *joining_of(struct errand *e)
{
    return container_of(e, struct joining, errand);
}

/* -EDQUOT: the group is full. */
static int find_link(struct db *db, struct joining *j, struct id *ret_link)
{
    const int rc =
        db_one(db, SQL_GUEST_LINK_BY_TOKEN, VALS(val_text(j->hash), val_int(j->errand.job.now.ms)));

    if (rc < 0)
        return rc;
    *ret_link = db_id(db, LINK);
    j->channel = db_id(db, CHANNEL);
    j->until = db_int(db, EXPIRES_AT);
    const bool full = span_is(db_span(db, KIND), "group") && db_int(db, MEMBERS) >= GROUP_MAX;
    db_rows_end(db);
    return full ? -EDQUOT : 0;
}

static int insert_guest(struct db *db, struct joining *j, const struct id *link)
{
    int rc = person_insert(db, &j->me, j->errand.job.now);

    if (rc >= 0)
        rc = db_exec(db, SQL_GUEST_SET, VALS(val_id(&j->me.id), val_id(link), val_int(j->until)));
    if (rc >= 0)
        rc = member_insert(db, &j->channel, &j->me.id, j->errand.job.now);
    if (rc >= 0)
        rc = j->conf->joined(db, &j->channel, &j->me, j->errand.job.now);
    return rc < 0 ? rc : 0;
}

static int run_join(struct db *db, struct errand *e)
{
    struct joining *j = joining_of(e);
    struct id link;
    int rc = find_link(db, j, &link);

    if (rc == 0)
        rc = db_exec(db, SQL_GUEST_LINK_USE, VALS(val_id(&link)));
    if (rc == 0)
        return -ENOENT; /* somebody else was the last */
    if (rc > 0)
        rc = insert_guest(db, j, &link);
    if (rc < 0)
        return rc;
    e->actor = (struct actor){.user = j->me.id};
    struct span detail;
    rc = guest_note_place(db, &j->channel, e->job.arena, &detail);
    if (rc < 0)
        return rc;
    const struct audit_entry entry = {.action = span_str("guest.join"),
                                      .target = id_span(&link),
                                      .target_name = j->me.name,
                                      .detail = detail};
    return errand_audit(db, e, &entry);
}

/* What is left once the errand is over. */
struct arriving {
    struct person me;
    struct arena *text;
    arrival_fn *fn;
    void *arg;
};

static void on_session(int rc, struct span token, const struct actor *actor, void *arg)
{
    struct arriving *a = arg;
    const struct arrival e = {.rc = rc, .token = token, .actor = *actor, .me = &a->me};

    a->fn(&e, a->arg);
    a->text = arena_free(a->text);
    (void)mem_free(a);
}

static void open_session(const struct joining *j)
{
    struct arriving *a = mem_new(struct arriving);
    const struct session_new n = {.user = j->me.id,
                                  .from = j->from,
                                  .user_agent = j->user_agent,
                                  .method = span_str("guest"),
                                  .until = j->until};

    a->me = j->me;
    a->text = arena_new();
    a->me.name = arena_span(a->text, j->me.name);
    a->me.email = arena_span(a->text, j->me.email);
    a->fn = j->fn;
    a->arg = j->arg;
    session_create(j->errand.office->sessions, &n, on_session, a);
}

/* Whoever is there has a member more. */
static void tell_members(const struct joining *j)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_put_id(&o, "channel", &j->channel);
    json_put_cstr(&o, "what", "changed");
    bus_publish(j->conf->bus, &(struct bus_event){.kind = BUS_EVENT,
                                                  .audience = BUS_TO_CHANNEL,
                                                  .channel = j->channel,
                                                  .type = "channel",
                                                  .members = buf_span(&json)});
    buf_done(&json);
}

static void on_joined(const struct errand_answer *answer, void *arg)
{
    const struct joining *j = arg;

    if (answer->rc < 0) {
        j->fn(&(struct arrival){.rc = answer->rc}, j->arg);
        return;
    }
    bus_publish(
        j->conf->bus,
        &(struct bus_event){.kind = BUS_MEMBER_ADDED, .user = j->me.id, .channel = j->channel});
    j->conf->published(&j->channel, j->conf->arg);
    tell_members(j);
    open_session(j);
}

static void name_guest(struct joining *j, struct span name)
{
    struct buf email = {0};

    j->me.id = id_new(loop_wall(j->errand.office->loop));
    j->me.name = errand_text(&j->errand, name);
    buf_printf(&email, "guest:%s", j->me.id.s);
    j->me.email = errand_text(&j->errand, buf_span(&email));
    j->me.role = span_str(role_name(ROLE_GUEST));
    j->me.active = true;
    j->me.change = 1;
    buf_done(&email);
}

void guest_join(const struct office *o, const struct accounts *accounts, struct span token,
                struct span name, const struct origin_of *from, arrival_fn *fn, void *arg)
{
    struct span said;

    if (names_name(name, &said) < 0) {
        fn(&(struct arrival){.rc = -EBADMSG, .field = "name", .why = names_name_rule}, arg);
        return;
    }
    struct joining *j = errand_new(sizeof(*j), o, NULL, &from->addr, run_join, on_joined, NULL);
    j->errand.arg = j;
    j->conf = accounts_conf(accounts);
    if (entry_link(token, j->errand.input, &j->hash) < 0)
        j->hash = span_str("");
    name_guest(j, said);
    j->from = from->addr;
    j->user_agent = errand_text(&j->errand, from->user_agent);
    j->fn = fn;
    j->arg = arg;
    errand_write(&j->errand);
}
