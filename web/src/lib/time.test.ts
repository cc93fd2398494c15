import { describe, expect, it } from "vitest";
import {
  agoText,
  clockText,
  dateText,
  dayText,
  durationText,
  listTime,
  sameDay,
  spokenDuration,
} from "./time";

const at = (y: number, m: number, d: number, h = 0, min = 0) =>
  new Date(y, m - 1, d, h, min).getTime();
const now = at(2025, 3, 10, 12);

describe("times", () => {
  it.each([
    [at(2025, 3, 10, 0, 1), "Today", "00:01"],
    [at(2025, 3, 9, 23, 59), "Yesterday", "Yesterday"],
    [at(2025, 3, 7, 9), "Friday, 7 March", "Fri"],
    [at(2025, 3, 3, 9), "Monday, 3 March", "03/03"],
    [at(2024, 12, 31), "Tuesday, 31 December 2024", "31/12/2024"],
  ])("%i is the day %j, in a list %j", (ms, day, short) => {
    expect([dayText(ms, now), listTime(ms, now)]).toEqual([day, short]);
  });

  it("counts midnights, not hours, when the clock is put forward", () => {
    expect(dayText(at(2025, 3, 29, 23), at(2025, 3, 30, 23))).toBe("Yesterday");
    expect(sameDay(at(2025, 3, 30, 0), at(2025, 3, 30, 23))).toBe(true);
  });

  it("shows a sender's clock that goes ahead of ours as a time", () => {
    expect(listTime(at(2025, 3, 11, 0, 5), now)).toBe("00:05");
  });

  it("writes lengths", () => {
    expect([0, 7_900, 727_000, 3_727_000, -5].map(durationText)).toEqual([
      "0:00",
      "0:07",
      "12:07",
      "1:02:07",
      "0:00",
    ]);
    expect([7_000, 724_000, 3_727_000].map(spokenDuration)).toEqual(["7s", "12m 4s", "1h 2m"]);
  });

  it("says how long ago", () => {
    const ago = (minutes: number) => agoText(now - minutes * 60_000, now);
    expect([0, 5, 125, 1_500, 4_400].map(ago)).toEqual([
      "just now",
      "5 min ago",
      "2 h ago",
      "1 day ago",
      "3 days ago",
    ]);
    expect(clockText(at(2025, 3, 10, 9, 5))).toBe("09:05");
  });
});

it("writes a day on its own", () => {
  expect(dateText(at(2025, 3, 3, 23, 59))).toBe("3 March 2025");
});
