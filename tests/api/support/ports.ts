import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** A TCP port of this machine that is free now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The same of UDP. */
export async function freeUdpPort(): Promise<number> {
  const probe = createSocket("udp4");
  await new Promise<void>((done) => probe.bind(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise<void>((done) => probe.close(done));
  return port;
}
