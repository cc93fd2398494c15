/* What leaves by the port of media, and what is told of it. */
#include "base/buf.h"
#include "base/metric.h"
#include "os/loop.h"
#include "port/datagrams.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

static uint64_t unsent(void)
{
    static const char name[] = "\nconvene_media_unsent_total ";
    struct buf text = {0};

    metric_write(&text);
    const char *at = strstr(buf_cstr(&text), name);
    CHECK(at);
    const uint64_t n = at ? strtoull(at + sizeof(name) - 1, NULL, 10) : 0;
    buf_done(&text);
    return n;
}

/* Nobody is sent to there who has not asked for it by SO_BROADCAST. */
TEST(what_the_system_does_not_take_is_counted)
{
    const struct addr refused = {.ip = {255, 255, 255, 255}, .port = 9, .family = 4};
    const uint8_t text[] = "nothing";
    struct loop *loop = loop_new();
    int fd;

    CHECK_EQ(datagrams_open(0, 1, &fd), 0);
    struct datagrams *d = datagrams_new(loop, fd);
    const uint64_t before = unsent();
    for (int i = 0; i < 3; i++)
        datagrams_send(d, &(struct udp_out){.p = text, .len = sizeof(text), .to = refused});
    datagrams_flush(d);
    CHECK_EQ(unsent() - before, 3);

    const struct addr taken = {.ip = {127, 0, 0, 1}, .port = datagrams_port(d), .family = 4};
    datagrams_send(d, &(struct udp_out){.p = text, .len = sizeof(text), .to = taken});
    datagrams_flush(d);
    CHECK_EQ(unsent() - before, 3);
    (void)datagrams_free(d);
    (void)loop_free(loop);
}
