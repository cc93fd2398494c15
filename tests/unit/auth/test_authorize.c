#include "auth/authorize.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

static struct actor as(enum role role)
{
    struct actor a = {.role = role, .scopes = SCOPES_OF_SESSION};

    if (role != ROLE_NOBODY)
        (void)snprintf(a.user.s, sizeof(a.user.s), "aaaaaaaa-0000-7000-8000-000000000001");
    return a;
}

/* What is expected, told apart from the table: the least role and relation for a 0. */
static const struct expected {
    enum verb verb;
    enum object_kind object;
    enum role role;
    enum relation relation;
    const char *kinds; /* s g d */
} expected[] = {
    {VERB_ACCOUNT_RESET, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_AUDIT_READ, OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, "sgd"},
    {VERB_CALL_JOIN, OBJECT_CALL, ROLE_GUEST, RELATION_MEMBER, "sgd"},
    {VERB_CALL_LEAVE, OBJECT_CALL, ROLE_GUEST, RELATION_LEG, "sgd"},
    {VERB_CALL_LIST, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_CALL_MARK, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_CALL_MODERATE, OBJECT_CALL, ROLE_GUEST, RELATION_MODERATOR, "sgd"},
    {VERB_CALL_START, OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, "sgd"},
    {VERB_CHANNEL_CREATE, OBJECT_NONE, ROLE_MEMBER, RELATION_NONE, "sgd"},
    {VERB_CHANNEL_EDIT, OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MEMBER, "g"},
    {VERB_CHANNEL_LIST, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_CHANNEL_MARK, OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, "sgd"},
    {VERB_CHANNEL_READ, OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, "sgd"},
    {VERB_CHANNEL_TYPE, OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, "sgd"},
    {VERB_GUEST_INVITE, OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MODERATOR, "sg"},
    {VERB_GUEST_JOIN, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_HEALTH_READ, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_ICE_READ, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_INVITE_MANAGE, OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, "sgd"},
    {VERB_INVITE_USE, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_MEMBER_ADD, OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MEMBER, "g"},
    {VERB_MEMBER_LEAVE, OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, "g"},
    {VERB_MEMBER_REMOVE, OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MODERATOR, "g"},
    {VERB_MEMBER_ROLE, OBJECT_CHANNEL, ROLE_MEMBER, RELATION_MODERATOR, "sg"},
    {VERB_MESSAGE_READ, OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, "sgd"},
    {VERB_MESSAGE_SEND, OBJECT_CHANNEL, ROLE_GUEST, RELATION_MEMBER, "sgd"},
    {VERB_METRICS_READ, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_ME_EDIT, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_ME_READ, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_PEOPLE_READ, OBJECT_NONE, ROLE_MEMBER, RELATION_NONE, "sgd"},
    {VERB_PERSON_MANAGE, OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, "sgd"},
    {VERB_PICTURE_READ, OBJECT_NONE, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_PROVIDER_MANAGE, OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, "sgd"},
    {VERB_PROVIDER_USE, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_SECURITY_EDIT, OBJECT_SELF, ROLE_MEMBER, RELATION_NONE, "sgd"},
    {VERB_SECURITY_READ, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_SESSION_CREATE, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_SESSION_END, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_SESSION_LIST, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_SESSION_MANAGE, OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, "sgd"},
    {VERB_SETUP_RUN, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_SITE_READ, OBJECT_NONE, ROLE_NOBODY, RELATION_NONE, "sgd"},
    {VERB_SOCKET_OPEN, OBJECT_SELF, ROLE_GUEST, RELATION_NONE, "sgd"},
    {VERB_STORAGE_READ, OBJECT_NONE, ROLE_ADMIN, RELATION_NONE, "sgd"},
    {VERB_TEAM_MANAGE, OBJECT_TEAM, ROLE_MEMBER, RELATION_MODERATOR, "sgd"},
    {VERB_TEAM_READ, OBJECT_TEAM, ROLE_MEMBER, RELATION_MEMBER, "sgd"},
    {VERB_TOKEN_MANAGE, OBJECT_SELF, ROLE_MEMBER, RELATION_NONE, "sgd"},
};

