/*
 * One HTTP request: copied and checked on the loop, done by a transfer, its answer read on the
 * thread and told on the loop.
 */
#include "fetch/fetch.h"

#include "fetch/inside.h"
#include "os/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>

enum { TYPE_MAX = 128 };

struct exchange {
    struct job job;
    struct transfer transfer;
    CURLU *url;
    struct curl_slist *headers;
    struct buf form;
    enum fetch_method method;
    char *user;
    char *password;
    size_t max_bytes;
    unsigned seconds;
    bool public_only;
    fetch_fn *done;
    void *arg;
    size_t head_bytes;
    struct buf body;
    long status;
    char type[TYPE_MAX];
    int64_t max_age;
    int64_t date;
};

void fetch_form_encode(struct buf *out, struct span s)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.len; i++) {
        const uint8_t c = (uint8_t)s.p[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '.' || c == '_') {
            buf_add_char(out, (char)c);
        } else if (c == ' ') {
            buf_add_char(out, '+');
        } else {
            buf_add_char(out, '%');
            buf_add_char(out, hex[c >> 4]);
            buf_add_char(out, hex[c & 15]);
        }
    }
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct exchange *x = arg;
    const size_t len = size * n;

    if (len > x->max_bytes - x->body.len) {
        x->transfer.too_large = true;
        return 0;
    }
    buf_add(&x->body, p, len);
    return len;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libcurl's */
static size_t on_head(char *p, size_t size, size_t n, void *arg)
{
    struct exchange *x = arg;
    const size_t len = size * n;

    (void)p;
    x->head_bytes += len;
    if (x->head_bytes > FETCH_HEAD_MAX) {
        x->transfer.too_large = true;
        return 0;
    }
    return len;
}

static void read_type(struct exchange *x)
{
    const char *type = NULL;

    (void)curl_easy_getinfo(x->transfer.easy, CURLINFO_CONTENT_TYPE, &type);
    const struct span all = span_str(type);
    const struct span media = span_trim(span_sub(all, 0, span_find(all, ';')));
    if (media.len >= sizeof(x->type))
        return;
    for (size_t i = 0; i < media.len; i++) {
        x->type[i] = media.p[i];
        if (x->type[i] >= 'A' && x->type[i] <= 'Z')
            x->type[i] |= 'a' ^ 'A';
    }
}

/* The shortest that is said (RFC 9111, 4.2.1 leaves that to us). */
static void read_cache_control(struct exchange *x, struct span field)
{
    struct span one;

    while (span_split(&field, ',', &one)) {
        const struct span word = span_trim(one);
        const size_t eq = span_find(word, '=');
        const struct span name = span_trim(span_sub(word, 0, eq));
        uint64_t age = 0;

        if (span_eq_nocase(name, span_str("max-age"))) {
            if (span_u64(span_trim(span_sub(word, eq + 1, word.len)), INT_MAX, &age) == -ERANGE)
                age = INT_MAX;
        } else if (!span_eq_nocase(name, span_str("no-store")) &&
                   !span_eq_nocase(name, span_str("no-cache"))) {
            continue;
        }
        if (x->max_age < 0 || (int64_t)age < x->max_age)
            x->max_age = (int64_t)age;
    }
}

static void read_head(struct exchange *x)
{
    CURL *e = x->transfer.easy;
    struct curl_header *h = NULL;

    (void)curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &x->status);
    read_type(x);
    for (size_t i = 0; curl_easy_header(e, "Cache-Control", i, CURLH_HEADER, -1, &h) == CURLHE_OK;
         i++)
        read_cache_control(x, span_str(h->value));
    if (curl_easy_header(e, "Date", 0, CURLH_HEADER, -1, &h) == CURLHE_OK) {
        const time_t date = curl_getdate(h->value, NULL);
        x->date = date > 0 ? (int64_t)date : 0;
    }
}

static void set_up(struct exchange *x)
{
    CURL *e = x->transfer.easy;

    (void)curl_easy_setopt(e, CURLOPT_CURLU, x->url);
    (void)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https"); /* which of them: check_url() */
    (void)curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 0L);
    (void)curl_easy_setopt(e, CURLOPT_USERAGENT, "Convene");
    (void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, x->headers);
    (void)curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)x->max_bytes);
    (void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(e, CURLOPT_WRITEDATA, x);
    (void)curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head);
    (void)curl_easy_setopt(e, CURLOPT_HEADERDATA, x);
    if (x->user) {
        (void)curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        (void)curl_easy_setopt(e, CURLOPT_USERNAME, x->user);
        (void)curl_easy_setopt(e, CURLOPT_PASSWORD, x->password);
    }
    if (x->method == FETCH_POST) {
        (void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->form.len);
        (void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, buf_cstr(&x->form));
    }
}

