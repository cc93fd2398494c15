// Lets a program of one network namespace reach a port of another: listens on a path, which both have,
// and passes each connection on to that port of this namespace.
//
//     node crossing.mjs PATH PORT
import { connect, createServer } from "node:net";
import { pipeline } from "node:stream";

const [path, port] = process.argv.slice(2);
/* Either end may go when it likes. */
const ends = () => {};

createServer((from) => {
  const to = connect(Number(port), "127.0.0.1");
  pipeline(from, to, from, ends);
}).listen(path);
