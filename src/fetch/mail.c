#include "fetch/mail.h"

#include "fetch/inside.h"
#include "fetch/letter.h"

#include <errno.h>
#include <stdlib.h>

enum tls { TLS_FIRST, TLS_STARTTLS, TLS_OFF };

/* What a mail needs of the settings; copied into each, so that none depends on the mailer. */
struct post_office {
    CURLU *url; /* without user and password; the path is what we call ourselves */
    char *host;
    char *user; /* NULL: none */
    char *password;
    enum tls tls;
};

struct mailer {
    struct fetcher *fetcher;
    struct post_office office;
    char *from;
    char *from_name;
};

struct sending {
    struct job job;
    struct transfer transfer;
    struct post_office office;
    char *from;
    struct curl_slist *to;
    struct buf text;
    size_t sent;
    mail_fn *done;
    void *arg;
};

static char *copy(const char *s)
{
    return s ? mem_strdup(s, strlen(s)) : NULL;
}

static void office_copy(const struct post_office *from, struct post_office *to)
{
    *to = (struct post_office){.url = curl_url_dup(from->url),
                               .host = copy(from->host),
                               .user = copy(from->user),
                               .password = copy(from->password),
                               .tls = from->tls};
}

static void office_done(struct post_office *o)
{
    curl_url_cleanup(o->url);
    (void)mem_free(o->host);
    (void)mem_free(o->user);
    if (o->password)
        explicit_bzero(o->password, strlen(o->password));
    (void)mem_free(o->password);
}

/* A part of the URL, decoded; NULL without it. */
static char *part(CURLU *url, CURLUPart what, unsigned flags)
{
    char *text = NULL;

    if (curl_url_get(url, what, &text, flags) != CURLUE_OK)
        return NULL;
    char *own = copy(text);
    explicit_bzero(text, strlen(text));
    curl_free(text);
    return own;
}

static int refuse(struct buf *why, const char *sentence)
{
    buf_add_str(why, sentence);
    return -EBADMSG;
}

static int read_tls(struct post_office *o, struct buf *why)
{
    char *scheme = part(o->url, CURLUPART_SCHEME, 0);
    char *query = part(o->url, CURLUPART_QUERY, 0);
    int rc = 0;

    if (strcmp(scheme, "smtps") == 0) {
        o->tls = TLS_FIRST;
    } else if (strcmp(scheme, "smtp") == 0) {
        o->tls = query ? TLS_OFF : TLS_STARTTLS;
    } else {
        rc = refuse(why, "SMTP_URL must begin with smtp:// or smtps://.");
    }
    if (rc == 0 && query && (strcmp(query, "tls=off") != 0 || o->tls == TLS_FIRST))
        rc = refuse(why, "SMTP_URL may end in nothing but ?tls=off, and that with smtp:// only.");
    (void)mem_free(scheme);
    (void)mem_free(query);
    return rc;
}

/* What libcurl shall take by other ways, or has its own meaning for, is taken off the URL. */
static void strip(CURLU *url, struct span from)
{
    struct buf path = {0};
    const size_t at = span_find(from, '@');

    buf_printf(&path, "/%.*s", SPAN_ARG(span_sub(from, at + 1, from.len)));
    (void)curl_url_set(url, CURLUPART_USER, NULL, 0);
    (void)curl_url_set(url, CURLUPART_PASSWORD, NULL, 0);
    (void)curl_url_set(url, CURLUPART_OPTIONS, NULL, 0);
    (void)curl_url_set(url, CURLUPART_QUERY, NULL, 0);
    (void)curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
    (void)curl_url_set(url, CURLUPART_PATH, buf_cstr(&path), 0);
    buf_done(&path);
}

static int read_url(struct post_office *o, const char *url, struct span from, struct buf *why)
{
    int rc;

    o->url = curl_url();
    if (curl_url_set(o->url, CURLUPART_URL, url, 0) != CURLUE_OK) {
        return refuse(why, "SMTP_URL must be a URL as smtp://user:password@mail.example.org:587 "
                           "(write what is special in a URL as %XX).");
    }
    rc = read_tls(o, why);
    if (rc)
        return rc;
    o->host = part(o->url, CURLUPART_HOST, 0);
    o->user = part(o->url, CURLUPART_USER, CURLU_URLDECODE);
    o->password = part(o->url, CURLUPART_PASSWORD, CURLU_URLDECODE);
    if (!o->host || !o->host[0])
        return refuse(why, "SMTP_URL has no host.");
    if (!o->user != !o->password || (o->user && !o->user[0]))
        return refuse(why, "SMTP_URL must have both a user and a password, or neither.");
    if (o->user && o->tls == TLS_OFF) {
        return refuse(why, "SMTP_URL has a password, which ?tls=off would show to everybody on the "
                           "way: leave out one of both.");
    }
    char *port = part(o->url, CURLUPART_PORT, 0);
    if (!port)
        (void)curl_url_set(o->url, CURLUPART_PORT, o->tls == TLS_FIRST ? "465" : "587", 0);
    (void)mem_free(port);
    strip(o->url, from);
    return 0;
}

