/* Linked where the page has not been built: for work on the server alone. */
#include "app/site.h"

static const char html[] =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Convene</title></head>"
    "<body><h1>The page is not in this build</h1><p>This program was built without it. Build both "
    "with <code>./run build</code>, or see the <a href=\"/api/docs\">API</a>.</p></body></html>\n";

const struct static_file site_files[] = {
    {.path = "/index.html",
     .type = "text/html; charset=utf-8",
     .etag = "\"bare\"",
     .identity = {html, sizeof(html) - 1}},
};

const size_t site_files_count = 1;
