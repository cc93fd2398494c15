#include "oidc/flow.h"

#include "base/json.h"
#include "base/text.h"
#include "crypto/equal.h"
#include "crypto/token.h"

#include <errno.h>

static struct span draw(struct arena *a)
{
    const struct token t = token_new();

    return arena_span(a, token_span(&t));
}

void flow_begin(struct flow *f, struct wall now, struct arena *a)
{
    f->state = draw(a);
    f->nonce = draw(a);
    f->verifier = draw(a);
    f->issued_at = now.ms;
}

void flow_challenge(const struct flow *f, struct buf *out)
{
    uint8_t hash[SHA256_SIZE];

    hash_sha256(f->verifier, hash);
    text_base64url(out, span_of(hash, sizeof(hash)));
}

static void put(struct json_out *o, const char *key, struct span s)
{
    if (s.len > 0)
        json_put_str(o, key, s);
}

void flow_seal(const struct flow *f, const struct secret *secret, struct span provider,
               struct buf *out)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_obj_begin(&o, NULL);
    put(&o, "state", f->state);
    put(&o, "nonce", f->nonce);
    put(&o, "verifier", f->verifier);
    put(&o, "redirect_uri", f->redirect_uri);
    put(&o, "return_to", f->return_to);
    put(&o, "invite", f->invite);
    put(&o, "setup", f->setup);
    put(&o, "team", f->team);
    put(&o, "connect", id_span(&f->connect));
    json_put_i64(&o, "issued_at", f->issued_at);
    json_obj_end(&o);
    secret_seal(secret, SECRET_FLOW, provider, buf_span(&json), out);
    equal_wipe(json.p, json.len);
    buf_done(&json);
}

static void read_flow(const json_t *obj, struct arena *a, struct flow *ret)
{
    *ret = (struct flow){
        .state = arena_span(a, json_get_span(obj, "state")),
        .nonce = arena_span(a, json_get_span(obj, "nonce")),
        .verifier = arena_span(a, json_get_span(obj, "verifier")),
        .redirect_uri = arena_span(a, json_get_span(obj, "redirect_uri")),
        .return_to = arena_span(a, json_get_span(obj, "return_to")),
        .invite = arena_span(a, json_get_span(obj, "invite")),
        .setup = arena_span(a, json_get_span(obj, "setup")),
        .team = arena_span(a, json_get_span(obj, "team")),
        .issued_at = json_get_i64(obj, "issued_at", 0),
    };
    (void)id_parse(json_get_span(obj, "connect"), &ret->connect);
}

int flow_open(const struct secret *secret, struct span provider, struct span sealed,
              struct span state, struct wall now, struct arena *a, struct flow *ret)
{
    struct buf plain = {0};
    struct flow f = {0};
    const char *why;
    json_t *obj = NULL;
    int rc = secret_open(secret, SECRET_FLOW, provider, sealed, &plain);

    if (rc == 0)
        rc = json_parse_object(buf_span(&plain), &obj, &why);
    if (rc == 0) {
        read_flow(obj, a, &f);
        if (f.state.len != TOKEN_LEN || !equal_secret(f.state, state)) {
            rc = -EPERM;
        } else if (now.ms < f.issued_at - 1000 ||
                   now.ms >= f.issued_at + (int64_t)FLOW_SECONDS * 1000) {
            rc = -ETIMEDOUT;
        }
    }
    json_decref(obj);
    buf_done(&plain);
    if (rc)
        return rc;
    *ret = f;
    return 0;
}

bool flow_may_return(struct span path)
{
    if (path.len == 0 || path.len > FLOW_RETURN_MAX || path.p[0] != '/')
        return false;
    if (path.len > 1 && path.p[1] == '/')
        return false;
    for (size_t i = 0; i < path.len; i++) {
        if (path.p[i] <= ' ' || path.p[i] > '~' || path.p[i] == '\\')
            return false;
    }
    return true;
}
