/*
 * Coming back from a provider, step by step: is it the browser that went; what has the provider said at
 * the front; the flow is used up; the code becomes claims; the claims a person; the person has a session.
 */
#include "base/log.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <errno.h>

#include "oidc/inside.h"
#include "oidc/picture.h"
#include "oidc/redeem.h"

struct coming {
    struct job job; /* that takes the flow */
    struct oidc *oidc;
    struct provider *provider;
    struct arena *arena; /* what was brought back */
    struct flow flow;
    struct span code;
    struct span iss;
    struct span user_agent;
    struct span picture;
    struct actor actor;
    struct addr from;
    oidc_backed_fn *fn;
    void *arg;
};

static void finish(struct coming *c, const struct oidc_backed *e)
{
    c->fn(e, c->arg);
    job_done(&c->job);
    c->arena = arena_free(c->arena);
    (void)mem_free(c);
}

/* why: for the operator. */
static void fail(struct coming *c, enum problem p, const char *why)
{
    log_info("oidc.refused", "provider=%s problem=%s why=\"%s\"", provider_conf(c->provider)->id,
             problem_name(p), why);
    finish(c, &(struct oidc_backed){.problem = p});
}

static enum problem problem_of(int rc)
{
    switch (rc) {
    case -EHOSTDOWN: return PROBLEM_PROVIDER_DOWN;
    case -ESTALE: return PROBLEM_FLOW_LOST;
    case -ECANCELED: return PROBLEM_UNAVAILABLE;
    default: return PROBLEM_PROVIDER_WRONG;
    }
}

static void note_arrival(const struct coming *c, const struct actor *actor)
{
    const struct office *office = c->oidc->conf.office;
    struct buf ip = {0};
    struct buf detail = {0};
    struct json_out o = json_out(&detail);

    addr_write_ip(&ip, &c->from);
    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "method", provider_conf(c->provider)->id);
    json_obj_end(&o);
    audit_note(office->store, office->secret,
               &(struct audit_entry){.actor = actor->user,
                                     .action = span_str("session.create"),
                                     .target = id_span(&actor->session),
                                     .ip = buf_span(&ip),
                                     .detail = buf_span(&detail)});
    buf_done(&ip);
    buf_done(&detail);
}

static void on_session(int rc, struct span token, const struct actor *actor, void *arg)
{
    struct coming *c = arg;

    if (rc < 0) {
        fail(c, rc == -EACCES ? PROBLEM_DEACTIVATED : PROBLEM_UNAVAILABLE,
             "no session could be made");
        return;
    }
    note_arrival(c, actor);
    finish(c, &(struct oidc_backed){.return_to = c->flow.return_to, .token = token});
}

static void take_picture(const struct coming *c, const struct arrived *e)
{
    if (e->me->picture.p || !provider_may_name(c->provider, c->picture))
        return;
    if (e->is_new || !id_none(&c->flow.connect)) {
        picture_take_over(c->oidc->conf.office, c->oidc->conf.fetcher, &e->me->id, c->picture,
                          provider_is_at(c->provider, c->picture), provider_is_http(c->provider));
    }
}

static void on_arrived(const struct arrived *e, void *arg)
{
    struct coming *c = arg;

    if (e->problem) {
        fail(c, e->problem, "the account may not come in");
        return;
    }
    take_picture(c, e);
    if (!id_none(&c->flow.connect)) {
        finish(c, &(struct oidc_backed){.return_to = c->flow.return_to});
        return;
    }
    const struct session_new n = {.user = e->me->id,
                                  .from = c->from,
                                  .user_agent = c->user_agent,
                                  .method = span_str(provider_conf(c->provider)->id)};
    session_create(c->oidc->conf.office->sessions, &n, on_session, c);
}

static void on_redeemed(const struct redeemed *e, void *arg)
{
    struct coming *c = arg;
    const struct oidc_conf *conf = &c->oidc->conf;

    if (e->rc) {
        if (e->rc == -ENOKEY) {
            log_warn("oidc.secret", "provider=%s why=\"%s\"", provider_conf(c->provider)->id,
                     e->why);
        }
        fail(c, problem_of(e->rc), e->why);
        return;
    }
    c->picture = arena_span(c->arena, e->who.picture);
    arrive(conf->office, accounts_conf(conf->accounts),
           &(struct arrive_ask){.provider = provider_conf(c->provider),
                                .who = &e->who,
                                .flow = &c->flow,
                                .actor = &c->actor,
                                .from = &c->from},
           on_arrived, c);
}

