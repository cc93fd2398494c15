/*
 * stream - a connection as a stream of bytes, plain or TLS, with one owner who is told when it can
 * go on and makes the reads and writes itself.
 *
 * Over TLS a write may have to be repeated with the very same bytes, while what its owner has to
 * say can change meanwhile (frames are dropped); so the stream takes such a record over, counts it
 * as written and sends it before anything else.
 *
 * Thread: the loop's; another's after stream_move().
 */
#pragma once

#include "base/addr.h"
#include "os/poll.h"

#include <sys/types.h>
#include <sys/uio.h>

struct stream;
struct tls_context;

enum { STREAM_READ = POLL_READ, STREAM_WRITE = POLL_WRITE };

typedef void stream_fn(int events, void *arg);

/* Takes fd over, which must be non-blocking.  Nothing is watched yet. */
struct stream *stream_new(struct loop *l, int fd, const struct addr *peer);
/* Closes at once, what was not sent is lost; safe inside fn. */
struct stream *stream_free(struct stream *st);

/* Who is told from now on. */
void stream_own(struct stream *st, stream_fn *fn, void *arg);
/* What to be told of (level-triggered); 0 pauses. */
void stream_want(struct stream *st, int events);

/* Bytes; 0: the peer has ended its half; -EAGAIN; or what broke it. */
ssize_t stream_read(struct stream *st, void *p, size_t n);
/* The same without taking the bytes out. */
ssize_t stream_peek(struct stream *st, void *p, size_t n);
/* Bytes taken, possibly not all; -EAGAIN; or what broke it. */
ssize_t stream_writev(struct stream *st, const struct iovec *iov, int n);
/* Ends our half.  -EAGAIN: bytes are still to be sent, come again when STREAM_WRITE is told. */
int stream_shutdown(struct stream *st);

/* Goes over to TLS before anything was read; then to be called at each event until it is 0.
 * -EAGAIN: it goes on (and what to wait for is arranged); -EPROTO: it has failed. */
void stream_start_tls(struct stream *st, struct tls_context *c);
int stream_handshake(struct stream *st);

bool stream_secure(const struct stream *st);
const struct addr *stream_peer(const struct stream *st);
/* The address of ours that it came to; family 0 when it has gone. */
void stream_local(const struct stream *st, struct addr *ret);
int stream_fd(const struct stream *st);

/*
 * Hands the stream, TLS and all, to another loop: fn(arg) is run there, from when on it is that loop's.
 * Nothing must be owed to the peer and nobody own it.  Here it must not be touched any more.
 */
void stream_move(struct stream *st, struct loop *to, loop_fn *fn, void *arg);

/* Told when the stream ends, whoever ends it, on the loop that it began on: for those who count
 * connections. */
void stream_on_free(struct stream *st, loop_fn *fn, void *arg);
