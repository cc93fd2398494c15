/* What a browser calls itself, in the words of people.  Nothing is decided by it: a user agent
   says what it likes. */

/* In this order: most call themselves by the names of those further down, too. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\/|\bEdgiOS\//u, "Edge"],
  [/\bOPR\/|\bOPiOS\//u, "Opera"],
  [/\bSamsungBrowser\//u, "Samsung Internet"],
  [/\bVivaldi\//u, "Vivaldi"],
  [/\bFirefox\/|\bFxiOS\//u, "Firefox"],
  [/\bElectron\//u, "Desktop app"],
  [/\bChrome\/|\bCriOS\/|\bChromium\/|\bHeadlessChrome\//u, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//u, "Safari"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/u, "iPhone"],
  [/\biPad\b/u, "iPad"],
  [/\bAndroid\b/u, "Android"],
  [/\bCrOS\b/u, "ChromeOS"],
  [/\bWindows\b/u, "Windows"],
  [/\bMacintosh\b|\bMac OS X\b/u, "Mac"],
  [/\bLinux\b|\bX11\b/u, "Linux"],
];

const PHONES: readonly unknown[] = ["iPhone", "Android"];

export interface Device {
  /** "Firefox on Linux", "Safari on iPhone", "curl", "Unknown browser" */
  readonly text: string;
  readonly phone: boolean;
}

const nameIn = (names: typeof BROWSERS, text: string) =>
  names.find(([sign]) => sign.test(text))?.[1];

export function deviceOf(userAgent: string): Device {
  const browser = nameIn(BROWSERS, userAgent);
  const system = nameIn(SYSTEMS, userAgent);
  const phone = PHONES.includes(system);
  if (browser && system) return { text: `${browser} on ${system}`, phone };
  if (browser || system) return { text: browser ?? `Unknown browser on ${system}`, phone };
  /* Programs say their name first, as in "curl/8.5.0". */
  const program = /^([A-Za-z][\w.-]{0,30})(?:\/|$)/u.exec(userAgent)?.[1];
  const known = program !== undefined && program !== "Mozilla";
  return { text: known ? program : "Unknown browser", phone: false };
}
