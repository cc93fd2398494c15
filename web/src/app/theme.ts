import { type ReadonlySignal, signal } from "@preact/signals";
import type { Scope } from "../lib/scope";
import { type Stored, stored } from "../lib/storage";

export type ThemeChoice = "system" | "light" | "dark" | "hc";

const CHOICES: readonly unknown[] = ["system", "light", "dark", "hc"];
const isChoice = (value: unknown): value is ThemeChoice => CHOICES.includes(value);

/** The look: what was chosen, kept by the browser, and shown as data-theme on <html>. */
export class Theme {
  readonly #kept: Stored<ThemeChoice> = stored<ThemeChoice>("theme", "system", isChoice);
  readonly #choice = signal<ThemeChoice>(this.#kept.get());
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #contrast = matchMedia("(prefers-contrast: more)");

  readonly choice: ReadonlySignal<ThemeChoice> = this.#choice;

  set(choice: ThemeChoice): void {
    this.#kept.set(choice);
    this.#choice.value = choice;
    this.#apply();
  }

  /** To be called before the first render; then follows the system, and other tabs. */
  start(scope: Scope): void {
    this.#apply();
    const again = () => this.#apply();
    for (const media of [this.#dark, this.#contrast]) {
      media.addEventListener("change", again);
      scope.add(() => media.removeEventListener("change", again));
    }
    scope.listen("storage", () => {
      this.#choice.value = this.#kept.get();
      this.#apply();
    });
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.#shown();
  }

  #shown(): Exclude<ThemeChoice, "system"> {
    const choice = this.#choice.value;
    if (choice !== "system") return choice;
    if (this.#contrast.matches) return "hc";
    return this.#dark.matches ? "dark" : "light";
  }
}
