#include "base/json.h"
#include "base/mem.h"

struct json_out json_out(struct buf *buf)
{
    return (struct json_out){.buf = buf};
}

/* Which bytes cannot stand for themselves in a string (RFC 8259, 7). */
static bool plain(char c)
{
    return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

static void escape(struct buf *b, char c)
{
    static const char hex[] = "0123456789abcdef";

    buf_add_char(b, '\\');
    switch (c) {
    case '"':
    case '\\': buf_add_char(b, c); return;
    case '\b': buf_add_char(b, 'b'); return;
    case '\f': buf_add_char(b, 'f'); return;
    case '\n': buf_add_char(b, 'n'); return;
    case '\r': buf_add_char(b, 'r'); return;
    case '\t': buf_add_char(b, 't'); return;
    default: break;
    }
    buf_add_str(b, "u00");
    buf_add_char(b, hex[(unsigned char)c >> 4]);
    buf_add_char(b, hex[(unsigned char)c & 15]);
}

static void quote(struct buf *b, struct span s)
{
    size_t from = 0;

    buf_room(b, s.len + 2);
    buf_add_char(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (plain(s.p[i]))
            continue;
        buf_add(b, s.p + from, i - from);
        escape(b, s.p[i]);
        from = i + 1;
    }
    buf_add_span(b, span_sub(s, from, s.len));
    buf_add_char(b, '"');
}

static void lead(struct json_out *o, const char *key)
{
    if (o->comma)
        buf_add_char(o->buf, ',');
    o->comma = true;
    if (key) {
        quote(o->buf, span_str(key));
        buf_add_char(o->buf, ':');
    }
}

static void begin(struct json_out *o, const char *key, char bracket)
{
    lead(o, key);
    buf_add_char(o->buf, bracket);
    o->comma = false;
}

static void end(struct json_out *o, char bracket)
{
    buf_add_char(o->buf, bracket);
    o->comma = true;
}

void json_obj_begin(struct json_out *o, const char *key)
{
    begin(o, key, '{');
}

void json_obj_end(struct json_out *o)
{
    end(o, '}');
}

void json_arr_begin(struct json_out *o, const char *key)
{
    begin(o, key, '[');
}

void json_arr_end(struct json_out *o)
{
    end(o, ']');
}

void json_put_str(struct json_out *o, const char *key, struct span s)
{
    lead(o, key);
    quote(o->buf, s);
}

void json_put_cstr(struct json_out *o, const char *key, const char *s)
{
    json_put_str(o, key, span_str(s));
}

void json_put_i64(struct json_out *o, const char *key, int64_t v)
{
    lead(o, key);
    buf_add_i64(o->buf, v);
}

void json_put_bool(struct json_out *o, const char *key, bool v)
{
    lead(o, key);
    buf_add_str(o->buf, v ? "true" : "false");
}

void json_put_null(struct json_out *o, const char *key)
{
    lead(o, key);
    buf_add_str(o->buf, "null");
}

void json_put_id(struct json_out *o, const char *key, const struct id *id)
{
    if (id_none(id)) {
        json_put_null(o, key);
    } else {
        json_put_str(o, key, id_span(id));
    }
}

void json_put_raw(struct json_out *o, const char *key, struct span json)
{
    lead(o, key);
    buf_add_span(o->buf, json);
}

static int dump(const char *bytes, size_t n, void *arg)
{
    buf_add(arg, bytes, n);
    return 0;
}

void json_put_value(struct json_out *o, const char *key, const json_t *v)
{
    lead(o, key);
    if (json_dump_callback(v, dump, o->buf, JSON_COMPACT | JSON_ENCODE_ANY) < 0)
        abort(); /* a parsed value is valid, and memory never runs out */
}
