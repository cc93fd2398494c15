#include "auth/guest_leave.h"

#include "base/json.h"
#include "store/channel.h"

#include <errno.h>

/* By channel, so that several heads are always taken in one order. */
static int find(struct db *db, struct wall now, struct id *guests, struct id *channels,
                size_t *ret_count)
{
    int rc = db_query(db, SQL_GUEST_AT_END, VALS(val_int(now.ms), val_int(GUESTS_LEAVE_MAX)));
    size_t n = 0;

    while (rc >= 0 && n < GUESTS_LEAVE_MAX && (rc = db_next(db)) > 0) {
        guests[n] = db_id(db, 0);
        channels[n++] = db_id(db, 1);
    }
    db_rows_end(db);
    *ret_count = n;
    return rc < 0 ? rc : 0;
}

int guests_leave(struct db *db, struct wall now, struct arena *a, struct guest_places *ret)
{
    struct id *guests = arena_array(a, struct id, GUESTS_LEAVE_MAX);
    struct id *channels = arena_array(a, struct id, GUESTS_LEAVE_MAX);
    size_t places = 0;
    size_t n = 0;
    int rc = find(db, now, guests, channels, &n);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = member_delete(db, &channels[i], &guests[i]);
        if (rc == -ENOENT)
            rc = 0; /* somebody else was before us */
        if (places == 0 || !id_eq(&channels[places - 1], &channels[i]))
            channels[places++] = channels[i];
    }
    *ret = (struct guest_places){channels, places};
    return rc;
}

void guests_left(struct bus *bus, const struct guest_places *p)
{
    for (size_t i = 0; i < p->count; i++) {
        struct buf json = {0};
        struct json_out o = json_out(&json);

        json_put_id(&o, "channel", &p->channels[i]);
        json_put_cstr(&o, "what", "changed");
        bus_publish(bus, &(struct bus_event){.kind = BUS_EVENT,
                                             .audience = BUS_TO_CHANNEL,
                                             .channel = p->channels[i],
                                             .type = "channel",
                                             .members = buf_span(&json)});
        buf_done(&json);
    }
}
