/** Two soft tones, made by the browser itself: there is no file to load. */

const FREQUENCIES = [659.25, 880]; // Hz: E5, A5.
const INTERVAL = 0.11; // Seconds, as all times here.
const DURATION = 0.5;
const GAIN = 0.12;

/** @type {AudioContext | undefined} */
let context;

/** Play it, where the browser lets a page that nobody has touched yet make a sound. */
export async function playSound() {
  if (navigator.userActivation?.hasBeenActive === false) return;
  const audio = (context ??= new AudioContext());
  // A machine without a loudspeaker refuses.
  if (await audio.resume().then(() => false, () => true)) return;
  FREQUENCIES.forEach((frequency, index) => {
    playTone(audio, frequency, audio.currentTime + index * INTERVAL);
  });
}

function playTone(audio, frequency, at) {
  const tone = new OscillatorNode(audio, { frequency, type: "sine" });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(GAIN, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + DURATION);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + DURATION);
}
