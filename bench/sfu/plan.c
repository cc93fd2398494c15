#include "plan.h"

#include <jansson.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

static const json_t *must(const json_t *of, const char *name)
{
    const json_t *v = json_object_get(of, name);

    if (!v) {
        (void)fprintf(stderr, "load: the plan has no %s\n", name);
        exit(2);
    }
    return v;
}

static double number(const json_t *of, const char *name)
{
    return json_number_value(must(of, name));
}

static struct line_word read_word(const json_t *of)
{
    struct line_word w;

    (void)snprintf(w.ufrag, sizeof(w.ufrag), "%s", json_string_value(json_array_get(of, 0)));
    (void)snprintf(w.pwd, sizeof(w.pwd), "%s", json_string_value(json_array_get(of, 1)));
    return w;
}

static struct rtpext_ids read_ids(const json_t *of)
{
    struct rtpext_ids ids = {0};
    void *it = json_object_iter((json_t *)of);

    for (; it; it = json_object_iter_next((json_t *)of, it)) {
        const enum rtpext e = rtpext_by_uri(span_str(json_object_iter_key(it)));
        if (e != RTPEXT_COUNT_)
            ids.id[e] = (uint8_t)json_integer_value(json_object_iter_value(it));
    }
    return ids;
}

static void read_send(const json_t *of, struct client *c, uint16_t nth)
{
    struct stream_out *s = &c->sends[c->send_count++];

    *s = (struct stream_out){.video = json_is_true(must(of, "video")),
                             .client = nth,
                             .ssrc = (uint32_t)number(of, "ssrc"),
                             .payload_type = (uint8_t)number(of, "payload_type"),
                             .level = (uint8_t)number(of, "level"),
                             .ids = read_ids(must(of, "ids")),
                             .size = (size_t)number(of, "size"),
                             .burst = (unsigned)number(of, "burst"),
                             .every = number(of, "every"),
                             .seq = 1,
                             .numbers = &c->numbers};
    (void)snprintf(s->mid, sizeof(s->mid), "%s", json_string_value(must(of, "mid")));
    if (s->burst > STREAM_BURST_MAX || s->size > STREAM_PAYLOAD_MAX)
        die("a burst or a payload is too large");
}

static void read_server(const json_t *of, struct line_conf *c)
{
    c->server.sin_family = AF_INET;
    c->server.sin_port = htons((uint16_t)json_integer_value(json_array_get(of, 1)));
    if (inet_pton(AF_INET, json_string_value(json_array_get(of, 0)), &c->server.sin_addr) != 1)
        die("address");
}

static json_t *parse(const char *line)
{
    json_error_t why;
    json_t *v = json_loads(line, 0, &why);

    if (!v) {
        (void)fprintf(stderr, "load: %s: %s\n", why.text, line);
        exit(2);
    }
    return v;
}

static void copy(const json_t *of, const char *name, char *out, size_t cap)
{
    (void)snprintf(out, cap, "%s", json_string_value(must(of, name)));
}

struct plan plan_read(const char *line)
{
    json_t *v = parse(line);
    struct plan p = {.settle = number(v, "settle"),
                     .seconds = number(v, "seconds"),
                     .sample = (unsigned)number(v, "sample"),
                     .gro = json_is_true(must(v, "gro"))};

    copy(v, "certificate", p.certificate, sizeof(p.certificate));
    copy(v, "key", p.key, sizeof(p.key));
    copy(v, "profiles", p.profiles, sizeof(p.profiles));
    copy(v, "pid", p.pid, sizeof(p.pid));
    json_decref(v);
    return p;
}

bool plan_read_client(const char *line, const struct plan *p, uint16_t nth, struct client *c)
{
    json_t *of = parse(line);

    if (json_object_size(of) == 0) {
        json_decref(of);
        return false;
    }
    const json_t *sends = must(of, "sends");
    const json_t *receives = must(of, "receives");
    *c = (struct client){
        .hearer = {.ids = read_ids(must(of, "ids")), .sample = p->sample, .ssrc = 0x10000U + nth}};
    read_server(must(of, "server"), &c->conf);
    c->conf.theirs = read_word(must(of, "theirs"));
    c->conf.own = read_word(must(of, "own"));
    c->conf.controlled = json_is_true(must(of, "controlled"));
    c->conf.gro = p->gro;
    for (size_t i = 0; i < json_array_size(sends) && i < SENDS_MAX; i++)
        read_send(json_array_get(sends, i), c, nth);
    for (size_t i = 0; i < json_array_size(receives) && i < sizeof(c->hearer.types); i++)
        c->hearer.types[c->hearer.type_count++] =
            (uint8_t)json_integer_value(json_array_get(receives, i));
    json_decref(of);
    return true;
}
