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

int authorize_in_channel(struct db *db, const struct actor *actor, enum verb verb,
                         const struct id *channel)
{
    AUTO(arena) struct arena *a = arena_new();
    struct object object = {.kind = OBJECT_CHANNEL};
    struct span kind;
    bool member;
    const int rc = channel_relation(db, channel, &actor->user, a, &kind, &member);

    if (rc < 0)
        return rc;
    object.relation = member ? RELATION_MEMBER : RELATION_NONE;
    object.channel_kind = kind_of(kind);
    return authorize(actor, verb, &object);
}
