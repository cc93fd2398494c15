#include "auth/actor.h"

#include "base/mem.h"

static const char *const names[] = {
    [ROLE_NOBODY] = "nobody", [ROLE_GUEST] = "guest", [ROLE_MEMBER] = "member",
    [ROLE_ADMIN] = "admin",   [ROLE_OWNER] = "owner",
};

const char *role_name(enum role r)
{
    return names[r];
}

enum role role_parse(struct span s)
{
    for (size_t r = ROLE_GUEST; r < ARRAY_SIZE(names); r++) {
        if (span_is(s, names[r]))
            return (enum role)r;
    }
    return ROLE_NOBODY;
}
