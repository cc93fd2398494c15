import { connect } from "node:net";
import type { Server } from "./server";

/** Sends bytes as they are and reads until the server closes, or until `until` has come. */
export function raw(server: Server, bytes: string | Buffer, until?: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    const late = setTimeout(() => {
      socket.destroy();
      fail(new Error(`nothing more came after: ${text}`));
    }, 20_000);
    const end = () => {
      clearTimeout(late);
      socket.destroy();
      done(text);
    };
    socket.on("error", end);
    socket.on("close", end);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (until?.test(text)) end();
    });
    socket.write(bytes);
  });
}
