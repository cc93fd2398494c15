import { foundIn, foundOf, type RelayWay, serverOf } from "./candidates";
import { afresh, type Evidence, NOTHING, withLocal, withRefusal, withRemote } from "./evidence";
import type { Signal } from "./negotiation";

const WAYS: readonly unknown[] = ["udp", "tcp", "tls"];

/** Newer than what TypeScript knows of candidates. */
interface Detailed {
  readonly relayProtocol?: string | null;
  readonly url?: string | null;
}

function relayWayOf({ relayProtocol, url }: Detailed): RelayWay | null {
  if (WAYS.includes(relayProtocol)) return relayProtocol as RelayWay;
  return serverOf(url ?? "")?.way ?? null;
}

/** Gathers evidence of a connection while it is made. */
export class Trace {
  readonly #onChange: () => void;
  #evidence: Evidence = NOTHING;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get evidence(): Evidence {
    return { ...this.#evidence, online: navigator.onLine !== false };
  }

  offered(listed: boolean, offered: readonly string[], relayOnly: boolean): void {
    this.#put({ ...this.#evidence, listed, offered, relayOnly });
  }

  /** Another try begins. */
  afresh(): void {
    this.#put(afresh(this.#evidence));
  }

  /** It connected, or the person asks anew: what went before explains nothing any more. */
  settled(): void {
    this.#put({ ...this.#evidence, refusals: [], restarts: 0 });
  }

  watch(pc: RTCPeerConnection): void {
    const states = () => this.#states(pc);
    pc.addEventListener("connectionstatechange", states);
    pc.addEventListener("iceconnectionstatechange", states);
    pc.addEventListener("icegatheringstatechange", states);
    pc.addEventListener("icecandidate", ({ candidate }) => {
      const found = candidate && foundOf(candidate.candidate);
      if (!found) return;
      const relayWay = found.kind === "relay" ? relayWayOf(candidate as Detailed) : null;
      this.#put(withLocal(this.#evidence, { ...found, relayWay }));
    });
    pc.addEventListener("icecandidateerror", ({ url, errorCode, errorText }) => {
      this.#put(withRefusal(this.#evidence, { url, code: errorCode, text: errorText }));
    });
  }

  heard({ candidate, description }: Signal): void {
    const found = candidate ? foundOf(candidate.candidate ?? "") : null;
    const all = [...(found ? [found] : []), ...(description ? foundIn(description.sdp) : [])];
    const answered = this.#evidence.answered || description !== undefined;
    this.#put({ ...withRemote(this.#evidence, all), answered });
  }

  #states(pc: RTCPeerConnection): void {
    this.#put({
      ...this.#evidence,
      connection: pc.connectionState,
      ice: pc.iceConnectionState,
      gathering: pc.iceGatheringState,
    });
  }

  #put(evidence: Evidence): void {
    this.#evidence = evidence;
    this.#onChange();
  }
}
