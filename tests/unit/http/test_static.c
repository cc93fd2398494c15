#include "http/static.h"

#include "unit/http/fixture.h"

#define GET  "GET "
#define REST " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"

static const struct static_file files[] = {
    {.path = "/index.html",
     .type = "text/html; charset=utf-8",
     .etag = "\"e1\"",
     .identity = {"<p>page</p>", 11},
     .gzip = {"GZ", 2},
     .brotli = {"BR!", 3}},
    {.path = "/assets/app-1a2b.js",
     .type = "text/javascript",
     .etag = "\"1a2b\"",
     .hashed = true,
     .identity = {"0123456789", 10},
     .brotli = {"BR!", 3}},
    {.path = "/sound.mp3", .type = "audio/mpeg", .etag = "\"s\"", .identity = {"abcdefgh", 8}},
};

static const char *const pages[] = {"/chat", "/calls"};

static struct static_site *site;

static void handle(struct request *r, void *arg)
{
    (void)arg;
    if (!static_serve(site, r))
        http_respond_error(r, 404, "not_found", "There is nothing here.", NULL);
}

static void start(struct fixture *f)
{
    const struct static_conf conf = {.files = files,
                                     .files_count = ARRAY_SIZE(files),
                                     .pages = pages,
                                     .pages_count = ARRAY_SIZE(pages),
                                     .apart = "/api",
                                     .csp = "default-src 'self'"};

    site = static_new(&conf);
    fixture_start(f, (struct http_conf){.handle = handle}, NULL);
}

static void stop(struct fixture *f)
{
    fixture_stop(f);
    site = static_free(site);
}

static void check(const struct fixture *f, const char *ask, const char *status, const char *has,
                  const char *body)
{
    const char *reply = client_ask(f, ask);
    const char *end = strstr(reply, "\r\n\r\n");

    if (!begins(reply, status) || !strstr(reply, has) || !end || strcmp(end + 4, body) != 0)
        test_fail(__FILE__, __LINE__, "to \"%.120s\" came \"%.600s\"", ask, reply);
}

TEST(a_hashed_file_never_changes_and_the_page_is_asked_for_each_time)
{
    struct fixture f;

    start(&f);
    check(&f, GET "/assets/app-1a2b.js" REST "\r\n", "HTTP/1.1 200",
          "Cache-Control: public, max-age=31536000, immutable\r\n", "0123456789");
    check(&f, GET "/" REST "\r\n", "HTTP/1.1 200", "Cache-Control: no-cache\r\n", "<p>page</p>");
    check(&f, GET "/" REST "\r\n", "HTTP/1.1 200", "Security-Policy: default-src 'self'\r\n",
          "<p>page</p>");
    stop(&f);
}

TEST(routes_of_the_app_are_its_page_and_others_are_nothing)
{
    struct fixture f;

    start(&f);
    check(&f, GET "/chat" REST "\r\n", "HTTP/1.1 200", "text/html", "<p>page</p>");
    check(&f, GET "/chat/a/b" REST "\r\n", "HTTP/1.1 200", "text/html", "<p>page</p>");
    check(&f, GET "/calls/" REST "\r\n", "HTTP/1.1 200", "text/html", "<p>page</p>");
    CHECK(begins(client_ask(&f, GET "/chatter" REST "\r\n"), "HTTP/1.1 404"));
    CHECK(begins(client_ask(&f, GET "/assets/../index.html" REST "\r\n"), "HTTP/1.1 404"));
    CHECK(begins(client_ask(&f, "POST /chat" REST "\r\n"), "HTTP/1.1 405"));
    stop(&f);
}

