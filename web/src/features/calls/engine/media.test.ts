import { afterEach, expect, it, vi } from "vitest";
import { Devices } from "./devices";
import { Media } from "./media";

class FakeTrack {
  enabled = true;
  stopped = false;
  onended: (() => void) | null = null;
  readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }

  stop(): void {
    this.stopped = true;
  }
}

const named = (name: string) => Object.assign(new Error(name), { name });

/** A browser that has these devices, and refuses the others by this name. */
function browser(
  has: readonly string[],
  refusal = "NotFoundError",
  asked: () => Promise<void> | void = () => {},
): FakeTrack[] {
  const given: FakeTrack[] = [];
  const getUserMedia = async (wish: Record<string, unknown>) => {
    await asked();
    const kinds = Object.keys(wish);
    if (kinds.some((k) => !has.includes(k))) throw named(refusal);
    const tracks = kinds.map((k) => new FakeTrack(k));
    given.push(...tracks);
    return { getTracks: () => tracks };
  };
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia, enumerateDevices: async () => [] } });
  return given;
}

function made() {
  const put: string[] = [];
  const media = new Media(new Devices(), (kind, track) =>
    put.push(`${kind} ${track ? "on" : "off"}`),
  );
  return { media, put };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

it("goes on with the microphone alone, and says why", async () => {
  browser(["audio"]);
  const { media, put } = made();
  await media.open(true);
  expect([media.mic.value, media.camera.value]).toEqual([true, false]);
  expect(put).toEqual(["audio on"]);
  expect(media.notice.value).toBe("No camera was found. The call goes on without your picture.");
});

it("goes on with neither, and says both", async () => {
  browser([], "NotAllowedError");
  const { media } = made();
  await media.open(true);
  expect([media.mic.value, media.camera.value]).toEqual([false, false]);
  expect(media.notice.value).toMatch(/did not allow the microphone.*did not allow the camera/);
});

it("says that a page without https gets nothing", async () => {
  vi.stubGlobal("navigator", {});
  const { media } = made();
  await media.open(false);
  expect(media.notice.value).toMatch(/only to pages that come by https/);
});

it("stops the camera's track when it goes off, and only mutes the microphone", async () => {
  const given = browser(["audio", "video"]);
  const { media, put } = made();
  await media.open(true);
  await media.setCamera(false);
  await media.setMic(false);
  const [mic, camera] = given;
  expect([camera?.stopped, mic?.stopped, mic?.enabled]).toEqual([true, false, false]);
  await media.setCamera(true);
  expect(put).toEqual(["audio on", "video on", "video off", "video on"]);
});

it("lets go at once what comes after the end", async () => {
  const given = browser(["audio", "video"], "", () => media.close());
  const { media, put } = made();
  await media.open(true);
  expect(given.map((t) => t.stopped)).toEqual([true, true]);
  expect(put).toEqual([]);
});

it("takes another device when one is unplugged", async () => {
  const given = browser(["audio"]);
  const { media, put } = made();
  await media.open(false);
  given[0]?.onended?.();
  await vi.waitFor(() => expect(put).toEqual(["audio on", "audio off", "audio on"]));
  expect(media.notice.value).toBeNull();
});
