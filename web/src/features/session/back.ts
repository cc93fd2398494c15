/* The way back from a provider: where one was, and what went wrong. */

/**
 * Why one is at the sign-in: what the server says in the address when a way through a provider led
 * nowhere, or "ended".
 */
export interface Problem {
  readonly code: string;
  readonly provider: string;
}

/** "problem=denied&provider=google" */
export function problemIn(fragment: string): Problem | null {
  const said = new URLSearchParams(fragment);
  const code = said.get("problem");
  return code ? { code, provider: said.get("provider") ?? "" } : null;
}

const KEY = "convene.back";
const isOurs = (path: string | null) => path !== null && /^\/(?![/\\])/u.test(path);

/** Keeps where one is for as long as the tab lives: a failed way comes back to the sign-in page. */
export function keepPlace(path: string): void {
  try {
    sessionStorage.setItem(KEY, path);
  } catch {
    /* Then one begins at the chats. */
  }
}

export function placeKept(): string {
  try {
    const path = sessionStorage.getItem(KEY);
    return path !== null && isOurs(path) ? path : "/chat";
  } catch {
    return "/chat";
  }
}