TEST(who_looks_for_a_page_where_nothing_is_gets_the_page_that_says_so)
{
    struct fixture f;

    start(&f);
    check(&f, GET "/people" REST "Accept: text/html,*/*;q=0.8\r\n\r\n", "HTTP/1.1 404",
          "Cache-Control: no-store\r\n", "<p>page</p>");
    check(&f, GET "/people" REST "Accept: text/html\r\nAccept-Encoding: br\r\n\r\n", "HTTP/1.1 404",
          "Content-Encoding: br\r\n", "BR!");
    check(&f, GET "/apiary" REST "Accept: text/html\r\n\r\n", "HTTP/1.1 404",
          "Security-Policy: default-src 'self'\r\n", "<p>page</p>");
    /* programs, what is theirs, and what changes something */
    check(&f, GET "/people" REST "Accept: */*\r\n\r\n", "HTTP/1.1 404", "application/json",
          "{\"error\":{\"code\":\"not_found\",\"message\":\"There is nothing here.\"}}");
    check(&f, GET "/api/v1/none" REST "Accept: text/html\r\n\r\n", "HTTP/1.1 404",
          "application/json",
          "{\"error\":{\"code\":\"not_found\",\"message\":\"There is nothing here.\"}}");
    check(&f, GET "/people" REST "Accept: text/html;q=0\r\n\r\n", "HTTP/1.1 404",
          "application/json",
          "{\"error\":{\"code\":\"not_found\",\"message\":\"There is nothing here.\"}}");
    CHECK(begins(client_ask(&f, "POST /people" REST "Accept: text/html\r\n\r\n"), "HTTP/1.1 404"));
    stop(&f);
}

TEST(the_encoding_is_what_the_client_accepts)
{
    struct fixture f;

    start(&f);
    check(&f, GET "/" REST "Accept-Encoding: gzip, deflate, br\r\n\r\n", "HTTP/1.1 200",
          "Content-Encoding: br\r\n", "BR!");
    check(&f, GET "/" REST "Accept-Encoding: br;q=0, GZIP ; q=0.5\r\n\r\n", "HTTP/1.1 200",
          "Content-Encoding: gzip\r\n", "GZ");
    check(&f, GET "/" REST "Accept-Encoding: br;q=0.000\r\n\r\n", "HTTP/1.1 200",
          "Vary: Accept-Encoding\r\n", "<p>page</p>");
    check(&f, GET "/sound.mp3" REST "Accept-Encoding: br\r\n\r\n", "HTTP/1.1 200",
          "Content-Length: 8\r\n", "abcdefgh");
    stop(&f);
}

TEST(a_file_that_is_known_already_is_not_sent_again)
{
    struct fixture f;

    start(&f);
    check(&f, GET "/" REST "If-None-Match: \"e1\"\r\n\r\n", "HTTP/1.1 304", "ETag: \"e1\"\r\n", "");
    check(&f, GET "/" REST "If-None-Match: \"x\", W/\"e1\"\r\n\r\n", "HTTP/1.1 304", "", "");
    check(&f, GET "/" REST "If-None-Match: *\r\n\r\n", "HTTP/1.1 304", "", "");
    /* another encoding is another thing */
    check(&f, GET "/" REST "Accept-Encoding: br\r\nIf-None-Match: \"e1\"\r\n\r\n", "HTTP/1.1 200",
          "ETag: \"e1-b\"\r\n", "BR!");
    check(&f, GET "/" REST "Accept-Encoding: br\r\nIf-None-Match: \"e1-b\"\r\n\r\n", "HTTP/1.1 304",
          "", "");
    stop(&f);
}

TEST(a_range_is_cut_from_the_identity)
{
    struct fixture f;

    start(&f);
    check(&f, GET "/sound.mp3" REST "Range: bytes=2-4\r\n\r\n", "HTTP/1.1 206",
          "Content-Range: bytes 2-4/8\r\n", "cde");
    check(&f, GET "/assets/app-1a2b.js" REST "Accept-Encoding: br\r\nRange: bytes=-3\r\n\r\n",
          "HTTP/1.1 206", "Content-Range: bytes 7-9/10\r\n", "789");
    check(&f, GET "/sound.mp3" REST "Range: bytes=8-\r\n\r\n", "HTTP/1.1 416",
          "Content-Range: bytes */8\r\n", "");
    check(&f, GET "/sound.mp3" REST "Range: bytes=0-1,4-5\r\n\r\n", "HTTP/1.1 200", "", "abcdefgh");
    check(&f, GET "/sound.mp3" REST "Range: bytes=2-4\r\nIf-Range: \"other\"\r\n\r\n",
          "HTTP/1.1 200", "", "abcdefgh");
    check(&f, GET "/sound.mp3" REST "Range: bytes=2-4\r\nIf-Range: \"s\"\r\n\r\n", "HTTP/1.1 206",
          "", "cde");
    stop(&f);
}

TEST(head_tells_the_length_alone)
{
    struct fixture f;

    start(&f);
    check(&f, "HEAD /sound.mp3" REST "\r\n", "HTTP/1.1 200", "Content-Length: 8\r\n", "");
    stop(&f);
}
