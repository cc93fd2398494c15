/*
 * ws - the frames of the WebSocket protocol (RFC 6455, 5 to 7), in and out, without extensions.
 *
 * The reader takes bytes as they come and gives whole messages and control frames.  A message that
 * lies whole in the bytes at hand is unmasked where it stands and given as a span into them; only
 * what comes in pieces is gathered, in memory that grows with what has come and never with what
 * was announced, and that is freed with the message.  What the peer does wrong is noticed at the
 * first byte that shows it.
 *
 * Pure.  Chance for a client's mask and the SHA-1 of the handshake are others' work.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/buf.h"
#include "base/utf8.h"

/* Behind the key, under SHA-1: RFC 6455, 1.3. */
#define WS_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

enum {
    WS_HEADER_MAX = 14,
    WS_CONTROL_MAX = 125, /* bytes of payload of a control frame (5.5) */
    WS_REASON_MAX = 123,  /* of which a close has two for its code */
};

enum ws_op {
    WS_OP_CONTINUATION = 0,
    WS_OP_TEXT = 1,
    WS_OP_BINARY = 2,
    WS_OP_CLOSE = 8,
    WS_OP_PING = 9,
    WS_OP_PONG = 10,
};

/* Which side the reader is on: a server's peer must mask, a client's must not. */
enum ws_role { WS_SERVER, WS_CLIENT };

/* Codes of a close that the reader itself names (RFC 6455, 7.4.1). */
enum {
    WS_CODE_PROTOCOL = 1002,
    WS_CODE_NONE = 1005, /* the close had none */
    WS_CODE_DATA = 1007,
    WS_CODE_TOO_BIG = 1009,
};

enum ws_event {
    WS_MORE = 0, /* the bytes are used up */
    WS_TEXT,     /* a whole message, valid UTF-8 */
    WS_BINARY,
    WS_PING,
    WS_PONG,
    WS_CLOSE, /* the last event; what comes behind it is swallowed */
};

struct ws_reader {
    size_t max_message;
    enum ws_role role;
    /* private */
    uint64_t left;      /* bytes of payload of the frame that are still to come */
    struct buf message; /* what has come of the message */
    struct buf control; /* what has come of a control frame */
    struct utf8 utf8;   /* of the text so far */
    int code;           /* why it failed; 0 */
    uint8_t head[WS_HEADER_MAX];
    uint8_t key[4];
    uint8_t head_len;
    uint8_t key_at;     /* 0..3: which byte of the key is next */
    uint8_t op;         /* of the frame */
    uint8_t message_op; /* of the message that has begun; 0 */
    bool fin;
    bool in_payload;
    bool given; /* the last event's data stand in message or control */
    bool closed;
};

/* max_message: bytes of payload of all frames of a message. */
void ws_reader_init(struct ws_reader *r, enum ws_role role, size_t max_message);
void ws_reader_done(struct ws_reader *r);

struct ws_data {
    struct span bytes; /* of the message, ping or pong; the reason of a close */
    int code;          /* of a close (WS_CODE_NONE without one), or of a failure */
};

/*
 * Takes bytes off the front of the *len at *p, changing those it unmasks.  An enum ws_event; or
 * -EBADMSG, and ret->code is what to close with; it fails for ever then.  The data are valid until
 * the next call or until the bytes at *p are touched.
 */
int ws_read(struct ws_reader *r, char **p, size_t *len, struct ws_data *ret);

/* May a peer send this code in a close (7.4.1, 7.4.2, and 1012-1014 of the registry)? */
bool ws_code_valid(int code);

/* Writes the header of an unmasked frame: 2, 4 or 10 bytes. */
size_t ws_header(uint8_t out[WS_HEADER_MAX], enum ws_op op, bool fin, uint64_t len);
/* A whole unmasked frame. */
void ws_write(struct buf *out, enum ws_op op, bool fin, struct span payload);
/* An unmasked close; code 0 for none.  reason: at most WS_REASON_MAX bytes of UTF-8, asserted. */
void ws_write_close(struct buf *out, int code, struct span reason);
/* A whole frame as a client sends it. */
void ws_write_masked(struct buf *out, enum ws_op op, bool fin, struct span payload,
                     const uint8_t key[4]);

/* Masks or unmasks; at says how many bytes of the payload came before. */
void ws_mask(char *p, size_t len, const uint8_t key[4], size_t at);
