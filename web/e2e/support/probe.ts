/** What came over all calls of a page so far. */
export interface Heard {
  readonly frames: number;
  readonly energy: number;
}

declare global {
  interface Window {
    heard(): Promise<Heard>;
  }
}

/* Runs in the page before its own scripts: keeps every connection, so that its figures can be read. */
export function keepConnections(): void {
  const all: RTCPeerConnection[] = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(setup?: RTCConfiguration) {
      super(setup);
      all.push(this);
    }
  };
  window.heard = async () => {
    let frames = 0;
    let energy = 0;
    for (const one of all) {
      if (one.connectionState === "closed") continue;
      for (const row of (await one.getStats()).values()) {
        if (row.type !== "inbound-rtp") continue;
        frames += row.framesDecoded ?? 0;
        energy += row.totalAudioEnergy ?? 0;
      }
    }
    return { frames, energy };
  };
}

/* As a browser whose user says no to the camera. */
export function refuseCamera(): void {
  /* An empty page has none. */
  if (!navigator.mediaDevices) return;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wish) =>
    wish?.video ? Promise.reject(new DOMException("", "NotAllowedError")) : real(wish);
}

/* A violation of the page's policy is told like any other error. */
export function tellViolations(): void {
  document.addEventListener("securitypolicyviolation", (e) => {
    setTimeout(() => {
      throw new Error(`policy: ${e.violatedDirective} refused ${e.blockedURI}`);
    });
  });
}
