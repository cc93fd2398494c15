#include "api/errands.h"

#include "api/inside.h"

#include <errno.h>

static bool refused(struct exchange *x, const struct errand_answer *a)
{
    switch (a->rc) {
    case 0: return false;
    case -EINVAL: answer_code(x, CODE_BAD_VALUE, a->field, a->why); break;
    case -EUSERS:
        answer_code(x, CODE_LAST_OWNER, NULL,
                    "The last owner stays one: make somebody else an owner first.");
        break;
    case -EKEYREVOKED:
        answer_code(x, CODE_LAST_WAY_IN, NULL,
                    "This is the last way in: set a password or connect another provider first.");
        break;
    default: answer_errno(x, a->rc); break;
    }
    return true;
}

void answer_errand(const struct errand_answer *a, void *x)
{
    if (!refused(x, a))
        answer_json(x, 200, a->json);
}

void answer_errand_made(const struct errand_answer *a, void *x)
{
    if (!refused(x, a))
        answer_json(x, 201, a->json);
}

void answer_errand_done(const struct errand_answer *a, void *x)
{
    if (!refused(x, a))
        answer_nothing(x);
}
