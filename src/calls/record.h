/*
 * record - what is kept of a call: its row, how it ended for each of its people, and its line in the
 * chat.  Private to calls/.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "calls/inside.h"
#include "store/call.h"

/* Writes the call as it is now; once it has ended also its line, and tells both and the missed
 * calls of the callee.  Jobs of one channel run in order. */
void record_save(const struct entry *e);

/* Closes what the last run left open, as interrupted. */
void record_recover(const struct calls_conf *conf);

/* Tells the user how many missed calls they have not looked at. */
void record_tell_missed(struct bus *bus, const struct id *user, int64_t count);
