import { type ReadonlySignal, signal } from "@preact/signals";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: "info" | "error" | "success";
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

interface Wanted {
  readonly text: string;
  readonly kind?: Toast["kind"];
  readonly action?: Toast["action"];
  /** How long it stays; an error, or one with an action, stays longer. */
  readonly ms?: number;
}

const AT_MOST = 3;

/** Short notices that leave by themselves, newest last. */
export class Toasts {
  readonly #list = signal<readonly Toast[]>([]);
  #next = 1;

  readonly list: ReadonlySignal<readonly Toast[]> = this.#list;

  show({ text, kind = "info", action, ms }: Wanted): number {
    const id = this.#next++;
    const toast: Toast = { id, text, kind, action };
    this.#list.value = [...this.#list.value.filter((t) => t.text !== text), toast].slice(-AT_MOST);
    setTimeout(() => this.dismiss(id), ms ?? (action || kind === "error" ? 10_000 : 5_000));
    return id;
  }

  dismiss(id: number): void {
    this.#list.value = this.#list.value.filter((toast) => toast.id !== id);
  }
}
