import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";

/*
 * A small Internet of network namespaces.  This process's own namespace is its public side, where the
 * server runs; a bridge joins it with the routers of the homes, and behind each of these are the
 * homes' own networks.  tests/net/calls starts all of it in namespaces of its own, which know no way out.
 *
 * Addresses: the public side's are ones that a relay may be asked for (documentation's may not), and
 * all homes use the same private network, as homes do.
 */
const ANSWER_MS = 2_000;
const BRIDGE = "internet";
export const SERVER = { v4: "198.20.0.1", v6: "2a00:c0::1" } as const;
/** Coturn's address, where that stands beside the server. */
export const COTURN = "198.20.0.2";
/** What the server's own firewall lets in: all that an operator is told to open. */
export const PORTS = { tcp: 443, udp: 3478 } as const;

/** How a home is joined to the public side. */
export interface Kind {
  /** How its router translates IPv4, by the words of RFC 3489; "none": there is no IPv4 at all. */
  readonly v4: "full cone" | "port-restricted" | "symmetric" | "none";
  readonly v6?: boolean;
  /** What the router lets out: "tcp", only port 443 of it, or there only what does not look like TURN. */
  readonly out?: "all" | "tcp" | "443" | "tls";
}

const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: "utf8", stdio: "pipe" });
const ip = (line: string): string => run("ip", ...line.trim().split(" "));
/** A command within a namespace. */
export const within = (space: string, line: string): string => ip(`netns exec ${space} ${line}`);

function rules(space: string | null, text: string): void {
  const enter = space === null ? [] : [`--net=/run/netns/${space}`];
  execFileSync("nsenter", [...enter, "nft", "-f", "-"], { input: text, stdio: "pipe" });
}

/* Addresses of IPv6 are there at once: one that is still tried out, as nobody else could have it,
   would be a change of the network for a browser that has started meanwhile. */
function addSpace(name: string): void {
  ip(`netns add ${name}`);
  within(name, "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0");
  ip(`-n ${name} link set lo up`);
}

const give = (space: string, device: string, address: string): string =>
  ip(`-n ${space} addr add ${address} dev ${device}${address.includes(":") ? " nodad" : ""}`);

/* What goes to nobody vanishes, as on the Internet, where an error would tell the sender at once: there
   is a way on, but nobody at its end. */
function wayOn(space: string | null, device: string): void {
  const where = space === null ? "" : `-n ${space} `;
  const nobody = "198.20.255.254";
  ip(`${where}neigh add ${nobody} lladdr 02:00:00:00:00:99 dev ${device} nud permanent`);
  ip(`${where}route add default via ${nobody}`);
}

/** The public side: the bridge, the server's addresses and its firewall. */
export function openInternet(): void {
  ip("link set lo up");
  ip(`link add ${BRIDGE} type bridge`);
  ip(`link set ${BRIDGE} up`);
  ip(`addr add ${SERVER.v4}/16 dev ${BRIDGE}`);
  ip(`addr add ${SERVER.v6}/64 dev ${BRIDGE} nodad`);
  wayOn(null, BRIDGE);
  run("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1");
  rules(
    null,
    `table inet server {
      chain input {
        type filter hook input priority 0; policy drop
        iif lo accept
        ct state established,related accept
        meta l4proto { icmp, ipv6-icmp } accept
        tcp dport ${PORTS.tcp} accept
        udp dport ${PORTS.udp} accept
      }
    }`,
  );
}

/** Another machine on the public side: a namespace of that name, with no firewall. */
export function addMachine(name: string, address: string): void {
  addSpace(name);
  ip(`link add ${name} type veth peer name eth0 netns ${name}`);
  ip(`link set ${name} master ${BRIDGE} up`);
  give(name, "eth0", `${address}/16`);
  ip(`-n ${name} link set eth0 up`);
  wayOn(name, "eth0");
}

