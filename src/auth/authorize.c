#include "auth/authorize.h"

#include <assert.h>
#include <errno.h>

/* Which kinds of channel a verb makes sense for. */
enum { STANDARD = 1 << CHANNEL_STANDARD, GROUP = 1 << CHANNEL_GROUP, DIRECT = 1 << CHANNEL_DIRECT };
enum { EVERY = STANDARD | GROUP | DIRECT };

/* Also who is not signed in. */
enum { ANYBODY = ROLE_OWNER + 1 };

/* What an API token must have been made for. */
enum { R = SCOPE_READ, W = SCOPE_WRITE, A = SCOPE_ADMIN, ACCOUNT = SCOPE_ACCOUNT };

struct rule {
    enum object_kind object;
    unsigned role; /* at least; ROLE_NOBODY: nobody may; or ANYBODY */
    enum relation relation;
    unsigned kinds; /* of channels */
    unsigned scope; /* of enum scope; 0: asks for no session */
};

/* What is left out here is nobody's. */
static const struct rule rules[VERB_MAX_] = {
    /* Who runs the server may watch it: the address or METRICS_TOKEN is asked before. */
    [VERB_HEALTH_READ] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},
    [VERB_METRICS_READ] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},
    /* What is known before signing in; the links carry their own secret. */
    [VERB_SITE_READ] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},
    [VERB_SETUP_RUN] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},
    [VERB_SESSION_CREATE] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},
    [VERB_INVITE_USE] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},
    [VERB_ACCOUNT_RESET] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},
    [VERB_PROVIDER_USE] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},
    [VERB_GUEST_JOIN] = {OBJECT_NONE, ANYBODY, RELATION_NONE, 0, 0},

    [VERB_SESSION_END] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, ACCOUNT},
    [VERB_SESSION_LIST] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, ACCOUNT},
    [VERB_SECURITY_READ] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, ACCOUNT},
    [VERB_SECURITY_EDIT] = {OBJECT_SELF, ROLE_MEMBER, RELATION_NONE, 0, ACCOUNT},
    [VERB_TOKEN_MANAGE] = {OBJECT_SELF, ROLE_MEMBER, RELATION_NONE, 0, ACCOUNT},
    [VERB_ME_READ] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, R},
    [VERB_ME_EDIT] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, W},
    [VERB_SOCKET_OPEN] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, R},
    [VERB_ICE_READ] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, R},
    [VERB_CHANNEL_LIST] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, R},
    [VERB_CALL_LIST] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, R},
    [VERB_CALL_MARK] = {OBJECT_SELF, ROLE_GUEST, RELATION_NONE, 0, W},

    [VERB_PEOPLE_READ] = {OBJECT_NONE, ROLE_MEMBER, RELATION_NONE, 0, R},
    [VERB_PICTURE_READ] = {OBJECT_NONE, ROLE_GUEST, RELATION_NONE, 0, R},
    [VERB_CHANNEL_CREATE] = {OBJECT_NONE, ROLE_MEMBER, RELATION_NONE, 0, W},
    [VERB_INVITE_MANAGE] = {OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, 0, A},

    [VERB_PERSON_MANAGE] = {OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, 0, A},
    [VERB_SESSION_MANAGE] = {OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, 0, A},
    [VERB_AUDIT_READ] = {OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, 0, A},
    [VERB_PROVIDER_MANAGE] = {OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, 0, A},
    [VERB_STORAGE_READ] = {OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, 0, A},

    [VERB_TEAM_READ] = {OBJECT_TEAM, ROLE_MEMBER, RELATION_MEMBER, 0, R},
    [VERB_TEAM_MANAGE] = {OBJECT_TEAM, ROLE_MEMBER, RELATION_MODERATOR, 0, W},

    [VERB_CHANNEL_READ] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY, R},
    [VERB_CHANNEL_MARK] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY, W},
    [VERB_CHANNEL_TYPE] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY, W},
    [VERB_MESSAGE_READ] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY, R},
    [VERB_MESSAGE_SEND] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY, W},
    [VERB_CHANNEL_EDIT] = {OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MEMBER, GROUP, W},
    [VERB_MEMBER_ADD] = {OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MEMBER, GROUP, W},
    [VERB_MEMBER_LEAVE] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, GROUP, W},
    [VERB_MEMBER_REMOVE] = {OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MODERATOR, GROUP, W},
    [VERB_MEMBER_ROLE] = {OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MODERATOR, STANDARD | GROUP, W},
    [VERB_GUEST_INVITE] = {OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MODERATOR, STANDARD | GROUP, W},
    [VERB_CALL_START] = {OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, EVERY, W},

    [VERB_CALL_JOIN] = {OBJECT_CALL, ROLE_GUEST, RELATION_MEMBER, 0, W},
    [VERB_CALL_LEAVE] = {OBJECT_CALL, ROLE_GUEST, RELATION_LEG, 0, W},
    [VERB_CALL_MODERATE] = {OBJECT_CALL, ROLE_GUEST, RELATION_MODERATOR, 0, W},
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
        (actor->scopes & rule->scope) != rule->scope || object->relation < rule->relation)
        return -EPERM;
    if (rule->kinds != 0 && (rule->kinds & 1U << object->channel_kind) == 0)
        return -EPERM;
    return 0;
}
