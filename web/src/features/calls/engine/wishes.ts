/* What is asked of the browser, and what its refusals mean to a person. */

const ideal = (id: string): MediaTrackConstraints => (id === "" ? {} : { deviceId: { ideal: id } });

export function micWish(id: string): MediaTrackConstraints {
  return { ...ideal(id), echoCancellation: true, noiseSuppression: true, autoGainControl: true };
}

export function cameraWish(id: string): MediaTrackConstraints {
  const where = id === "" ? { facingMode: "user" } : ideal(id);
  return {
    ...where,
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30 },
  };
}

const THING = { audio: "microphone", video: "camera" } as const;
const WITHOUT = {
  audio: "The others cannot hear you.",
  video: "The call goes on without your picture.",
} as const;

/** One or two plain sentences for whoever is in the call. */
export function troubleText(kind: "audio" | "video", e: unknown): string {
  const thing = THING[kind];
  const name = e instanceof Error || e instanceof DOMException ? e.name : "";
  switch (name) {
    case "NotFoundError":
    case "OverconstrainedError":
      return `No ${thing} was found. ${WITHOUT[kind]}`;
    case "NotAllowedError":
      return `The browser did not allow the ${thing}. ${WITHOUT[kind]} Allow it beside the address, then turn it on here.`;
    case "NotReadableError":
    case "AbortError":
      return `Another program uses the ${thing}. ${WITHOUT[kind]}`;
    case "SecurityError":
    case "TypeError":
      return `Browsers give the ${thing} only to pages that come by https. ${WITHOUT[kind]}`;
    default:
      return `The ${thing} could not be started. ${WITHOUT[kind]}`;
  }
}
