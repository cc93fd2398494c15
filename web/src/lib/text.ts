/** A run of a message's text; a link's address is always http, https or mailto. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

/** Up to two letters: the first of the first and of the last word. */
export function initials(name: string): string {
  const told = (text: string) =>
    text.split(/[\s,()[\]]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const bare = told(name.replace(/[([].*?[)\]]/gu, " "));
  const words = bare.length > 0 ? bare : told(name);
  const letter = (word: string | undefined) => /[\p{L}\p{N}]/u.exec(word ?? "")?.[0] ?? "";
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return (letter(words[0]) + letter(last)).toLocaleUpperCase() || "?";
}

/** FNV-1a of a text, for what must look chosen and stay the same (an avatar's colour). */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const c of text) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 0x01000193);
  return h >>> 0;
}

export function plural(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** The address as a link: nothing of it may pass for a field of the mail, as in `a?cc=b@c`. */
export function mailto(address: string): string {
  const at = address.lastIndexOf("@");
  const [local, host] = [address.slice(0, at), address.slice(at + 1)];
  return `mailto:${encodeURIComponent(local)}@${encodeURIComponent(host)}`;
}

/* What precedes is looked at so that a long run is tried once, not from each of its letters. */
const LINK = /(?<![\w.+-])(?:(?:https?:\/\/|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/giu;
const CLOSERS = ".,;:!?'*_~";

/** A sentence's own end is no part of the address, nor a bracket that the address did not open. */
function trimmed(found: string): string {
  let open = found.split("(").length - found.split(")").length;
  let end = found.length;
  for (; end > 0; end--) {
    const last = found.charAt(end - 1);
    if (last === ")" && open < 0) open++;
    else if (!CLOSERS.includes(last)) break;
  }
  return found.slice(0, end);
}

function addressOf(text: string): string | null {
  const isMail = !/^(?:https?:|www\.)/iu.test(text);
  const full = isMail ? `mailto:${text}` : /^www\./iu.test(text) ? `https://${text}` : text;
  try {
    const url = new URL(full);
    const known = url.protocol === "mailto:" || (/^https?:$/u.test(url.protocol) && url.hostname);
    return known ? url.href : null;
  } catch {
    return null;
  }
}

/** Cuts a text into what is shown as it is and what may be clicked; nothing is lost or changed. */
export function linkify(text: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const shown = trimmed(found[0]);
    const href = addressOf(shown);
    if (href === null) continue;
    if (found.index > from) parts.push({ kind: "text", text: text.slice(from, found.index) });
    parts.push({ kind: "link", text: shown, href });
    from = found.index + shown.length;
  }
  if (from < text.length) parts.push({ kind: "text", text: text.slice(from) });
  return parts;
}