int mailer_new(struct fetcher *f, const char *url, const char *from, struct mailer **ret,
               struct buf *why)
{
    struct mailer *m = mem_new(struct mailer);
    struct span name;
    struct span address;
    int rc = letter_mailbox(span_str(from), &name, &address);

    m->fetcher = f;
    if (rc) {
        buf_add_str(why, "MAIL_FROM must be an address, as convene@example.org or "
                         "Convene <convene@example.org>.");
    } else {
        m->from = mem_strdup(address.p, address.len);
        m->from_name = mem_strdup(name.p ? name.p : "", name.len);
        rc = read_url(&m->office, url, address, why);
    }
    if (rc) {
        (void)mailer_free(m);
        return rc;
    }
    *ret = m;
    return 0;
}

struct mailer *mailer_free(struct mailer *m)
{
    if (!m)
        return NULL;
    office_done(&m->office);
    (void)mem_free(m->from);
    (void)mem_free(m->from_name);
    return mem_free(m);
}

static size_t on_read(char *p, size_t size, size_t n, void *arg)
{
    struct sending *s = arg;
    const size_t room = size * n;
    const size_t left = s->text.len - s->sent;
    const size_t len = left < room ? left : room;

    memcpy(p, s->text.p + s->sent, len);
    s->sent += len;
    return len;
}

static void set_up(struct sending *s)
{
    CURL *e = s->transfer.easy;
    const struct post_office *o = &s->office;

    (void)curl_easy_setopt(e, CURLOPT_CURLU, o->url);
    (void)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(e, CURLOPT_USE_SSL,
                           (long)(o->tls == TLS_OFF ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (o->user) {
        (void)curl_easy_setopt(e, CURLOPT_USERNAME, o->user);
        (void)curl_easy_setopt(e, CURLOPT_PASSWORD, o->password);
    }
    (void)curl_easy_setopt(e, CURLOPT_MAIL_FROM, s->from);
    (void)curl_easy_setopt(e, CURLOPT_MAIL_RCPT, s->to);
    (void)curl_easy_setopt(e, CURLOPT_READFUNCTION, on_read);
    (void)curl_easy_setopt(e, CURLOPT_READDATA, s);
    (void)curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
}

/* What only a mail server says, in the words of its settings. */
static void explain(struct sending *s)
{
    struct job *j = &s->job;

    if (s->transfer.code == CURLE_LOGIN_DENIED) {
        buf_clear(&j->why);
        buf_printf(&j->why, "%s does not accept the user and password of SMTP_URL.",
                   s->office.host);
        j->error = -EACCES;
    } else if (s->transfer.code == CURLE_USE_SSL_FAILED) {
        buf_clear(&j->why);
        buf_printf(&j->why, "%s offers no STARTTLS; a relay without it needs ?tls=off in SMTP_URL.",
                   s->office.host);
        j->error = -EKEYREJECTED;
    }
}

static void run(struct job *j)
{
    struct sending *s = container_of(j, struct sending, job);

    transfer_begin(&s->transfer, j, MAIL_SECONDS);
    transfer_name(&s->transfer, s->office.host);
    set_up(s);
    transfer_run(&s->transfer);
    explain(s);
    transfer_end(&s->transfer);
}

static void answer(struct job *j)
{
    struct sending *s = container_of(j, struct sending, job);

    s->done(j->error, buf_cstr(&j->why), s->arg);
    office_done(&s->office);
    curl_slist_free_all(s->to);
    (void)mem_free(s->from);
    if (s->text.p) /* a link to sign in with, perhaps */
        explicit_bzero(s->text.p, s->text.cap);
    buf_done(&s->text);
    buf_done(&j->why);
    (void)mem_free(s);
}

void mail_send(struct mailer *m, const struct mail *mail, mail_fn *done, void *arg)
{
    struct sending *s = mem_new(struct sending);
    const struct letter letter = {.from = span_str(m->from),
                                  .from_name = span_str(m->from_name),
                                  .to = mail->to,
                                  .subject = mail->subject,
                                  .text = mail->text,
                                  .now = fetcher_wall(m->fetcher)};

    s->job.run = run;
    s->job.answer = answer;
    s->done = done;
    s->arg = arg;
    if (letter_write(&s->text, &letter)) {
        job_fail(&s->job, -EBADMSG,
                 "No mail can be sent to that address, or its text is no UTF-8.");
    } else {
        struct buf to = {0};
        buf_add_span(&to, mail->to);
        s->to = curl_slist_append(NULL, buf_cstr(&to));
        buf_done(&to);
        s->from = copy(m->from);
        office_copy(&m->office, &s->office);
    }
    job_start(m->fetcher, &s->job);
}
