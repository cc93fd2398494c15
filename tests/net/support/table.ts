import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Outcome } from "./call";
import type { Brand } from "./phone";

/* For docs/networking.md. */
const FILE = resolve(import.meta.dirname, "../../../build/net/table.md");
const HEAD = ["networks", "browsers", "caller goes", "callee goes", "connected ms", "pictures ms"];

type Ways = Pick<Outcome, "ways" | "family">;

/** What the calls came to, row by row. */
export class Table {
  readonly #rows: string[][] = [];

  add(name: string, brands: readonly [Brand, Brand], o: Outcome): void {
    this.#push(name, brands, o, [`${o.connectedMs}`, `${o.picturesMs}`]);
  }

  /** A call that went on, and how long its pictures took to come again. */
  addAgain(name: string, brands: readonly [Brand, Brand], o: Ways, backMs: number): void {
    this.#push(name, brands, o, ["-", `${backMs}`]);
  }

  #push(name: string, brands: readonly string[], o: Ways, times: readonly string[]): void {
    const ways = o.ways.map((way) => (o.family === 6 ? `${way}, IPv6` : way));
    this.#rows.push([name, brands.join("-"), ...ways, ...times]);
  }

  /** On standard output and, for the documentation, in a file. */
  print(): void {
    const all = [HEAD, ...this.#rows];
    const widths = HEAD.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
    const line = (row: readonly string[]) =>
      `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
    const rule = line(widths.map((width) => "-".repeat(width)));
    const text = [line(HEAD), rule, ...this.#rows.map(line)].join("\n");
    process.stdout.write(`${text}\n`);
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${text}\n`);
  }
}
