import { type ReadonlySignal, signal } from "@preact/signals";
import type { Scope } from "../lib/scope";

/** What the named parts of a pattern ("/chat/:id") are in a path, or null where it is another. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split("/");
  const given = path.replace(/(?<=.)\/$/u, "").split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const have = given[i] ?? "";
    if (!part.startsWith(":")) {
      if (part !== have) return null;
      continue;
    }
    const value = decoded(have);
    if (!value) return null;
    params[part.slice(1)] = value;
  }
  return params;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The link that a click follows inside the page, or null where the browser is to do it. */
function linkOf(e: MouseEvent): URL | null {
  if (e.defaultPrevented || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey)
    return null;
  const link = e.target instanceof Element ? e.target.closest("a") : null;
  if (!link?.hasAttribute("href") || link.target || link.hasAttribute("download")) return null;
  const url = new URL(link.href);
  const ours = url.origin === location.origin && !url.pathname.startsWith("/api/");
  return ours ? url : null;
}

/** The address as state, over the browser's own history. */
export class Router {
  readonly #path = signal(location.pathname);
  readonly #query = signal(new URLSearchParams(location.search));

  readonly path: ReadonlySignal<string> = this.#path;
  readonly query: ReadonlySignal<URLSearchParams> = this.#query;

  go(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
    const url = new URL(to, location.href);
    if (url.href === location.href) return;
    history[replace ? "replaceState" : "pushState"](null, "", url);
    this.#read();
  }

  back(): void {
    history.back();
  }

  /** Follows the history, and takes the clicks on links of ours. */
  listen(scope: Scope): void {
    this.#read();
    scope.listen("popstate", () => this.#read());
    scope.listen("click", (e) => {
      const url = linkOf(e);
      if (!url) return;
      e.preventDefault();
      this.go(url.href);
    });
  }

  #read(): void {
    this.#query.value = new URLSearchParams(location.search);
    this.#path.value = location.pathname;
  }
}