static int want(const struct expected *e, const struct actor *a, const struct object *o)
{
    if (e->role == ROLE_NOBODY)
        return 0;
    if (a->role == ROLE_NOBODY)
        return -EACCES;
    if (e->relation != RELATION_NONE && o->relation == RELATION_NONE)
        return -ENOENT;
    if (a->role < e->role || o->relation < e->relation)
        return -EPERM;
    return e->object != OBJECT_CHANNEL ||
                   strchr(e->kinds, "sgd"[o->channel_kind - CHANNEL_STANDARD])
               ? 0
               : -EPERM;
}

TEST(every_verb_has_an_expectation)
{
    CHECK_EQ(1 + sizeof(expected) / sizeof(expected[0]), VERB_MAX_);
    for (unsigned v = 1; v < VERB_MAX_; v++)
        CHECK_EQ(expected[v - 1].verb, v);
}

TEST(every_cell_of_the_matrix_is_as_expected)
{
    unsigned cells = 0;

    for (unsigned i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const struct expected *e = &expected[i];

        for (unsigned role = ROLE_NOBODY; role <= ROLE_OWNER; role++) {
            for (unsigned cell = 0; cell < 12; cell++) {
                const struct actor a = as((enum role)role);
                const struct object o = {.kind = e->object,
                                         .relation = (enum relation)(cell % 4),
                                         .channel_kind =
                                             (enum channel_kind)(CHANNEL_STANDARD + cell / 4)};
                CHECK_EQ(authorize(&a, e->verb, &o), want(e, &a, &o));
                cells++;
            }
        }
    }
    CHECK(cells >= 1000);
}

TEST(verb_that_was_forgotten_is_nobodys)
{
    const struct actor owner = as(ROLE_OWNER);
    const struct actor nobody = as(ROLE_NOBODY);

    CHECK_EQ(authorize(&owner, VERB_NONE, &OBJECT_OF_NONE), -EPERM);
    CHECK_EQ(authorize(&nobody, VERB_NONE, &OBJECT_OF_NONE), -EACCES);
}

TEST(channel_of_a_kind_that_is_unknown_takes_no_verb)
{
    const struct actor owner = as(ROLE_OWNER);
    const struct object o = {.kind = OBJECT_CHANNEL, .relation = RELATION_MEMBER};

    CHECK_EQ(authorize(&owner, VERB_MESSAGE_READ, &o), -EPERM);
    CHECK_EQ(authorize(&owner, VERB_MEMBER_LEAVE, &o), -EPERM);
}

TEST(channel_of_others_is_not_admitted_to_exist)
{
    const struct actor owner = as(ROLE_OWNER);
    const struct object o = {.kind = OBJECT_CHANNEL, .channel_kind = CHANNEL_DIRECT};

    CHECK_EQ(authorize(&owner, VERB_MESSAGE_READ, &o), -ENOENT);
}

TEST(token_may_only_what_it_was_made_for)
{
    const struct object self = OBJECT_OF_SELF;
    const struct object none = OBJECT_OF_NONE;
    struct actor owner = as(ROLE_OWNER);

    owner.scopes = SCOPE_READ;
    CHECK_EQ(authorize(&owner, VERB_ME_READ, &self), 0);
    CHECK_EQ(authorize(&owner, VERB_ME_EDIT, &self), -EPERM);
    CHECK_EQ(authorize(&owner, VERB_PERSON_MANAGE, &none), -EPERM);
    owner.scopes = SCOPE_READ | SCOPE_WRITE | SCOPE_ADMIN;
    CHECK_EQ(authorize(&owner, VERB_PERSON_MANAGE, &none), 0);
    CHECK_EQ(authorize(&owner, VERB_TOKEN_MANAGE, &self), -EPERM);
    CHECK_EQ(authorize(&owner, VERB_SECURITY_EDIT, &self), -EPERM);
    CHECK_EQ(authorize(&owner, VERB_SESSION_END, &self), -EPERM);
}

TEST(moderator_of_a_channel_may_what_a_member_may_not)
{
    const struct actor member = as(ROLE_MEMBER);
    struct object o = {
        .kind = OBJECT_CHANNEL, .relation = RELATION_MEMBER, .channel_kind = CHANNEL_GROUP};

    CHECK_EQ(authorize(&member, VERB_MEMBER_REMOVE, &o), -EPERM);
    o.relation = RELATION_MODERATOR;
    CHECK_EQ(authorize(&member, VERB_MEMBER_REMOVE, &o), 0);
}
