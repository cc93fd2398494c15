#include "base/mem.h"
#include "fetch/fetch.h"
#include "support/test.h"
#include "support/web.h"

#include <stdio.h>

#include "ice/metered.h"

enum { HOUR_MS = 3600 * 1000 };

#define OK(body)   "HTTP/1.1 200 OK\r\n\r\n" body
#define NO(status) "HTTP/1.1 " status " No\r\nContent-Length: 0\r\n\r\n"

/* What is said to the first question, the second and so on; the last to all that follow. */
static const char *const *script;
static size_t said;

static const char *say(const char *request, size_t *ret_len)
{
    const char *text = script[said];

    (void)request;
    if (script[said + 1])
        said++;
    *ret_len = strlen(text);
    return text;
}

struct bench {
    struct loop *loop;
    struct web *web;
    struct fetcher *fetcher;
    struct metered *metered;
    struct timer look;
    size_t enough; /* questions, after which the loop ends */
    char url[64];
};

static void on_look(void *arg)
{
    struct bench *b = arg;

    if (web_count(b->web) >= b->enough) {
        loop_stop(b->loop);
    } else {
        timer_after(&b->look, MSEC);
    }
}

static void begin(struct bench *b, const char *const *answers)
{
    static struct addr_prefix here;

    script = answers;
    CHECK_OK(addr_prefix_parse(span_str("127.0.0.1"), &here));
    *b = (struct bench){.loop = loop_new(), .web = web_new(&(struct web_conf){.answer = say})};
    b->fetcher =
        fetcher_new(&(struct fetcher_conf){.loop = b->loop, .allowed = &here, .allowed_count = 1});
    (void)snprintf(b->url, sizeof(b->url), "http://127.0.0.1:%u", web_port(b->web));
    b->metered = metered_new(&(struct metered_conf){.loop = b->loop,
                                                    .fetcher = b->fetcher,
                                                    .url = b->url,
                                                    .key = "k",
                                                    .every = 20 * MSEC,
                                                    .again = 20 * MSEC});
    timer_init(&b->look, b->loop, on_look, b);
}

/* Until that many questions have come, so that all before the last were answered. */
static void ask(struct bench *b, size_t questions)
{
    b->enough = questions;
    timer_after(&b->look, MSEC);
    loop_run(b->loop);
}

static const char *offered(const struct bench *b, int64_t hours_from_now)
{
    static struct buf out;
    struct json_out o = json_out(&out);
    struct offer offer = {.out = &o};

    buf_clear(&out);
    metered_offer(b->metered, (struct wall){loop_wall(b->loop).ms + hours_from_now * HOUR_MS},
                  &offer);
    CHECK(out.len == 0 || offer.expires_ms > loop_wall(b->loop).ms + 23 * (int64_t)HOUR_MS);
    return buf_cstr(&out);
}

static void end(struct bench *b)
{
    timer_stop(&b->look);
    b->fetcher = fetcher_free(b->fetcher);
    b->metered = metered_free(b->metered);
    b->web = web_free(b->web);
    b->loop = loop_free(b->loop);
}

#define STUN(host) "{\"urls\":[\"stun:" host "\"]}"

TEST(what_was_answered_last_is_offered_while_the_api_fails_but_a_day_at_most)
{
    static const char *const answers[] = {OK("[{\"urls\":\"stun:a\"}]"), NO("500"), NULL};
    struct bench b;

    begin(&b, answers);
    CHECK_STR(offered(&b, 0), "");
    ask(&b, 4);
    CHECK_STR(offered(&b, 0), STUN("a"));
    CHECK_STR(offered(&b, 23), STUN("a"));
    CHECK_STR(offered(&b, 25), "");
    end(&b);
}

TEST(nothing_is_offered_any_more_once_the_key_is_refused)
{
    static const char *const answers[] = {OK("[{\"urls\":\"stun:a\"}]"), NO("401"), NULL};
    struct bench b;

    begin(&b, answers);
    ask(&b, 3);
    CHECK_STR(offered(&b, 0), "");
    end(&b);
}

TEST(it_is_asked_anew_and_the_newest_answer_counts)
{
    static const char *const answers[] = {OK("[{\"urls\":\"stun:a\"}]"), NO("500"),
                                          OK("[{\"urls\":\"stun:b\"},{\"urls\":\"stun:c\"}]"),
                                          NULL};
    struct bench b;

    begin(&b, answers);
    ask(&b, 4);
    CHECK_STR(offered(&b, 0), STUN("b") "," STUN("c"));
    CHECK(strstr(web_last(b.web), "GET /api/v1/turn/credentials?apiKey=k HTTP/1.1"));
    end(&b);
}
