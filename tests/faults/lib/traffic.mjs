// People who write all the time, and a reckoning of what they were told: each sends a message, with
// the same client_id again and again, until it is acknowledged, and only then the next.
import { pause } from "../../support/program.mjs";
import { uuid } from "./client.mjs";
import { Receiver } from "./receiver.mjs";

const CATCH_UP_MS = 60_000;
const RETRY_MS = 25;
const BACK_MS = 60_000;

export class Traffic {
  acknowledged = [];
  /** How often each status came; "none" where no answer did. */
  answers = {};
  slowestMs = 0;
  #over = true;
  #streams = [];
  #lastAck = new Map();

  /** @param channels {{id: string, members: Person[]}[]} */
  constructor(channels) {
    this.channels = channels;
    this.receivers = channels.flatMap((c) => c.members.slice(0, 1).map((p) => new Receiver(p)));
  }

  begin() {
    this.#over = false;
    this.answers = {};
    this.slowestMs = 0;
    this.#streams = this.channels.flatMap((c) => c.members.map((p) => this.#chat(p, c.id)));
  }

  /** Whatever is under way is settled first. */
  async end() {
    this.#over = true;
    await Promise.all(this.#streams);
  }

  async #chat(person, channel) {
    while (!this.#over) {
      const m = { clientId: uuid(), channel, body: `${person.number} at ${Date.now()}` };
      const row = await this.#settle(person, m);
      this.acknowledged.push({ ...m, sender: person.me.id, row });
      this.#lastAck.set(`${person.number} ${channel}`, Date.now());
      await pause(Math.random() * 10);
    }
  }

  async #settle(person, m) {
    for (;;) {
      const begun = Date.now();
      const answer = await person.send(m.channel, m.clientId, m.body).catch(() => undefined);
      this.slowestMs = Math.max(this.slowestMs, Date.now() - begun);
      const status = answer?.status ?? "none";
      this.answers[status] = (this.answers[status] ?? 0) + 1;
      if (status === 200 || status === 201) return answer.body;
      await pause(RETRY_MS);
    }
  }

  /** How long after a moment everybody has had a message acknowledged, in ms. */
  async backAfter(moment) {
    const writers = this.channels.reduce((n, c) => n + c.members.length, 0);
    for (const end = Date.now() + BACK_MS; Date.now() < end; await pause(10)) {
      const acks = [...this.#lastAck.values()];
      if (acks.length === writers && acks.every((at) => at > moment)) return Date.now() - moment;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** What is there, against what everybody was told since the beginning. */
  async reckon() {
    const there = new Map();
    const found = { lost: [], twice: [], moved: [], holes: [], unseen: [] };
    for (const c of this.channels) {
      const { rows } = await c.members[0].changes(c.id, 0);
      rows.forEach((row, i) => {
        if (row.seq !== i + 1) found.holes.push(`${c.id}: ${row.seq} stands at ${i + 1}`);
        if (row.client_id === null) return;
        if (there.has(row.client_id)) found.twice.push(row.client_id);
        there.set(row.client_id, row);
      });
      await this.#seen(c, rows, found.unseen);
    }
    for (const m of this.acknowledged) {
      const row = there.get(m.clientId);
      if (!row) found.lost.push(`${m.clientId}: ${m.body}`);
      else if (JSON.stringify(row) !== JSON.stringify(m.row)) found.moved.push(m.clientId);
    }
    return found;
  }

  async #seen(channel, rows, unseen) {
    const ids = rows.map((row) => row.id).join();
    for (const r of this.receivers.filter((one) => channel.members.includes(one.person))) {
      const there = await r.reaches(channel.id, rows.at(-1).change, Date.now() + CATCH_UP_MS);
      const seen = r.timelines.get(channel.id)?.rows.map((row) => row.id);
      if (!there || seen?.join() !== ids)
        unseen.push(
          `${r.person.number} has ${seen?.length} rows of ${rows.length} in ${channel.id}`,
        );
      unseen.push(...r.faults.splice(0));
    }
  }

  close() {
    for (const r of this.receivers) r.end();
  }
}

/** So many groups of the given people, each of whom is in a group with the next few. */
export async function groups(all, count, size) {
  const made = [];
  for (let g = 0; g < count; g++) {
    const members = Array.from({ length: size }, (_, i) => all[(g + i) % all.length]);
    const { id } = await members[0].must(201, "POST", "/channels", {
      kind: "group",
      name: `Group ${g}`,
      members: members.slice(1).map((p) => p.me.id),
    });
    made.push({ id, members });
  }
  return made;
}

/** A row of the table in the end. */
export const row = (name, traffic, found, back) => ({
  fault: name,
  acknowledged: traffic.acknowledged.length,
  lost: found.lost.length,
  twice: found.twice.length,
  "back ms": back ?? "",
  "slowest ms": traffic.slowestMs,
  answers: Object.entries(traffic.answers)
    .map(([status, n]) => `${status}: ${n}`)
    .join(", "),
});
