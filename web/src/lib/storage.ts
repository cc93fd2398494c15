/** A value kept in the browser under one key. */
export interface Stored<T> {
  get(): T;
  set(value: T): void;
  clear(): void;
}

/**
 * Private windows and full disks make localStorage throw, and anybody may have written there:
 * what cannot be read, or does not pass the check, is the fallback, and what cannot be kept
 * lasts as long as the page.
 */
export function stored<T>(
  key: string,
  fallback: T,
  check: (value: unknown) => value is T,
): Stored<T> {
  const name = `convene.${key}`;
  let kept: T | undefined;
  const read = (): T => {
    try {
      const value: unknown = JSON.parse(localStorage.getItem(name) ?? "null");
      return check(value) ? value : fallback;
    } catch {
      return fallback;
    }
  };
  return {
    get: () => kept ?? read(),
    set(value) {
      try {
        localStorage.setItem(name, JSON.stringify(value));
        kept = undefined;
      } catch {
        kept = value;
      }
    },
    clear() {
      kept = undefined;
      try {
        localStorage.removeItem(name);
      } catch {
        /* Where nothing can be kept, nothing has to go. */
      }
    },
  };
}

/** Forgets every value whose key begins so. */
export function forget(prefix: string): void {
  try {
    const names = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i) ?? "");
    for (const name of names)
      if (name.startsWith(`convene.${prefix}`)) localStorage.removeItem(name);
  } catch {
    /* Where nothing can be kept, nothing has to go. */
  }
}