static void run(struct job *j)
{
    struct exchange *x = container_of(j, struct exchange, job);
    char *host = NULL;

    transfer_begin(&x->transfer, j, x->seconds);
    x->transfer.guarded = true;
    x->transfer.public_only = x->public_only;
    x->transfer.max_bytes = x->max_bytes;
    if (curl_url_get(x->url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        transfer_name(&x->transfer, host);
    curl_free(host);
    set_up(x);
    transfer_run(&x->transfer);
    if (j->error == 0)
        read_head(x);
    transfer_end(&x->transfer);
}

static void free_text(char *s)
{
    if (s)
        explicit_bzero(s, strlen(s));
    (void)mem_free(s);
}

static void free_secret(struct buf *b)
{
    if (b->p)
        explicit_bzero(b->p, b->cap);
    buf_done(b);
}

static void free_exchange(struct exchange *x)
{
    curl_url_cleanup(x->url);
    curl_slist_free_all(x->headers);
    free_secret(&x->form);
    free_secret(&x->body);
    free_text(x->user);
    free_text(x->password);
    buf_done(&x->job.why);
    (void)mem_free(x);
}

static void answer(struct job *j)
{
    struct exchange *x = container_of(j, struct exchange, job);
    struct fetch_answer a = {
        .error = j->error, .why = buf_cstr(&j->why), .type = "", .max_age = -1};

    if (j->error == 0) {
        a.status = (int)x->status;
        a.type = x->type;
        a.max_age = x->max_age;
        a.date = x->date;
        (void)buf_cstr(&x->body);
        a.body = buf_span(&x->body);
    }
    x->done(&a, x->arg);
    free_exchange(x);
}

/* A name or a value that ends where it seems to. */
static bool is_clean(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        const uint8_t c = (uint8_t)s.p[i];
        if (c < ' ' || c == 0x7f)
            return false;
    }
    return s.len > 0;
}

static int copy_headers(struct exchange *x, const struct fetch_request *r)
{
    struct buf line = {0};
    int rc = 0;

    for (size_t i = 0; i < r->headers_count && rc == 0; i++) {
        const struct fetch_pair *h = &r->headers[i];

        assert(is_clean(span_str(h->name)));
        if (!is_clean(h->value)) {
            rc = -EBADMSG;
            break;
        }
        buf_clear(&line);
        buf_printf(&line, "%s: %.*s", h->name, SPAN_ARG(h->value));
        x->headers = curl_slist_append(x->headers, buf_cstr(&line));
    }
    free_secret(&line);
    return rc;
}

static void copy_form(struct exchange *x, const struct fetch_request *r)
{
    for (size_t i = 0; i < r->form_count; i++) {
        if (i > 0)
            buf_add_char(&x->form, '&');
        fetch_form_encode(&x->form, span_str(r->form[i].name));
        buf_add_char(&x->form, '=');
        fetch_form_encode(&x->form, r->form[i].value);
    }
}

/* What is checked here is what is asked: libcurl gets the parsed URL, not the text. */
static const char *check_url(struct exchange *x, const struct fetch_request *r)
{
    char *scheme = NULL;
    const char *why = NULL;

    x->url = curl_url();
    if (strlen(r->url) > FETCH_URL_MAX ||
        curl_url_set(x->url, CURLUPART_URL, r->url, CURLU_DISALLOW_USER) != CURLUE_OK ||
        curl_url_get(x->url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK) {
        why = "The address to ask is no URL.";
    } else if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0) {
        why = "The address to ask begins with neither https:// nor http://.";
    } else if (strcmp(scheme, "http") == 0 && !r->http_allowed) {
        why = "The address to ask must begin with https://.";
    }
    curl_free(scheme);
    return why;
}

static char *copy_text(const char *s)
{
    return s ? mem_strdup(s, strlen(s)) : NULL;
}

static uint64_t host_of(const struct exchange *x)
{
    char *host = NULL;
    uint64_t hash = 0;

    if (curl_url_get(x->url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        hash = span_hash(span_str(host));
    curl_free(host);
    return hash;
}

void fetch_start(struct fetcher *f, const struct fetch_request *r, fetch_fn *done, void *arg)
{
    struct exchange *x = mem_new(struct exchange);

    assert(r->max_bytes > 0 && r->seconds > 0 && (r->form_count == 0 || r->method == FETCH_POST));
    x->job.run = run;
    x->job.answer = answer;
    x->done = done;
    x->arg = arg;
    x->method = r->method;
    x->max_bytes = r->max_bytes;
    x->seconds = r->seconds;
    x->public_only = r->public_only;
    x->max_age = -1;
    x->user = copy_text(r->user);
    x->password = r->user ? copy_text(r->password ? r->password : "") : NULL;
    copy_form(x, r);
    const char *why = check_url(x, r);
    if (!why && copy_headers(x, r))
        why = "A header of the request is empty or has control bytes.";
    if (why)
        job_fail(&x->job, -EBADMSG, why);
    x->job.host = why ? 0 : host_of(x);
    x->job.until = loop_now(fetcher_conf(f)->loop) + r->seconds * SEC;
    job_start(f, &x->job);
}
