#include "app/platform.h"

#include "base/mem.h"

/* Shared address space (RFC 6598) is nobody's on the Internet: a client cannot come from there. */
#define SHARED_SPACE "100.64.0.0/10"
/* Render's own network, in which only its proxies meet us.  What stands before them in
 * X-Forwarded-For is an address of Cloudflare's; from those we do not believe what comes before, since
 * a client can come from there as well (WARP, Workers) and has written it then. */
#define RENDER_NETWORK "10.0.0.0/8"

static const struct platform {
    const char *variable;
    const char *before; /* what makes its value an address */
    const char *proxies;
} platforms[] = {
    {"RAILWAY_PUBLIC_DOMAIN", "https://", SHARED_SPACE},
    {"RENDER_EXTERNAL_URL", "", RENDER_NETWORK},
};

bool platform_tells(config_env_fn *env, struct buf *url, const char **ret_proxies)
{
    for (size_t i = 0; i < ARRAY_SIZE(platforms); i++) {
        const struct platform *p = &platforms[i];
        const char *value = env(p->variable);

        if (!value || !value[0])
            continue;
        buf_add_str(url, p->before);
        buf_add_str(url, value);
        *ret_proxies = p->proxies;
        return true;
    }
    return false;
}