/* A flow is taken once, whoever has its cookie. */

static int run_take(struct db *db, struct job *job)
{
    const struct coming *c = container_of(job, struct coming, job);
    uint8_t hash[SHA256_SIZE];
    struct buf text = {0};

    buf_add_str(&text, "flow ");
    buf_add_span(&text, c->flow.state);
    hash_sha256(buf_span(&text), hash);
    buf_clear(&text);
    text_hex(&text, span_of(hash, sizeof(hash)));
    const int rc = db_exec(db, SQL_ONCE_INSERT,
                           VALS(val_text(buf_span(&text)),
                                val_int(c->flow.issued_at + (int64_t)2 * FLOW_SECONDS * 1000)));
    buf_done(&text);
    return rc < 0 ? rc : 0;
}

static void on_taken(struct job *job, int rc)
{
    struct coming *c = container_of(job, struct coming, job);

    if (rc < 0) {
        fail(c, rc == -EEXIST ? PROBLEM_FLOW_LOST : PROBLEM_UNAVAILABLE,
             rc == -EEXIST ? "the flow was used before" : "the flow could not be taken");
        return;
    }
    redeem(c->provider, c->oidc->conf.fetcher, c->oidc->conf.office->loop, &c->flow, c->code,
           on_redeemed, c);
}

/* RFC 9207: a provider that names itself in its answers must do so in each. */
static bool is_from_it(const struct coming *c)
{
    if (!c->iss.p)
        return !provider_endpoints(c->provider)->tells_issuer;
    return span_is(c->iss, provider_conf(c->provider)->issuer);
}

static void on_known(int rc, const char *why, void *arg)
{
    struct coming *c = arg;

    if (rc) {
        fail(c, problem_of(rc), why);
    } else if (!is_from_it(c)) {
        fail(c, PROBLEM_PROVIDER_WRONG, "the answer is of another issuer");
    } else {
        job_init(&c->job, run_take, on_taken);
        store_write(c->oidc->conf.office->store, &c->job, SPAN_NONE);
    }
}

static enum problem problem_said(struct span error)
{
    if (span_is(error, "access_denied"))
        return PROBLEM_DENIED;
    if (span_is(error, "server_error") || span_is(error, "temporarily_unavailable"))
        return PROBLEM_PROVIDER_DOWN;
    return PROBLEM_PROVIDER_WRONG;
}

static void look(struct coming *c, const struct oidc_back *back)
{
    const struct office *office = c->oidc->conf.office;
    const int rc = flow_open(office->secret, span_str(provider_conf(c->provider)->id), back->cookie,
                             back->state, loop_wall(office->loop), c->arena, &c->flow);

    if (rc) {
        fail(c, PROBLEM_FLOW_LOST,
             rc == -ETIMEDOUT ? "the flow is too old" : "it is no flow of this browser");
    } else if (!id_none(&c->flow.connect) && !id_eq(&c->flow.connect, &c->actor.session)) {
        fail(c, PROBLEM_FLOW_LOST, "another session has begun to connect");
    } else if (back->error.p) {
        fail(c, problem_said(back->error), "the provider says so");
    } else if (back->code.len == 0) {
        fail(c, PROBLEM_PROVIDER_WRONG, "the answer bears no code");
    } else {
        provider_know(c->provider, on_known, c);
    }
}

void oidc_return(struct oidc *o, const struct oidc_back *back, oidc_backed_fn *fn, void *arg)
{
    struct provider *p = oidc_provider(o, back->provider);

    if (!p) {
        fn(&(struct oidc_backed){.problem = PROBLEM_FLOW_LOST}, arg);
        return;
    }
    struct coming *c = mem_new(struct coming);
    job_init(&c->job, run_take, on_taken);
    c->oidc = o;
    c->provider = p;
    c->arena = arena_new();
    c->code = arena_span(c->arena, back->code);
    c->iss = arena_span(c->arena, back->iss);
    c->user_agent = arena_span(c->arena, back->user_agent);
    c->actor = back->actor;
    c->from = back->from;
    c->fn = fn;
    c->arg = arg;
    look(c, back);
}
