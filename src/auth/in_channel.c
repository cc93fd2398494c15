#include "auth/in_channel.h"

#include "base/arena.h"
#include "store/channel.h"

static enum channel_kind kind_of(struct span name)
{
    if (span_is(name, "standard"))
        return CHANNEL_STANDARD;
    if (span_is(name, "group"))
        return CHANNEL_GROUP;
    return span_is(name, "direct") ? CHANNEL_DIRECT : CHANNEL_NONE;
}

/* Administrators moderate where they are; they are not let into what others have among themselves. */
static enum relation relation_of(const struct actor *actor, const struct standing *s)
{
    if (!s->member)
        return RELATION_NONE;
    return s->moderator || actor->role >= ROLE_ADMIN ? RELATION_MODERATOR : RELATION_MEMBER;
}

int authorize_in_channel(struct db *db, const struct actor *actor, enum verb verb,
                         const struct id *channel)
{
    AUTO(arena) struct arena *a = arena_new();
    struct object object = {.kind = OBJECT_CHANNEL};
    struct standing standing;
    const int rc = channel_relation(db, channel, &actor->user, a, &standing);

    if (rc < 0)
        return rc;
    object.relation = relation_of(actor, &standing);
    object.channel_kind = kind_of(standing.kind);
    return authorize(actor, verb, &object);
}
