import type { Page, WebSocketRoute } from "playwright-core";
import { button } from "./screen";
import { until } from "./until";

const PATIENCE_MS = 20_000;
/** So many more, and it moves. */
const MOVES = 4;
const FEW = 8;

/* Runs in the page: by the names of the tiles, how many pictures have been shown. */
const shownHere = (): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...document.querySelectorAll("video")].map((v) => [
      v.getAttribute("aria-label") ?? "",
      v.videoWidth > 0 ? v.getVideoPlaybackQuality().totalVideoFrames : 0,
    ]),
  );

/** The pictures of all of these move on, from now. */
export async function moves(page: Page, ...names: readonly string[]): Promise<void> {
  const before = new Map<string, number>();
  await until(
    `pictures of ${names.join(", ")} move`,
    () => page.evaluate(shownHere),
    (now) =>
      names.every((name) => {
        const frames = now[`${name}, video`] ?? now[name] ?? 0;
        const first = before.get(name) ?? frames;
        /* A picture that begins anew counts from nothing. */
        before.set(name, Math.min(first, frames));
        return frames > first + MOVES;
      }),
    PATIENCE_MS,
  );
}

/** Something is heard, from now. */
export async function sounds(page: Page): Promise<void> {
  const before = await page.evaluate(() => window.heard());
  await until(
    "more is heard",
    () => page.evaluate(() => window.heard()),
    (now) => now.energy > before.energy,
    PATIENCE_MS,
  );
}

/** To the server's room there are lines for a dozen, to one other person a few. */
export const goesBy = (page: Page, way: "pair" | "room"): Promise<unknown> =>
  until(
    `it goes by the ${way} alone`,
    () => page.evaluate(() => window.lines()),
    ([lines = 0, ...more]) => more.length === 0 && lines > 0 && lines > FEW === (way === "room"),
    PATIENCE_MS,
  );

/** The page's line to the server, which can be cut. */
export interface Cut {
  cut(): Promise<void>;
  mend(): void;
}

export async function cuttable(page: Page): Promise<Cut> {
  const open = new Set<WebSocketRoute>();
  let whole = true;
  await page.routeWebSocket(/\/api\/v1\/socket/u, (ws) => {
    if (!whole) {
      void ws.close();
      return;
    }
    ws.connectToServer();
    open.add(ws);
  });
  return {
    async cut() {
      whole = false;
      await Promise.all([...open].map((ws) => ws.close()));
      open.clear();
    },
    mend() {
      whole = true;
    },
  };
}

/** By the banner in the chat, and turns the camera on. */
export async function join(page: Page): Promise<void> {
  await page.getByText(/^Meeting in progress/u).waitFor();
  await button(page, "Join").click();
  await button(page, "Turn camera on").click();
}

export const stageOf = (page: Page, title: string) =>
  page.getByRole("region", { name: `Meeting ${title}` });

export const tileOf = (page: Page, name: string) =>
  page.getByRole("listitem").filter({ hasText: name });