/* TURN is known by the magic cookie of its messages. */
const LET_OUT = {
  all: "accept",
  tcp: "meta l4proto tcp accept",
  "443": "tcp dport 443 accept",
  tls: "tcp dport 443 accept",
};
const NO_TURN = "tcp dport 443 @ih,32,32 0x2112a442 drop";

/* UDP through a full cone goes by the program's device, not by the kernel's translation. */
const translation = (kind: Kind): string =>
  ({
    "full cone": "oifname wan meta nfproto ipv4 meta l4proto != udp masquerade",
    "port-restricted": "oifname wan meta nfproto ipv4 masquerade",
    symmetric: "oifname wan meta nfproto ipv4 masquerade fully-random",
    none: "",
  })[kind.v4];

/* A packet that comes too early must leave no entry in the table of connections: one made for the
   router itself would give the same flow another port when it comes from inside. */
const routerRules = (kind: Kind): string => `
  table inet router {
    chain translate {
      type nat hook postrouting priority 100
      ${translation(kind)}
    }
    chain input {
      type filter hook input priority 0
      ${kind.v4 === "full cone" ? "" : "iifname wan meta l4proto udp ct state new drop"}
    }
    chain forward {
      type filter hook forward priority 0; policy drop
      ${kind.out === "tls" ? NO_TURN : ""}
      ct state established,related accept
      iifname cone accept
      iifname lan ${LET_OUT[kind.out ?? "all"]}
    }
  }`;

let homes = 0;

/* As /etc/hosts has it, which tests/net/calls writes. */
const NAMES = [`chat.test=${SERVER.v4}`, `chat.test=${SERVER.v6}`, `turn.test=${COTURN}`] as const;

