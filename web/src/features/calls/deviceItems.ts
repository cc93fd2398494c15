import * as icons from "../../ui/icons/later";
import type { MenuItem } from "../../ui/menu/Menu";
import type { DeviceKind } from "./engine/devices";
import type { CallsStore } from "./store";

const NONE: Readonly<Record<DeviceKind, string>> = {
  mic: "No microphone found",
  camera: "No camera found",
  speaker: "The system's speaker",
};

function radios(calls: CallsStore, kind: DeviceKind): readonly MenuItem[] {
  const list = calls.devices[kind].value;
  if (list.length === 0)
    return [{ id: `${kind}.none`, label: NONE[kind], disabled: true, run: () => {} }];
  const now = calls.devices.current(kind);
  return list.map((d) => ({
    kind: "radio",
    id: `${kind}.${d.id}`,
    label: d.label,
    checked: d.id === now,
    run: () => calls.choose(kind, d.id),
  }));
}

export const cameraItems = (calls: CallsStore): readonly MenuItem[] => [
  { kind: "heading", id: "cameras", label: "Camera" },
  ...radios(calls, "camera"),
];

export function soundItems(calls: CallsStore): readonly MenuItem[] {
  const mics: readonly MenuItem[] = [
    { kind: "heading", id: "mics", label: "Microphone" },
    ...radios(calls, "mic"),
  ];
  if (!calls.devices.speakerChoice) return mics;
  return [
    ...mics,
    { kind: "separator", id: "line" },
    { kind: "heading", id: "speakers", label: "Speaker" },
    ...radios(calls, "speaker"),
  ];
}

interface View {
  readonly whole: boolean;
  readonly full: boolean;
  readonly onWhole: () => void;
  readonly onFull: () => void;
  readonly onPicture: (() => void) | undefined;
}

/** The tile's own menu. */
export function viewItems({ whole, full, onWhole, onFull, onPicture }: View): readonly MenuItem[] {
  const picture: readonly MenuItem[] = onPicture
    ? [
        {
          id: "picture",
          label: "Picture in picture",
          icon: icons.pictureInPicture,
          run: onPicture,
        },
      ]
    : [];
  return [
    {
      id: "full",
      label: full ? "Leave full screen" : "Full screen",
      icon: full ? icons.fullScreenMinimize : icons.fullScreenMaximize,
      run: onFull,
    },
    ...picture,
    {
      id: "fit",
      label: whole ? "Fill the tile" : "Show the whole picture",
      icon: whole ? icons.scaleFill : icons.scaleFit,
      run: onWhole,
    },
  ];
}
