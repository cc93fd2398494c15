/*
 * authorize - the one place that says who may do what.
 *
 * Every act names a verb and an object.  The object is what the store (or the call in memory) says
 * about the actor's relation to it, loaded by the caller in the same transaction as the act; the
 * decision itself is a table and touches nothing.
 *
 * Thread: any; pure.
 */
#pragma once

#include "auth/actor.h"

/* In the order of their names; tools/gen_api.py writes VERB_<NAME> from x-verb of the contract. */
enum verb {
    VERB_NONE, /* one that was forgotten: nobody may */
    VERB_ACCOUNT_RESET,
    VERB_AUDIT_READ,
    VERB_CALL_JOIN,
    VERB_CALL_LEAVE,
    VERB_CALL_LIST,
    VERB_CALL_MARK,
    VERB_CALL_MODERATE,
    VERB_CALL_START,
    VERB_CHANNEL_CREATE,
    VERB_CHANNEL_EDIT,
    VERB_CHANNEL_LIST,
    VERB_CHANNEL_MARK,
    VERB_CHANNEL_READ,
    VERB_CHANNEL_TYPE,
    VERB_GUEST_INVITE,
    VERB_GUEST_JOIN,
    VERB_HEALTH_READ,
    VERB_ICE_READ,
    VERB_INVITE_MANAGE,
    VERB_INVITE_USE,
    VERB_MEMBER_ADD,
    VERB_MEMBER_LEAVE,
    VERB_MEMBER_REMOVE,
    VERB_MEMBER_ROLE,
    VERB_MESSAGE_READ,
    VERB_MESSAGE_SEND,
    VERB_METRICS_READ,
    VERB_ME_EDIT,
    VERB_ME_READ,
    VERB_PEOPLE_READ,
    VERB_PERSON_MANAGE,
    VERB_PICTURE_READ,
    VERB_PROVIDER_MANAGE,
    VERB_PROVIDER_USE,
    VERB_SECURITY_EDIT,
    VERB_SECURITY_READ,
    VERB_SESSION_CREATE,
    VERB_SESSION_END,
    VERB_SESSION_LIST,
    VERB_SESSION_MANAGE,
    VERB_SETUP_RUN,
    VERB_SITE_READ,
    VERB_SOCKET_OPEN,
    VERB_STORAGE_READ,
    VERB_TEAM_MANAGE,
    VERB_TEAM_READ,
    VERB_TOKEN_MANAGE,
    VERB_MAX_,
};

enum object_kind {
    OBJECT_NONE, /* the organisation as a whole */
    OBJECT_SELF, /* the actor's own account, session, lists */
    OBJECT_CHANNEL,
    OBJECT_CALL,
    OBJECT_TEAM,
};

/* CHANNEL_NONE: no channel, or a kind that we do not know; no verb makes sense for it. */
enum channel_kind { CHANNEL_NONE, CHANNEL_STANDARD, CHANNEL_GROUP, CHANNEL_DIRECT };

enum relation {
    RELATION_NONE,
    RELATION_MEMBER,    /* of the channel or team; asked to or in the call */
    RELATION_MODERATOR, /* of the channel, or an owner of its team; an owner of the team */
    RELATION_LEG,       /* holds a leg of the call with this page */
};

struct object {
    enum object_kind kind;
    enum relation relation;
    enum channel_kind channel_kind;
};

#define OBJECT_OF_NONE ((struct object){.kind = OBJECT_NONE})
#define OBJECT_OF_SELF ((struct object){.kind = OBJECT_SELF})

/*
 * 0; -EACCES: sign in first; -EPERM: known but forbidden; -ENOENT: the actor must not even learn
 * that it exists (no relation to a channel or call).
 */
int authorize(const struct actor *actor, enum verb verb, const struct object *object);
