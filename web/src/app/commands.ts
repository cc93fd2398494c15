import { type ReadonlySignal, signal } from "@preact/signals";
import type { Scope } from "../lib/scope";

/** Something a person can do, once, for menus, keys and lists alike. */
export interface Command {
  readonly id: string;
  readonly label: string;
  /** Heading in the list of shortcuts. */
  readonly group?: string;
  /** "Ctrl+Shift+M", "Alt+ArrowUp", "1"; Ctrl is the command key on a Mac. */
  readonly key?: string | readonly string[];
  readonly when?: () => boolean;
  readonly run: () => void;
}

const isMac = () => /Mac|iPhone|iPad/u.test(navigator.userAgent);

export function keysOf(command: Command): readonly string[] {
  if (command.key === undefined) return [];
  return typeof command.key === "string" ? [command.key] : command.key;
}

const MAC: Readonly<Record<string, string>> = { Ctrl: "⌘", Shift: "⇧", Alt: "⌥" };
const ARROWS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};

/** A key as people write it. */
export function keyText(key: string): string {
  const mac = isMac();
  const parts = key
    .split(/\+(?=.)/u)
    .map((part) => ARROWS[part] ?? (mac ? MAC[part] : null) ?? part);
  return parts.join(mac ? "" : "+");
}

/** "Ctrl+Shift+M" of a key press; letters and digits by their place, whatever Shift or Alt make of them. */
function pressed(e: KeyboardEvent): string {
  const place = /^(?:Key|Digit)(.)$/u.exec(e.code)?.[1];
  const typed = e.key.length === 1 ? e.key.toUpperCase() : e.key;
  const isLetter = /^[A-Z]$/u.test(typed);
  const key = isLetter ? typed : (place ?? typed);
  return [
    (isMac() ? e.metaKey : e.ctrlKey) && "Ctrl",
    e.altKey && "Alt",
    e.shiftKey && "Shift",
    key === " " ? "Space" : key,
  ]
    .filter(Boolean)
    .join("+");
}

function isTyping(e: KeyboardEvent): boolean {
  const to = e.target;
  if (!(to instanceof HTMLElement)) return false;
  return to.isContentEditable || to.matches("input, textarea, select, [contenteditable]");
}

/** What can be done now, and the keys that do it. */
export class Commands {
  readonly #all = signal<readonly Command[]>([]);

  readonly all: ReadonlySignal<readonly Command[]> = this.#all;

  /** Returns what takes them away again. */
  add(list: readonly Command[]): () => void {
    this.#all.value = [...this.#all.value, ...list];
    return () => {
      this.#all.value = this.#all.value.filter((command) => !list.includes(command));
    };
  }

  run(id: string): boolean {
    const command = this.#all.value.find((c) => c.id === id && (c.when?.() ?? true));
    command?.run();
    return command !== undefined;
  }

  /** Runs what a key press means; the latest added goes first.  Says whether it meant anything. */
  press(e: KeyboardEvent): boolean {
    const key = pressed(e);
    const plain = !e.ctrlKey && !e.metaKey && !e.altKey;
    if (e.isComposing || (plain && isTyping(e))) return false;
    const command = this.#all.value.findLast(
      (c) => keysOf(c).includes(key) && (c.when?.() ?? true),
    );
    if (!command) return false;
    e.preventDefault();
    command.run();
    return true;
  }

  listen(scope: Scope): void {
    scope.listen("keydown", (e) => {
      if (!e.defaultPrevented) this.press(e);
    });
  }
}
