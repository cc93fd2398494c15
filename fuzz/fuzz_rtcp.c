/*
 * RTCP and the feedback in it: the walk ends, no part reaches out of the packet, and what is written of what was read is
 * read again as it was.
 */
#include "wire/rtcp.h"
#include "wire/twcc.h"

#include "fuzz.h"

enum { ROOM = 2048 };

static void nacks_again(const uint16_t *seqs, size_t n)
{
    static uint8_t room[ROOM];
    struct rtcp_out o = {.p = room, .cap = sizeof(room)};
    uint16_t back[RTCP_NACKS_MAX];
    uint16_t rising[RTCP_NACKS_MAX];
    struct rtcp r;
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        if (count == 0 || (uint16_t)(seqs[i] - rising[count - 1] - 1) < 0x7fff)
            rising[count++] = seqs[i];
    }
    if (count == 0)
        return;
    rtcp_put_nack(&o, 1, 2, rising, count);
    MUST(o.len <= sizeof(room));
    struct span rest = span_of(room, o.len);
    if (o.full)
        return;
    MUST(rtcp_next(&rest, &r) && r.kind == RTCP_NACK && r.sender == 1 && r.media == 2);
    MUST(rtcp_nacks(&r, back, RTCP_NACKS_MAX) == count);
    MUST(memcmp(back, rising, count * sizeof(back[0])) == 0);
}

/* Times are told in ticks, from the first that is told of. */
static void arrivals_again(const struct twcc_arrival *in, size_t n)
{
    static uint8_t room[TWCC_BODY_MAX];
    static struct twcc_arrival back[TWCC_PACKETS_MAX];
    size_t received = 0;
    size_t len = 0;
    uint8_t number;

    for (size_t i = 0; i < n; i++) {
        MUST(i == 0 || in[i].seq == (uint16_t)(in[i - 1].seq + 1));
        received += in[i].received;
        if (in[i].received && in[i].at < 0)
            return; /* before the receiver's time began: told by others, never by us */
    }
    if (received == 0)
        return;
    const size_t told = twcc_write(room, 7, in, n, &len);
    MUST(told <= n && len <= sizeof(room) && len % 4 == 0);
    if (told == 0)
        return;
    const int m = twcc_parse(span_of(room, len), &number, back, TWCC_PACKETS_MAX);
    MUST(m == (int)told && number == 7);
    for (size_t i = 0; i < told; i++)
        MUST(back[i].seq == in[i].seq && back[i].received == in[i].received);
}

static void take(const struct rtcp *r)
{
    static struct twcc_arrival told[TWCC_PACKETS_MAX];
    uint16_t seqs[RTCP_NACKS_MAX];
    uint32_t targets[RTCP_REPORTS_MAX];
    struct rtcp_report report;
    uint8_t number;

    if (r->kind == RTCP_SR || r->kind == RTCP_RR) {
        for (size_t i = 0; i < r->count; i++)
            rtcp_report_at(r, i, &report);
    } else if (r->kind == RTCP_NACK) {
        nacks_again(seqs, rtcp_nacks(r, seqs, RTCP_NACKS_MAX));
    } else if (r->kind == RTCP_FIR) {
        MUST(rtcp_fir_targets(r, targets, RTCP_REPORTS_MAX) <= RTCP_REPORTS_MAX);
    } else if (r->kind == RTCP_TRANSPORT_CC) {
        const int n = twcc_parse(r->body, &number, told, TWCC_PACKETS_MAX);
        if (n > 0)
            arrivals_again(told, (size_t)n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of(data, size);
    struct rtcp r;
    size_t before = rest.len;

    while (rtcp_next(&rest, &r)) {
        MUST(rest.len < before);
        before = rest.len;
        MUST(r.body.len == 0 || ((const uint8_t *)r.body.p >= data &&
                                 (const uint8_t *)r.body.p + r.body.len <= data + size));
        take(&r);
    }
    return 0;
}
