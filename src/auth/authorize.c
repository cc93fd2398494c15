#include "auth/authorize.h"

#include <assert.h>
#include <errno.h>

/* Which kinds of channel a verb makes sense for. */
enum { STANDARD = 1 << CHANNEL_STANDARD, GROUP = 1 << CHANNEL_GROUP, DIRECT = 1 << CHANNEL_DIRECT };
enum { EVERY = STANDARD | GROUP | DIRECT };

/* Also who is not signed in. */
enum { ANYBODY = ROLE_OWNER + 1 };

struct rule {
    enum object_kind object;
    unsigned role; /* at least; ROLE_NOBODY: nobody may; or ANYBODY */
    enum relation relation;
    unsigned kinds; /* of channels */
};

/* What is left out here is nobody's. */
static const struct rule rules[VERB_MAX_] = {
    /* Who runs the server may watch it: the address or METRICS_TOKEN is asked before. */
    [VERB_HEALTH_READ] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0},
    [VERB_METRICS_READ] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0},
    /* What is known before signing in; the links carry their own secret. */
    [VERB_SITE_READ] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0},
    [VERB_SETUP_RUN] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0},
    [VERB_SESSION_CREATE] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0},
    [VERB_INVITE_USE] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0},

    [VERB_SESSION_END] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0},
    [VERB_ME_READ] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0},
    [VERB_ME_EDIT] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0},
    [VERB_SOCKET_OPEN] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0},
    [VERB_ICE_READ] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0},
    [VERB_CHANNEL_LIST] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0},
    [VERB_CALL_LIST] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0},

    [VERB_PEOPLE_READ] = {OBJECT_NONE, ROLE_MEMBER, RELATION_NONE, 0},
    [VERB_CHANNEL_CREATE] = {OBJECT_NONE, ROLE_MEMBER, RELATION_NONE, 0},
    [VERB_INVITE_MANAGE] = {OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, 0},

    [VERB_CHANNEL_READ] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY},
    [VERB_CHANNEL_MARK] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY},
    [VERB_CHANNEL_TYPE] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY},
    [VERB_MESSAGE_READ] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY},
    [VERB_MESSAGE_SEND] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY},
    [VERB_CHANNEL_EDIT] = {OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MEMBER, GROUP},
    [VERB_MEMBER_ADD] = {OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MEMBER, GROUP},
    [VERB_MEMBER_LEAVE] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, GROUP},
    [VERB_CALL_START] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, DIRECT},

    [VERB_CALL_JOIN] = {OBJECT_CALL, ROLE_GUEST, RELATION_MEMBER, 0},
    [VERB_CALL_LEAVE] = {OBJECT_CALL, ROLE_GUEST, RELATION_LEG, 0},
};

int authorize(const struct actor *actor, enum verb verb, const struct object *object)
{
    assert(verb < VERB_MAX_);
    const struct rule *rule = &rules[verb];

    assert(rule->object == object->kind);
    if (rule->role == ANYBODY)
        return 0;
    if (id_none(&actor->user) || actor->role == ROLE_NOBODY)
        return -EACCES;
    /* Who has nothing to do with a channel or call must not learn from the answer that it exists. */
    if (rule->relation != RELATION_NONE && object->relation == RELATION_NONE)
        return -ENOENT;
    if (rule->role == ROLE_NOBODY || (unsigned)actor->role < rule->role ||
        object->relation < rule->relation)
        return -EPERM;
    if (rule->kinds != 0 && (rule->kinds & 1U << object->channel_kind) == 0)
        return -EPERM;
    return 0;
}
