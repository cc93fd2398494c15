/* Times as people read them.  All take milliseconds since 1970 and show the browser's time zone. */

const DAY = 86_400_000;
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const two = (n: number) => String(n).padStart(2, "0");

/** How many midnights lie between two times; a day may have 23 or 25 hours. */
function daysBetween(ms: number, now: number): number {
  const midnight = (t: number) => new Date(t).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(ms)) / DAY);
}

export function sameDay(a: number, b: number): boolean {
  return daysBetween(a, b) === 0;
}

/** A day separator: Today, Yesterday, "Monday, 3 March", with the year when it is another. */
export function dayText(ms: number, now: number): string {
  const days = daysBetween(ms, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const at = new Date(ms);
  const text = `${WEEKDAYS[at.getDay()]}, ${at.getDate()} ${MONTHS[at.getMonth()]}`;
  return at.getFullYear() === new Date(now).getFullYear() ? text : `${text} ${at.getFullYear()}`;
}

/** 09:05 */
export function clockText(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The time of a list's row: 09:05, Yesterday, Fri, 03/11, 03/11/2024. */
export function listTime(ms: number, now: number): string {
  const days = daysBetween(ms, now);
  if (days <= 0) return clockText(ms);
  if (days === 1) return "Yesterday";
  const at = new Date(ms);
  if (days < 7) return (WEEKDAYS[at.getDay()] ?? "").slice(0, 3);
  const date = `${two(at.getDate())}/${two(at.getMonth() + 1)}`;
  return at.getFullYear() === new Date(now).getFullYear() ? date : `${date}/${at.getFullYear()}`;
}

/** A day on its own: "3 March 2025". */
export function dateText(ms: number): string {
  const at = new Date(ms);
  return `${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`;
}

/** A whole time, for titles: "Monday, 3 March 2025 09:05". */
export function fullTime(ms: number): string {
  const at = new Date(ms);
  const day = `${WEEKDAYS[at.getDay()]}, ${at.getDate()} ${MONTHS[at.getMonth()]}`;
  return `${day} ${at.getFullYear()} ${clockText(ms)}`;
}

/** "just now", "5 min ago", "2 h ago", "3 days ago" */
export function agoText(ms: number, now: number): string {
  const minutes = Math.floor(Math.max(0, now - ms) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 day ago" : `${days} days ago`;
}

/** A running clock: 0:07, 12:07, 1:02:07. */
export function durationText(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A finished length: 7s, 12m 4s, 1h 2m. */
export function spokenDuration(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h}h ${m}m`;
  return m > 0 ? `${m}m ${s}s` : `${s}s`;
}
