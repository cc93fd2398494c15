/*
 * redeem - the code that a browser has brought back becomes claims (OpenID Connect Core 1.0, 3.1.3): the
 * token request with the verifier, the id_token's signature, times and claims, and, where that says too
 * little about a new person, the userinfo.
 *
 * Nothing of what the provider says is believed before all of it was checked.
 *
 * Thread: the loop's.
 */
#pragma once

#include "oidc/flow.h"
#include "oidc/provider.h"

enum { REDEEM_MAX = 64 * 1024, REDEEM_SECONDS = 10 };

/*
 * rc 0: who, valid during the call.  -EHOSTDOWN: the provider does not answer; -EPROTO: what it says
 * cannot be believed; -ENOKEY: it does not take our client_id and secret; -ESTALE: it does not take the
 * code; -ECANCELED.  why: for the operator.
 */
struct redeemed {
    int rc;
    const char *why;
    struct who who;
};
typedef void redeemed_fn(const struct redeemed *e, void *arg);

/* What is asked is copied, but for the provider. */
void redeem(struct provider *p, struct fetcher *f, struct loop *l, const struct flow *flow,
            struct span code, redeemed_fn *fn, void *arg);

/* What the token endpoint means by its answer, as above; -EPROTO otherwise. */
int redeem_refusal(const struct fetch_answer *a, struct buf *why);
/* Fills the request that redeems a code; the rest of ret is the caller's. */
struct token_request {
    struct fetch_pair form[7];
    struct buf user;
    struct buf password;
    struct fetch_request request;
};
void token_request_begin(struct token_request *t, const struct provider *p, struct span code,
                         struct span redirect_uri, struct span verifier);
void token_request_done(struct token_request *t);
