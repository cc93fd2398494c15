/*
 * nat - a full-cone NAT for UDP over IPv4, which Linux itself does not offer: each address and port
 * inside gets one port outside, whomever it talks to, and whoever knows that port gets in
 * (endpoint-independent mapping and filtering of RFC 4787).
 *
 *     nat DEVICE OUTSIDE      makes the tun device; the router sends it what is to be translated
 *
 * A mapping is a socket bound to OUTSIDE: what comes from inside goes out by it, and what comes to it
 * is written to the device as a packet for the address inside.  So the kernel does ports, checksums
 * and the way back, and somebody inside reaches a neighbour by the neighbour's port outside (hairpin).
 *
 * Mappings last as long as the program.  Fragments, and packets with options, are dropped.  "ready"
 * on standard output tells that the device is there.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAPPINGS_MAX = 500,
    PACKET_MAX = 65536,
    HEADERS = sizeof(struct iphdr) + sizeof(struct udphdr),
    LIFE = 64, /* hops of a packet that goes inside */
};

struct headers {
    struct iphdr ip;
    struct udphdr udp;
};

/* Slot 0 is the device's; the others are sockets, each with whom inside it stands for. */
struct nat {
    struct in_addr outside;
    nfds_t n;
    struct pollfd fds[1 + MAPPINGS_MAX];
    struct sockaddr_in inside[1 + MAPPINGS_MAX];
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int open_device(const char *name)
{
    struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    const int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        die("/dev/net/tun");
    (void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
    if (ioctl(fd, TUNSETIFF, &r))
        die(name);
    return fd;
}

/* The socket of somebody inside, made where there is none yet; -1 when there is no room. */
static int mapped(struct nat *n, in_addr_t ip, in_port_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = n->outside};
    int fd;

    for (nfds_t i = 1; i < n->n; i++) {
        if (n->inside[i].sin_addr.s_addr == ip && n->inside[i].sin_port == port)
            return n->fds[i].fd;
    }
    if (n->n > MAPPINGS_MAX)
        return -1;
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)))
        die("socket");
    n->fds[n->n] = (struct pollfd){.fd = fd, .events = POLLIN};
    n->inside[n->n] = (struct sockaddr_in){.sin_addr.s_addr = ip, .sin_port = port};
    n->n++;
    return fd;
}

/* A packet from inside, as the device gave it. */
static void go_out(struct nat *n, const uint8_t *packet, size_t len)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    struct headers h;
    int fd;

    if (len < HEADERS)
        return;
    memcpy(&h, packet, sizeof(h));
    if (h.ip.version != 4 || h.ip.ihl != 5 || h.ip.protocol != IPPROTO_UDP ||
        (ntohs(h.ip.frag_off) & ~IP_DF) != 0 || ntohs(h.udp.len) < sizeof(h.udp) ||
        ntohs(h.udp.len) > len - sizeof(h.ip))
        return;
    fd = mapped(n, h.ip.saddr, h.udp.source);
    to.sin_addr.s_addr = h.ip.daddr;
    to.sin_port = h.udp.dest;
    /* What cannot be sent is lost, as on any network. */
    if (fd >= 0)
        (void)sendto(fd, packet + HEADERS, ntohs(h.udp.len) - sizeof(h.udp), 0,
                     (struct sockaddr *)&to, sizeof(to));
}

static uint16_t ip_checksum(const struct iphdr *h)
{
    uint16_t words[sizeof(*h) / 2];
    uint32_t sum = 0;

    memcpy(words, h, sizeof(*h));
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        sum += words[i];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* len bytes of payload stand behind the room for the headers.  UDP goes without a checksum, which
 * IPv4 allows. */
static void go_in(const struct nat *n, const struct sockaddr_in *from, const struct sockaddr_in *to,
                  uint8_t *packet, size_t len)
{
    struct headers h = {
        .ip = {.version = 4,
               .ihl = 5,
               .tot_len = htons((uint16_t)(HEADERS + len)),
               .ttl = LIFE,
               .protocol = IPPROTO_UDP,
               .saddr = from->sin_addr.s_addr,
               .daddr = to->sin_addr.s_addr},
        .udp = {.source = from->sin_port,
                .dest = to->sin_port,
                .len = htons((uint16_t)(sizeof(struct udphdr) + len))},
    };

    h.ip.check = ip_checksum(&h.ip);
    memcpy(packet, &h, sizeof(h));
    if (write(n->fds[0].fd, packet, HEADERS + len) < 0 && errno != EAGAIN)
        perror("write");
}

static void read_device(struct nat *n, uint8_t *packet)
{
    ssize_t len;

    while ((len = read(n->fds[0].fd, packet, PACKET_MAX)) > 0)
        go_out(n, packet, (size_t)len);
    if (len == 0 || (errno != EAGAIN && errno != EINTR))
        die("the device is gone");
}

static void read_socket(const struct nat *n, nfds_t i, uint8_t *packet)
{
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    ssize_t len;

    while ((len = recvfrom(n->fds[i].fd, packet + HEADERS, PACKET_MAX - HEADERS, 0,
                           (struct sockaddr *)&from, &size)) >= 0) {
        if (len <= UINT16_MAX - (ssize_t)HEADERS)
            go_in(n, &from, &n->inside[i], packet, (size_t)len);
        size = sizeof(from);
    }
}

int main(int argc, char **argv)
{
    static uint8_t packet[PACKET_MAX];
    static struct nat n;

    if (argc != 3 || inet_pton(AF_INET, argv[2], &n.outside) != 1) {
        (void)fprintf(stderr, "usage: nat DEVICE OUTSIDE\n");
        return 2;
    }
    n.fds[0] = (struct pollfd){.fd = open_device(argv[1]), .events = POLLIN};
    n.n = 1;
    (void)puts("ready");
    (void)fflush(stdout);
    for (;;) {
        if (poll(n.fds, n.n, -1) < 0 && errno != EINTR)
            die("poll");
        for (nfds_t i = 1; i < n.n; i++) {
            if (n.fds[i].revents)
                read_socket(&n, i, packet);
        }
        if (n.fds[0].revents)
            read_device(&n, packet);
    }
}