/** Runs a program of ours within a namespace, until it says that it is ready. */
async function serve(space: string, ...command: readonly string[]): Promise<ChildProcess> {
  const one = spawn("nsenter", [`--net=/run/netns/${space}`, ...command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(one.stdout, "data");
  return one;
}

/** A router and the network behind it. */
export class Home {
  readonly #number: number;
  readonly #router: string;
  readonly #kind: Kind;
  readonly #programs: ChildProcess[] = [];
  #people = 0;

  private constructor(kind: Kind) {
    homes += 1;
    this.#number = homes;
    this.#router = `router${homes}`;
    this.#kind = kind;
  }

  static async build(kind: Kind): Promise<Home> {
    const home = new Home(kind);
    home.#wire();
    if (kind.v4 === "full cone") await home.#openCone();
    return home;
  }

  get #outside(): string {
    return `198.20.${this.#number}.1`;
  }

  #wire(): void {
    const router = this.#router;
    addSpace(router);
    ip(`link add ${router} type veth peer name wan netns ${router}`);
    ip(`link set ${router} master ${BRIDGE} up`);
    ip(`-n ${router} link set wan up`);
    ip(`-n ${router} link add lan type bridge`);
    ip(`-n ${router} link set lan up`);
    if (this.#kind.v4 !== "none") this.#wireV4();
    if (this.#kind.v6) this.#wireV6();
    rules(router, routerRules(this.#kind));
  }

  #wireV4(): void {
    const router = this.#router;
    within(router, "sysctl -qw net.ipv4.ip_forward=1");
    give(router, "wan", `${this.#outside}/16`);
    give(router, "lan", "192.168.1.1/24");
    wayOn(router, "wan");
  }

  #wireV6(): void {
    const router = this.#router;
    const number = this.#number.toString(16);
    within(router, "sysctl -qw net.ipv6.conf.all.forwarding=1");
    give(router, "wan", `2a00:c0::${number}:1/64`);
    give(router, "lan", `2a00:c1:0:${number}::1/64`);
    ip(`-n ${router} route add default via ${SERVER.v6}`);
    ip(`route add 2a00:c1:0:${number}::/64 via 2a00:c0::${number}:1`);
  }

  async #openCone(): Promise<void> {
    const program = process.env["NET_NAT"] ?? "";
    const router = this.#router;
    this.#programs.push(await serve(router, program, "cone", this.#outside));
    /* A neighbour's packet comes back from the router's own address. */
    within(router, "sysctl -qw net.ipv4.conf.cone.accept_local=1");
    ip(`-n ${router} link set cone up`);
    ip(`-n ${router} rule add iif lan ipproto udp lookup 100`);
    ip(`-n ${router} route add default dev cone table 100`);
  }

  /** Somebody who lives here: the name of a namespace that is joined to the network. */
  async person(): Promise<string> {
    const space = `${this.#router}p${this.#people + 1}`;
    const names = join(import.meta.dirname, "names.mjs");
    addSpace(space);
    this.join(space);
    this.#programs.push(await serve(space, process.execPath, names, ...NAMES));
    return space;
  }

  /** Joins a namespace to this home, by a device of its own. */
  join(space: string): void {
    this.#people += 1;
    const [router, host] = [this.#router, 10 + this.#people];
    const device = `wlan${this.#number}`;
    ip(`-n ${router} link add person${host} type veth peer name ${device} netns ${space}`);
    ip(`-n ${router} link set person${host} master lan up`);
    ip(`-n ${space} link set ${device} up`);
    if (this.#kind.v4 !== "none") {
      give(space, device, `192.168.1.${host}/24`);
      ip(`-n ${space} route add default via 192.168.1.1`);
    }
    if (this.#kind.v6) {
      const prefix = `2a00:c1:0:${this.#number.toString(16)}`;
      give(space, device, `${prefix}::${host}/64`);
      ip(`-n ${space} route add default via ${prefix}::1`);
    }
  }

  /** Takes a namespace off this home's network. */
  leave(space: string): void {
    ip(`-n ${space} link del wlan${this.#number}`);
  }

  /** The people's namespaces go first: a namespace stays while something runs in it. */
  raze(): void {
    for (const one of this.#programs) one.kill("SIGKILL");
    for (const line of ip("netns list").split("\n")) {
      const [space = ""] = line.split(" ");
      if (space.startsWith(`${this.#router}p`)) ip(`netns del ${space}`);
    }
    ip(`netns del ${this.#router}`);
    if (this.#kind.v6) ip(`route del 2a00:c1:0:${this.#number.toString(16)}::/64`);
  }
}

interface Link {
  readonly ifname: string;
  readonly linkinfo?: { readonly info_kind: string };
  readonly link_netnsid?: number;
}

const answers = (host: string): Promise<boolean> =>
  new Promise((done) => {
    const probe = connect({ host, port: 22, timeout: ANSWER_MS });
    const end = (so: boolean) => () => {
      probe.destroy();
      done(so);
    };
    probe.once("connect", end(true));
    probe.once("timeout", end(false));
    /* A refusal would be an answer as well. */
    probe.once("error", (e: NodeJS.ErrnoException) => end(e.code === "ECONNREFUSED")());
  });

/** What of this small Internet leads elsewhere: devices of other kinds, or joined to a namespace that
    is none of ours, and addresses of the machine that answer. */
export async function strangers(): Promise<readonly string[]> {
  const ours = new Set(
    ip("netns list-id")
      .split("\n")
      .flatMap((line) => /^nsid (\d+) .*name: /u.exec(line)?.[1] ?? []),
  );
  const links = JSON.parse(run("ip", "-j", "-d", "link")) as readonly Link[];
  const foreign = links.filter(
    ({ ifname, linkinfo, link_netnsid: there }) =>
      ifname !== "lo" &&
      linkinfo?.info_kind !== "bridge" &&
      !(linkinfo?.info_kind === "veth" && there !== undefined && ours.has(String(there))),
  );
  const machine = (process.env["NET_OUTSIDE"] ?? "").split(" ").filter(Boolean);
  const heard = await Promise.all(machine.map(answers));
  return [...foreign.map((l) => l.ifname), ...machine.filter((_, i) => heard[i])];
}
