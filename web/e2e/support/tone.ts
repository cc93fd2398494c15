/* Runs in pages before their own scripts: a tone in the place of the microphone, and how long it is not heard. */

declare global {
  interface Window {
    /** The longest silence since the last call, in milliseconds; all that the page plays counts. */
    silence(): number;
  }
}

/** A tone without an end, or nothing at all. */
export function hum(loud: boolean): void {
  if (!navigator.mediaDevices) return;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await real(wish);
    if (!wish?.audio) return stream;
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 440 });
    const gain = new GainNode(context, { gain: loud ? 0.5 : 0 });
    const out = context.createMediaStreamDestination();
    tone.connect(gain).connect(out);
    tone.start();
    for (const old of stream.getAudioTracks()) {
      old.stop();
      stream.removeTrack(old);
    }
    for (const track of out.stream.getAudioTracks()) stream.addTrack(track);
    return stream;
  };
}

/** Hears what every element plays, as it plays it: what is muted is not heard. */
export function listen(): void {
  const QUIET = 0.01;
  const SAMPLES = 512;
  const context = new AudioContext();
  const all = context.createGain();
  const held = new Map<HTMLMediaElement, GainNode>();
  const found = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...found,
    set(this: HTMLMediaElement, stream: MediaStream | null) {
      found?.set?.call(this, stream);
      held.get(this)?.disconnect();
      held.delete(this);
      if (!stream || stream.getAudioTracks().length === 0) return;
      const gain = context.createGain();
      context.createMediaStreamSource(stream).connect(gain).connect(all);
      held.set(this, gain);
    },
  });
  let quiet = 0;
  let longest = 0;
  /* A worklet would have to be fetched, which the page's policy lets only the page's own be. */
  const ear = context.createScriptProcessor(SAMPLES, 1, 1);
  ear.onaudioprocess = ({ inputBuffer }) => {
    for (const [element, gain] of held) {
      const plays = element.isConnected && !element.paused && !element.muted;
      gain.gain.value = plays ? element.volume : 0;
    }
    const samples = inputBuffer.getChannelData(0);
    let sum = 0;
    for (const s of samples) sum += s * s;
    quiet = Math.sqrt(sum / samples.length) < QUIET ? quiet + samples.length : 0;
    longest = Math.max(longest, quiet);
  };
  all.connect(ear).connect(context.destination);
  window.silence = () => {
    const ms = (longest * 1000) / context.sampleRate;
    longest = 0;
    return ms;
  };
}
