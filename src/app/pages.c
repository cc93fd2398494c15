#include "app/pages.h"

#include "api/documents.h"
#include "app/site.h"

/* Nothing from elsewhere, nothing inline, no text made into script. */
static const char csp[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; media-src 'self' blob:; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
    "require-trusted-types-for 'script'";

static const char permissions[] =
    "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), "
    "picture-in-picture=(self)";

/* Addresses within the page, as its router knows them. */
static const char *const addresses[] = {"/setup", "/invite", "/reset", "/guest", "/sign-in",
                                        "/chat",  "/teams",  "/calls", "/admin", "/settings"};

struct pages {
    struct static_file *files;
    struct static_site *site;
};

struct pages *pages_new(void)
{
    struct pages *p = mem_new(struct pages);
    const size_t count = site_files_count + api_documents_count;

    p->files = mem_array(struct static_file, count);
    memcpy(p->files, site_files, site_files_count * sizeof(*p->files));
    memcpy(p->files + site_files_count, api_documents, api_documents_count * sizeof(*p->files));
    p->site = static_new(&(struct static_conf){.files = p->files,
                                               .files_count = count,
                                               .pages = addresses,
                                               .pages_count = ARRAY_SIZE(addresses),
                                               .apart = "/api",
                                               .csp = csp,
                                               .permissions = permissions});
    return p;
}

struct pages *pages_free(struct pages *p)
{
    if (p) {
        p->site = static_free(p->site);
        p->files = mem_free(p->files);
    }
    return mem_free(p);
}

const struct static_site *pages_site(const struct pages *p)
{
    return p->site;
}
