// The peer: express + ws + SQLite, doing for these benchmarks what Convene does, the usual way.
// Same JSON, sessions checked by the hash of a cookie, messages stored in a transaction with
// synchronous=FULL before they are told to the members who are connected.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import express from "express";
import { WebSocketServer } from "ws";

const { PORT, DATA_DIR, PEOPLE } = process.env;
const db = new DatabaseSync(`${DATA_DIR}/peer.db`);
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS session (token_hash TEXT PRIMARY KEY, user TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS head (channel TEXT PRIMARY KEY, last_seq INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS message (channel TEXT, seq INTEGER, id TEXT UNIQUE, sender TEXT,
    client_id TEXT, body TEXT, created_at INTEGER, PRIMARY KEY (channel, seq), UNIQUE (sender, client_id));
  INSERT OR IGNORE INTO head VALUES ('general', 0);
`);
const hash = (token) => createHash("sha256").update(token).digest("hex");
const people = Array.from({ length: Number(PEOPLE) }, (_, i) => ({
  id: crypto.randomUUID(),
  name: `Person ${i}`,
  email: `p${i}@example.org`,
  role: "member",
  presence: null,
  change: 1,
}));
const sessions = new Map(people.map((p, i) => [hash(`token-${i}`), p]));

const byCookie = (header) => {
  const token = /(?:^|; )convene=([^;]+)/.exec(header ?? "")?.[1];
  return token === undefined ? undefined : sessions.get(hash(token));
};

const app = express();
app.disable("x-powered-by");
app.use(express.json());
app.get("/healthz", (_req, res) => res.json({ ok: true }));
app.use("/api/v1", (req, res, next) => {
  req.user = byCookie(req.headers.cookie);
  if (!req.user) return res.status(401).json({ error: { code: "signed_out", message: "Sign in" } });
  next();
});
app.get("/api/v1/me", (req, res) => res.json(req.user));

const seen = db.prepare("SELECT * FROM message WHERE sender = ? AND client_id = ?");
const bump = db.prepare("UPDATE head SET last_seq = last_seq + 1 WHERE channel = ? RETURNING last_seq");
const insert = db.prepare("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)");
const members = new Set();
let pos = 0;

app.post("/api/v1/channels/:channel/messages", (req, res) => {
  const { client_id, body } = req.body;
  if (seen.get(req.user.id, client_id)) return res.status(200).json({});
  db.exec("BEGIN IMMEDIATE");
  const seq = bump.get("general").last_seq;
  const message = {
    id: crypto.randomUUID(),
    channel: req.params.channel,
    seq,
    n: seq,
    change: seq,
    sender: req.user.id,
    client_id,
    kind: "text",
    body,
    data: null,
    created_at: Date.now(),
    edited_at: null,
    deleted: false,
  };
  insert.run("general", seq, message.id, message.sender, client_id, body, message.created_at);
  db.exec("COMMIT");
  res.status(201).json(message);
  pos += 1;
  const text = JSON.stringify({ type: "message", pos, message });
  for (const socket of members) socket.send(text);
});

const server = createServer(app);
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on("upgrade", (req, socket, head) => {
  if (!byCookie(req.headers.cookie)) return socket.destroy();
  sockets.handleUpgrade(req, socket, head, (ws) => {
    members.add(ws);
    ws.on("close", () => members.delete(ws));
    ws.on("error", () => ws.terminate());
  });
});
server.listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
