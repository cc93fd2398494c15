#include "app/parts.h"

#include "app/version.h"
#include "chat/chat.h"

static int open_fetch(struct parts *p, const struct config *conf, struct buf *why)
{
    p->fetcher = fetcher_new(&(struct fetcher_conf){.loop = p->loop,
                                                    .allowed = conf->peers,
                                                    .allowed_count = conf->peers_count,
                                                    .ca_file = conf->ca_file});
    return conf->smtp_url ? mailer_new(p->fetcher, conf->smtp_url, conf->mail_from, &p->mailer, why)
                          : 0;
}

int parts_open(struct parts *p, const struct config *conf, bool shared, struct buf *why)
{
    const struct store_conf store = {.path = conf->data_dir,
                                     .url = conf->database_url,
                                     .pool = conf->database_pool,
                                     .wait = conf->database_wait * SEC,
                                     .shared = shared};
    int rc;

    *p = (struct parts){.loop = loop_new()};
    rc = open_fetch(p, conf, why); /* first: what is refused here has left nothing behind */
    if (rc == 0)
        rc = store_open(p->loop, &store, &p->store, why);
    if (rc == 0)
        rc = secret_load(conf->session_secret, conf->data_dir, &p->secret, why);
    if (rc)
        return rc;
    p->bus = bus_new(p->loop);
    p->presence = presence_new(p->loop, p->bus, PRESENCE_GRACE);
    p->chat = chat_new(&(struct chat_conf){.loop = p->loop,
                                           .store = p->store,
                                           .bus = p->bus,
                                           .presence = p->presence,
                                           .version = CONVENE_VERSION});
    p->sessions = sessions_new(p->loop, p->store, p->bus);
    p->office = (struct office){.loop = p->loop,
                                .store = p->store,
                                .bus = p->bus,
                                .sessions = p->sessions,
                                .secret = p->secret,
                                .local_off = !conf->local_accounts};
    p->accounts = accounts_new(&(struct accounts_conf){.loop = p->loop,
                                                       .store = p->store,
                                                       .bus = p->bus,
                                                       .sessions = p->sessions,
                                                       .secret = p->secret,
                                                       .joined = chat_write_joined,
                                                       .published = chat_tell_joined,
                                                       .arg = p->chat,
                                                       .local_off = !conf->local_accounts,
                                                       .unlimited = !conf->limits});
    return 0;
}

void parts_close_store(struct parts *p)
{
    if (p->fetcher)
        fetcher_end(p->fetcher);
    p->store = store_close(p->store);
    p->mailer = mailer_free(p->mailer);
    p->fetcher = fetcher_free(p->fetcher);
}

void parts_done(struct parts *p)
{
    parts_close_store(p);
    p->accounts = accounts_free(p->accounts);
    p->sessions = sessions_free(p->sessions);
    p->chat = chat_free(p->chat);
    p->presence = presence_free(p->presence);
    p->bus = bus_free(p->bus);
    p->secret = secret_free(p->secret);
    p->loop = loop_free(p->loop);
}
