#include "chat/system_row.h"

static const char *const names[] = {
    [ROW_CREATED] = "created", [ROW_ADDED] = "added",   [ROW_LEFT] = "left",
    [ROW_RENAMED] = "renamed", [ROW_JOINED] = "joined", [ROW_REMOVED] = "removed",
};

static void put_person(struct json_out *o, const char *key, const struct person *p)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &p->id);
    json_put_str(o, "name", p->name);
    json_obj_end(o);
}

static struct span render_data(const struct system_row *row, struct arena *a)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "what", names[row->what]);
    put_person(&o, "by", row->by);
    json_arr_begin(&o, "users");
    for (size_t i = 0; row->users && i < row->users->count; i++)
        put_person(&o, NULL, &row->users->rows[i]);
    json_arr_end(&o);
    if (row->name.p) {
        json_put_str(&o, "name", row->name);
    } else {
        json_put_null(&o, "name");
    }
    json_obj_end(&o);
    const struct span s = arena_span(a, buf_span(&json));
    buf_done(&json);
    return s;
}

/* "Mei, Bo and Cid" */
static void add_names(struct buf *out, const struct people *users)
{
    for (size_t i = 0; users && i < users->count; i++) {
        if (i > 0)
            buf_add_str(out, i + 1 == users->count ? " and " : ", ");
        buf_add_span(out, users->rows[i].name);
    }
}

static struct span render_body(const struct system_row *row, struct arena *a)
{
    struct buf text = {0};

    buf_add_span(&text, row->by->name);
    switch (row->what) {
    case ROW_CREATED: buf_add_str(&text, " created the group"); break;
    case ROW_ADDED:
        buf_add_str(&text, " added ");
        add_names(&text, row->users);
        break;
    case ROW_LEFT: buf_add_str(&text, " left"); break;
    case ROW_RENAMED:
        buf_add_str(&text, " renamed the group to ");
        buf_add_span(&text, row->name);
        break;
    case ROW_JOINED: buf_add_str(&text, " joined"); break;
    case ROW_REMOVED:
        buf_add_str(&text, " removed ");
        add_names(&text, row->users);
        break;
    }
    const struct span s = arena_span(a, buf_span(&text));
    buf_done(&text);
    return s;
}

int system_row_insert(struct db *db, const struct id *channel, const struct system_row *row,
                      struct wall now, struct arena *a, struct message *ret)
{
    *ret = (struct message){.channel = *channel, .kind = span_str("system")};
    ret->data = render_data(row, a);
    ret->body = render_body(row, a);
    return message_insert(db, ret, now);
}
