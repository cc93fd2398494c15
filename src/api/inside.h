/*
 * inside - what the files of api/ share: the api's own parts and the handlers by resource.
 * Private to api/.
 *
 * Thread: the loop's.
 */
#pragma once

#include "api/api.h"
#include "api/exchange.h"
#include "api/limit.h"
#include "api/mine.h"
#include "api/site.h"
#include "auth/security.h"
#include "base/list.h"

struct api {
    struct api_conf conf;
    struct hub *hub;
    struct limits *limits;
    struct mine *mine;
    struct site *site;
    struct list starts; /* calls that sockets have asked for and the store looks at (socket.c) */
    usec_t started;
};

/* Each answers x, at once or later. */
typedef void handler_fn(struct exchange *x);

/* site.c, session.c */
handler_fn handle_site_get, handle_setup_run, handle_session_create, handle_session_end;
handler_fn handle_session_list, handle_session_end_one, handle_session_end_others;
/* oidc.c */
handler_fn handle_sign_in_get, handle_oidc_start, handle_oidc_callback;
/* providers.c, pictures.c */
handler_fn handle_identity_remove, handle_provider_list, handle_provider_test, handle_picture_get;
/* security.c */
handler_fn handle_security_get, handle_password_set, handle_totp_begin, handle_totp_confirm,
    handle_totp_off, handle_recovery_codes_new, handle_admin_totp_off;
/* resets.c */
handler_fn handle_admin_reset, handle_reset_mail, handle_reset_lookup, handle_reset_accept;
/* me.c */
handler_fn handle_me_get, handle_me_edit, handle_presence_set, handle_state_get;
/* admin.c */
handler_fn handle_admin_people, handle_admin_person_edit, handle_admin_sign_out,
    handle_admin_sessions, handle_admin_session_end, handle_audit_list, handle_audit_verify,
    handle_storage_get;
/* guests.c, teams.c */
handler_fn handle_guest_link_list, handle_guest_link_create, handle_guest_link_revoke,
    handle_guest_lookup, handle_guest_join, handle_team_member_list, handle_team_role_set;
/* tokens.c */
handler_fn handle_token_list, handle_token_create, handle_token_end, handle_admin_bot_create;
/* people.c */
handler_fn handle_people_list, handle_person_get;
/* invites.c */
handler_fn handle_invite_list, handle_invite_create, handle_invite_revoke, handle_invite_lookup,
    handle_invite_accept;
/* channels.c */
handler_fn handle_channel_list, handle_channel_create, handle_channel_get, handle_channel_edit,
    handle_member_list, handle_member_add, handle_member_remove, handle_member_role_set,
    handle_channel_mark;
/* messages.c */
handler_fn handle_message_list, handle_message_send, handle_change_list;
/* calling.c */
handler_fn handle_call_list, handle_calls_seen, handle_ice_get, handle_socket_open;
/* health.c */
handler_fn handle_healthz, handle_readyz, handle_metrics;

/* session.c: the Set-Cookie field of the session; token SPAN_NONE with 0 seconds ends it. */
void session_cookie_write(const struct exchange *x, struct span token, int64_t seconds,
                          struct buf *out);

/* session.c: somebody has signed in: ends the session that this browser had until now. */
void session_replace(const struct exchange *x);

/* security.c: is the answer one of what was asked for (false), or has it been refused? */
bool security_refused(struct exchange *x, const struct security_answer *a);
struct security_by security_by_of(const struct exchange *x);

struct match;

/* oidc.c: is the path a callback address that the operator has set (GOOGLE_CALLBACK_URL)? */
bool oidc_alias(const struct api *a, const struct request *r, struct match *ret);
/* Of a route that is a page: on to the sign-in page, which says what is the matter. */
void answer_problem(struct exchange *x, enum problem problem);
