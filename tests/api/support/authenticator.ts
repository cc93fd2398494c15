import { createHmac } from "node:crypto";

const PERIOD_MS = 30_000;
/* So much of a step must be left when a test begins, so that all its codes are still good. */
const NEEDED_MS = 12_000;

function bytesOf(base32: string): Buffer {
  const bits = [...base32]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** RFC 6238, as a phone does it; away: how many steps it is off. */
export function codeOf(base32: string, away = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / PERIOD_MS) + away));
  const mac = createHmac("sha1", bytesOf(base32)).update(counter).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A code that is none of those that are good now. */
export function wrongCodeOf(base32: string): string {
  const good = [-2, -1, 0, 1, 2].map((away) => codeOf(base32, away));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((c) => !good.includes(c)) ?? "";
}

/** Waits until a step has long enough to go. */
export async function earlyInStep(): Promise<void> {
  const left = PERIOD_MS - (Date.now() % PERIOD_MS);
  if (left < NEEDED_MS) await new Promise((done) => setTimeout(done, left + 50));
}
