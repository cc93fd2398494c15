#include "hub/recent.h"

#include "base/mem.h"
#include "http/frame.h"

struct recent {
    uint64_t floor; /* the last position that was given up */
    size_t first;   /* of the oldest entry */
    size_t count;
    size_t bytes;
    struct recent_entry entries[RECENT_MAX];
};

static struct recent_entry *at(const struct recent *r, size_t i)
{
    return (struct recent_entry *)&r->entries[(r->first + i) % RECENT_MAX];
}

static void drop_oldest(struct recent *r)
{
    struct recent_entry *e = at(r, 0);

    r->floor = e->pos;
    r->bytes -= frame_len(e->frame);
    e->frame = frame_unref(e->frame);
    r->first = (r->first + 1) % RECENT_MAX;
    r->count--;
}

struct recent *recent_new(void)
{
    return mem_new(struct recent);
}

struct recent *recent_free(struct recent *r)
{
    while (r && r->count > 0)
        drop_oldest(r);
    return mem_free(r);
}

void recent_add(struct recent *r, uint64_t pos, const struct bus_event *e, struct frame *frame)
{
    const size_t len = frame_len(frame);

    while (r->count == RECENT_MAX || (r->count > 0 && r->bytes + len > RECENT_BYTES_MAX))
        drop_oldest(r);
    *at(r, r->count) = (struct recent_entry){
        .pos = pos,
        .audience = e->audience,
        .channel = e->channel,
        .user = e->user,
        .page = e->page,
        .except_user = e->except_user,
        .frame = frame_ref(frame),
    };
    r->count++;
    r->bytes += len;
}

bool recent_reaches(const struct recent *r, uint64_t pos, uint64_t now)
{
    return pos >= r->floor && pos <= now;
}

const struct recent_entry *recent_after(const struct recent *r, uint64_t pos)
{
    size_t low = 0;
    size_t high = r->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (at(r, middle)->pos <= pos) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < r->count ? at(r, low) : NULL;
}
