/*
 * One transfer of libcurl: what holds for each, the guard of the address, and what went wrong as a
 * sentence.  It runs by the multi interface, so that the end of the fetcher is seen within
 * LOOK_EVERY; a name that is being looked up is left behind then and at the deadline
 * (CURLOPT_QUICK_EXIT), where libcurl would wait for getaddrinfo(), half a minute perhaps.
 */
#include "base/mem.h"
#include "base/peer.h"
#include "fetch/inside.h"
#include "os/worker.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { LOOK_EVERY = 100 /* ms */ };

/* Called for each address of the name, just before the connection; refused ones are passed over. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct transfer *t = arg;
    const struct fetcher_conf *conf = fetcher_conf(t->job->fetcher);
    struct addr addr;

    if (purpose != CURLSOCKTYPE_IPCXN || addr_from_sockaddr(&a->addr, &addr) != 0)
        return CURL_SOCKET_BAD;
    const size_t opened = t->public_only ? 0 : conf->allowed_count;

    if (t->guarded && !peer_allowed(&addr, conf->allowed, opened)) {
        t->denied = true;
        t->address = addr;
        return CURL_SOCKET_BAD;
    }
    t->opened = true;
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

void transfer_begin(struct transfer *t, struct job *j, unsigned seconds)
{
    const struct fetcher_conf *conf = fetcher_conf(j->fetcher);

    *t = (struct transfer){.easy = curl_easy_init(), .job = j, .seconds = seconds};
    if (!t->easy)
        abort(); /* memory */
    CURL *e = t->easy;
    (void)curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
    (void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
    (void)curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, 1000L * (long)seconds);
    (void)curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, 1000L * (long)seconds);
    (void)curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    (void)curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
    (void)curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
    (void)curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
    (void)curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    (void)curl_easy_setopt(e, CURLOPT_PROXY, ""); /* not from the environment either */
    (void)curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
    (void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
    /* In the place of the system's file; the system's folder of authorities stays. */
    if (conf->ca_file)
        (void)curl_easy_setopt(e, CURLOPT_CAINFO, conf->ca_file);
}

void transfer_end(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    t->easy = NULL;
}

void transfer_name(struct transfer *t, const char *host)
{
    (void)snprintf(t->host, sizeof(t->host), "%s", host);
}

/* libcurl's own words, which may quote a certificate. */
static void add_detail(const struct transfer *t, CURLcode code, struct buf *why)
{
    const char *text = t->error[0] ? t->error : curl_easy_strerror(code);

    for (; *text; text++) {
        const bool plain = *text >= ' ' && *text <= '~';
        buf_add(why, plain ? text : "?", 1);
    }
    if (why->len > 0 && why->p[why->len - 1] != '.')
        buf_add_char(why, '.');
}

static int say_denied(const struct transfer *t, struct buf *why)
{
    buf_printf(why, "%s is at ", t->host);
    addr_write_ip(why, &t->address);
    buf_add_str(why, ", an address that is asked only where ALLOWED_PEERS lists it.");
    return -EPERM;
}

static int say_unreached(const struct transfer *t, struct buf *why)
{
    long reason = 0;

    if (t->denied && !t->opened)
        return say_denied(t, why);
    (void)curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &reason);
    buf_printf(why, "%s does not take a connection: %s.", t->host,
               reason ? strerror((int)reason) : "no reason is known");
    return -ECONNREFUSED;
}

static bool is_tls(CURLcode code)
{
    switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_INVALIDCERTSTATUS: return true;
    default: return false;
    }
}

/* -errno and the sentence of what ended with code. */
static int say_problem(const struct transfer *t, CURLcode code, struct buf *why)
{
    if (t->too_large || code == CURLE_FILESIZE_EXCEEDED) {
        buf_printf(why, "The answer of %s is larger than %zu bytes.", t->host, t->max_bytes);
        return -EFBIG;
    }
    if (code == CURLE_COULDNT_RESOLVE_HOST) {
        buf_printf(why,
                   "%s cannot be found: the name server knows no such name, or is out of reach.",
                   t->host);
        return -ENXIO;
    }
    if (code == CURLE_COULDNT_CONNECT)
        return say_unreached(t, why);
    if (code == CURLE_OPERATION_TIMEDOUT) {
        buf_printf(why, "%s has not answered within %u seconds.", t->host, t->seconds);
        return -ETIMEDOUT;
    }
    buf_printf(
        why,
        is_tls(code) ? "No secure connection with %s: " : "The exchange with %s failed: ", t->host);
    add_detail(t, code, why);
    return is_tls(code) ? -EKEYREJECTED : -EIO;
}

/* How the transfer has ended; called when none is running any more. */
static CURLcode outcome(CURLM *multi)
{
    int left = 0;
    const CURLMsg *m = curl_multi_info_read(multi, &left);

    return m && m->msg == CURLMSG_DONE ? m->data.result : CURLE_FAILED_INIT;
}

void transfer_run(struct transfer *t)
{
    struct job *j = t->job;
    CURLM *multi = curl_multi_init();
    CURLMcode rc = CURLM_OK;
    int running = 1;

    if (!multi || curl_multi_add_handle(multi, t->easy) != CURLM_OK)
        abort(); /* memory */
    while (running && rc == CURLM_OK && !worker_ending(j->worker) &&
           !fetcher_stopping(j->fetcher)) {
        rc = curl_multi_perform(multi, &running);
        if (running && rc == CURLM_OK)
            rc = curl_multi_poll(multi, NULL, 0, LOOK_EVERY, NULL);
    }
    if (running && rc == CURLM_OK) {
        job_fail(j, -ECANCELED, "This server is about to stop.");
    } else {
        t->code = rc == CURLM_OK ? outcome(multi) : CURLE_FAILED_INIT;
        if (t->code != CURLE_OK)
            j->error = say_problem(t, t->code, &j->why);
    }
    (void)curl_multi_remove_handle(multi, t->easy);
    (void)curl_multi_cleanup(multi);
}
