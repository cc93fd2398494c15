/*
 * chatting - how the answers of chat/ become those of calls.  Private to api/.
 *
 * Thread: the loop's.
 */
#pragma once

#include "api/inside.h"
#include "chat/chat.h"

/* For chat_fn, with the exchange as arg: 200, or the refusal. */
void answer_chat(const struct chat_reply *r, void *arg);
/* The same for what makes something: 201, or 200 when it was there already. */
void answer_chat_made(const struct chat_reply *r, void *arg);
