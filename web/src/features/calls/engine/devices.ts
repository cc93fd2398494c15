import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Scope } from "../../../lib/scope";
import { stored } from "../../../lib/storage";

export interface Device {
  readonly id: string;
  readonly label: string;
}

export type DeviceKind = "mic" | "camera" | "speaker";

export type Chosen = Readonly<Record<DeviceKind, string>>;

const NONE: Chosen = { mic: "", camera: "", speaker: "" };
const KIND = { mic: "audioinput", camera: "videoinput", speaker: "audiooutput" } as const;
const NAME = { mic: "Microphone", camera: "Camera", speaker: "Speaker" } as const;

function isChosen(value: unknown): value is Chosen {
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(NONE).every((kind) => typeof Reflect.get(value, kind) === "string");
}

/** Before the person has allowed their use, devices have neither id nor name. */
function pick(all: readonly MediaDeviceInfo[], kind: DeviceKind): readonly Device[] {
  return all
    .filter((d) => d.kind === KIND[kind] && d.deviceId !== "")
    .map((d, i) => ({ id: d.deviceId, label: d.label || `${NAME[kind]} ${i + 1}` }));
}

/** Microphones, cameras and speakers, and which of them the person has chosen. */
export class Devices {
  readonly #kept = stored("devices", NONE, isChosen);
  readonly #all = signal<readonly MediaDeviceInfo[]>([]);
  readonly #chosen = signal<Chosen>(this.#kept.get());

  readonly chosen: ReadonlySignal<Chosen> = this.#chosen;
  readonly mic: ReadonlySignal<readonly Device[]> = computed(() => pick(this.#all.value, "mic"));
  readonly camera: ReadonlySignal<readonly Device[]> = computed(() =>
    pick(this.#all.value, "camera"),
  );
  readonly speaker: ReadonlySignal<readonly Device[]> = computed(() =>
    pick(this.#all.value, "speaker"),
  );

  /** Can a speaker be chosen in this browser? */
  get speakerChoice(): boolean {
    return typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;
  }

  /** The one in use: a chosen one that was unplugged gives way to the first. */
  current(kind: DeviceKind): string {
    const wanted = this.#chosen.value[kind];
    const list = this[kind].value;
    return list.some((d) => d.id === wanted) ? wanted : (list[0]?.id ?? "");
  }

  choose(kind: DeviceKind, id: string): void {
    this.#chosen.value = { ...this.#chosen.value, [kind]: id };
    this.#kept.set(this.#chosen.value);
  }

  async refresh(): Promise<void> {
    const all = await navigator.mediaDevices?.enumerateDevices().catch(() => []);
    this.#all.value = all ?? [];
  }

  watch(scope: Scope): void {
    const media = navigator.mediaDevices;
    if (!media?.addEventListener) return;
    const changed = () => void this.refresh();
    media.addEventListener("devicechange", changed);
    scope.add(() => media.removeEventListener("devicechange", changed));
    changed();
  }
}
