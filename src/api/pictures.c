/*
 * People's pictures.  Their address holds their version, so a browser may keep them for good; but only
 * its own store may, since who is not signed in gets none.
 */
#include "api/inside.h"

#include "oidc/picture.h"

static void got(const struct picture *p, void *arg)
{
    struct exchange *x = arg;
    const struct param *v = exchange_query(x, "v");

    if (p->rc) {
        answer_errno(x, p->rc);
        return;
    }
    http_respond(x->req, &(struct response){
                             .status = 200,
                             .type = p->type,
                             .cache = v->given && span_eq(v->text, p->version)
                                          ? "private, max-age=31536000, immutable"
                                          : "private, no-cache",
                             .csp = "default-src 'none'; sandbox",
                             .body = p->bytes,
                         });
}

void handle_picture_get(struct exchange *x)
{
    const struct id person = exchange_path_id(x, "person");

    picture_get(x->api->conf.store, &x->actor, &person, got, x);
}
