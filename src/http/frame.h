/*
 * frame - one WebSocket frame as it goes on the wire, built once for all its receivers and shared
 * by reference: `{refs, len, bytes}`.
 *
 * Thread: the main loop's (the count is not atomic).
 */
#pragma once

#include "base/span.h"
#include "wire/ws.h"

struct frame;

/* An unmasked, unfragmented text frame (RFC 6455, 5.2); text must be UTF-8.  One reference. */
struct frame *frame_new_text(struct span text);
/* A ping, pong or close; payload at most WS_CONTROL_MAX bytes. */
struct frame *frame_new_control(enum ws_op op, struct span payload);
/* A close with a code and a reason of at most WS_REASON_MAX bytes. */
struct frame *frame_new_close(int code, struct span reason);
struct frame *frame_ref(struct frame *f);
/* Frees it with the last reference; returns NULL. */
struct frame *frame_unref(struct frame *f);

/* The bytes on the wire, header and payload. */
struct span frame_bytes(const struct frame *f);
size_t frame_len(const struct frame *f);
