// The peer of bench/store.mjs: sending as an application on express and Sequelize does it, on the
// tables that Convene made.  The work is the same: the session checked (kept in memory once it was
// found, as Convene does), then in one transaction the repeat looked for, the membership checked, the
// counters taken, the message stored and read by its sender.
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import express from "express";
import { DataTypes, Op, Sequelize } from "sequelize";

const { PORT, DATABASE_URL, DATABASE_POOL } = process.env;
const sequelize = new Sequelize(DATABASE_URL, {
  logging: false,
  pool: { max: Number(DATABASE_POOL), min: Number(DATABASE_POOL) },
  define: { freezeTableName: true, timestamps: false },
});
const { STRING: text, BIGINT: number } = DataTypes;
const key = () => ({ type: text, primaryKey: true });

const Person = sequelize.define("person", { id: key(), role: text, deactivated_at: number });
const Session = sequelize.define("session", {
  id: key(),
  token_hash: text,
  person: text,
  expires_at: number,
  revoked_at: number,
});
const Channel = sequelize.define("channel", { id: key(), kind: text });
const Head = sequelize.define("channel_head", {
  channel: key(),
  last_seq: number,
  last_n: number,
  last_change: number,
});
const Member = sequelize.define("member", {
  channel: key(),
  person: key(),
  read_seq: number,
  read_n: number,
});
const Message = sequelize.define("message", {
  channel: key(),
  seq: { type: number, primaryKey: true },
  n: number,
  change: number,
  id: text,
  sender: text,
  client_id: text,
  kind: text,
  body: text,
  data: text,
  created_at: number,
  edited_at: number,
  deleted: DataTypes.INTEGER,
});
Session.belongsTo(Person, { foreignKey: "person", as: "owner" });
Channel.hasMany(Member, { foreignKey: "channel", as: "members" });

const sessions = new Map();

async function signedIn(header) {
  const token = /(?:^|; )convene=([^;]+)/.exec(header ?? "")?.[1];
  if (token === undefined) return undefined;
  const token_hash = createHash("sha256").update(token).digest("hex");
  const known = sessions.get(token_hash);
  if (known?.expires > Date.now()) return known;
  const row = await Session.findOne({
    where: { token_hash, revoked_at: null, expires_at: { [Op.gt]: Date.now() } },
    include: { model: Person, as: "owner", where: { deactivated_at: null } },
  });
  if (!row) return undefined;
  const found = { person: row.person, role: row.owner.role, expires: Number(row.expires_at) };
  sessions.set(token_hash, found);
  return found;
}

const shown = (m) => ({
  id: m.id,
  channel: m.channel,
  seq: Number(m.seq),
  n: Number(m.n),
  change: Number(m.change),
  sender: m.sender,
  client_id: m.client_id,
  kind: m.kind,
  body: m.body,
  data: m.data ?? null,
  created_at: Number(m.created_at),
  edited_at: m.edited_at ?? null,
  deleted: false,
});

async function store(transaction, channel, sender, client_id, body) {
  const first = await Message.findOne({ where: { sender, client_id }, transaction });
  if (first)
    return { status: first.channel === channel && first.body === body ? 200 : 409, row: first };
  const where = await Channel.findByPk(channel, {
    include: { model: Member, as: "members", where: { person: sender }, required: false },
    transaction,
  });
  if (!where?.members.length) return { status: 404 };
  const [[[head]]] = await Head.increment(
    { last_seq: 1, last_n: 1, last_change: 1 },
    { where: { channel }, returning: true, transaction },
  );
  const row = await Message.create(
    {
      channel,
      seq: head.last_seq,
      n: head.last_n,
      change: head.last_change,
      id: randomUUID(),
      sender,
      client_id,
      kind: "text",
      body,
      created_at: Date.now(),
      deleted: 0,
    },
    { returning: false, transaction },
  );
  await Member.update(
    { read_seq: head.last_seq, read_n: head.last_n },
    { where: { channel, person: sender, read_seq: { [Op.lt]: head.last_seq } }, transaction },
  );
  return { status: 201, row };
}

const app = express();
app.disable("x-powered-by");
app.use(express.json());
app.get("/healthz", (_req, res) => res.json({ ok: true }));
app.post("/api/v1/channels/:channel/messages", async (req, res) => {
  const user = await signedIn(req.headers.cookie);
  if (!user) return res.status(401).json({ error: { code: "signed_out", message: "Sign in" } });
  const { client_id, body } = req.body;
  const { status, row } = await sequelize.transaction((t) =>
    store(t, req.params.channel, user.person, client_id, body),
  );
  res
    .status(status)
    .json(row ? shown(row) : { error: { code: "not_found", message: "Not there" } });
});
createServer(app).listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
