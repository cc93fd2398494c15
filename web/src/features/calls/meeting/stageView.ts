import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { Leg } from "../../../api/gen";
import { isTile, type Mode, type Plan, planOf, type Tile } from "./plan";
import { seated } from "./seats";

interface Parts {
  readonly others: ReadonlySignal<readonly Leg[]>;
  readonly mine: ReadonlySignal<Leg | undefined>;
  readonly levels: ReadonlySignal<ReadonlyMap<string, number>>;
  readonly dominant: ReadonlySignal<string | null>;
}

export type Panel = "people" | "chat" | "connection" | null;

/** Whoever is heard for two seconds comes into view: looked at so often. */
const LOOK_MS = 500;

/** How this person looks at the meeting. */
export class StageView {
  readonly #parts: Parts;
  readonly #mode = signal<Mode>("gallery");
  readonly #pinned = signal<Tile | null>(null);
  readonly #page = signal(0);
  readonly #panel = signal<Panel>(null);
  readonly #capacity = signal(49);
  readonly #apart = signal(false);
  readonly #order = signal<readonly string[]>([]);
  readonly #speaker = signal<string | null>(null);
  readonly #since = new Map<string, number>();
  readonly #last = new Map<string, number>();
  readonly #undo: (() => void)[];

  readonly mode: ReadonlySignal<Mode> = this.#mode;
  readonly pinned: ReadonlySignal<Tile | null> = this.#pinned;
  readonly panel: ReadonlySignal<Panel> = this.#panel;
  /** My own picture lies above the others instead of among them. */
  readonly apart: ReadonlySignal<boolean>;
  readonly plan: ReadonlySignal<Plan>;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { others, mine } = parts;
    this.apart = computed(
      () => others.value.length > 0 && (this.#apart.value || others.value.length < 2),
    );
    this.plan = computed(() =>
      planOf({
        mode: this.#mode.value,
        order: this.#order.value,
        me: this.apart.value ? null : (mine.value?.id ?? null),
        screens: others.value.filter((l) => l.screen).map((l) => l.id),
        pinned: this.#pinned.value,
        speaker: this.#speaker.value,
        page: this.#page.value,
        capacity: this.#capacity.value,
      }),
    );
    const timer = setInterval(() => this.#seat(), LOOK_MS);
    this.#undo = [
      () => clearInterval(timer),
      effect(() => this.#hear(parts.levels.value, parts.dominant.value)),
      effect(() => this.#seat()),
    ];
  }

  choose(mode: Mode): void {
    this.#mode.value = mode;
    this.#pinned.value = null;
    this.#page.value = 0;
  }

  /** Again: lets go. */
  pin(tile: Tile): void {
    this.#pinned.value = isTile(this.#pinned.value, tile) ? null : tile;
  }

  turn(by: 1 | -1): void {
    const { page, pages } = this.plan.value;
    this.#page.value = Math.max(0, Math.min(pages - 1, page + by));
  }

  toggle(panel: Exclude<Panel, null>): void {
    this.#panel.value = this.#panel.value === panel ? null : panel;
  }

  closePanel(): void {
    this.#panel.value = null;
  }

  /** How many tiles have room, and whether my own is one of them. */
  fit(capacity: number, apart: boolean): void {
    this.#capacity.value = capacity;
    this.#apart.value = apart;
  }

  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #hear(levels: ReadonlyMap<string, number>, dominant: string | null): void {
    const now = Date.now();
    for (const leg of this.#since.keys()) if (!levels.has(leg)) this.#since.delete(leg);
    for (const leg of levels.keys()) {
      this.#last.set(leg, now);
      if (!this.#since.has(leg)) this.#since.set(leg, now);
    }
    /* Nobody wants to look at themselves while they speak. */
    if (dominant !== null && dominant !== this.#parts.mine.peek()?.id)
      this.#speaker.value = dominant;
  }

  #seat(): void {
    const present = this.#parts.others.value.map((l) => ({ leg: l.id, camera: l.camera }));
    const visible = Math.max(1, this.#capacity.value - (this.apart.value ? 0 : 1));
    const talk = { since: this.#since, last: this.#last };
    const before = untracked(() => this.#order.value);
    const next = seated(before, present, visible, talk, Date.now());
    if (next.join() !== before.join()) this.#order.value = next;
  }
}
