import { type ReadonlySignal, signal } from "@preact/signals";

const EVERY_MS = 80;
/** Speech seldom gets louder than this root mean square. */
const LOUD = 0.25;

export interface Level {
  readonly level: ReadonlySignal<number>;
  readonly stop: () => void;
}

function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const s of samples) sum += s * s;
  return Math.min(1, Math.sqrt(sum / samples.length) / LOUD);
}

/** How loud a track is now, 0..1. */
export function levelOf(track: MediaStreamTrack): Level {
  const level = signal(0);
  if (typeof AudioContext === "undefined") return { level, stop: () => {} };
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const now = loudness(samples);
    /* Falls slower than it rises, so that the bar can be read. */
    level.value = Math.max(now, level.value * 0.8);
  }, EVERY_MS);
  return {
    level,
    stop() {
      clearInterval(timer);
      source.disconnect();
      void context.close();
    },
  };
}
