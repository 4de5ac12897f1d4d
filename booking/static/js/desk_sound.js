// The desk's sounds: loud enough for a workshop, apart by their rhythm and their height. A switch is kept on the phone.

const KEPT = "technilab-desk-sound";
// Shape, volume, then each note: frequency in hertz, start and length in seconds.
const TUNES = {
  ok: ["square", 0.45, [1319, 0, 0.09], [1976, 0.1, 0.16]],
  all: ["triangle", 0.9, [784, 0, 0.12], [988, 0.12, 0.12], [1175, 0.24, 0.12], [1568, 0.36, 0.5]],
  seen: ["triangle", 0.9, [880, 0, 0.1], [880, 0.18, 0.1]],
  wait: ["triangle", 0.9, [880, 0, 0.12]],
  bad: ["sawtooth", 0.7, [330, 0, 0.16], [330, 0.22, 0.16], [262, 0.44, 0.4]],
};
const TOUCHES = ["pointerup", "click", "keydown"];

const words = document.querySelector("[data-sound-said]");
const button = document.querySelector("[data-sound-switch]");

let wanted = true;
let sound;

// Some private windows refuse any storage.
function kept(change) {
  try {
    return change(localStorage);
  } catch {
    return null;
  }
}

function tell() {
  const waits = sound.state === "running" ? "" : "Touchez l'écran pour entendre les sons.";
  const said = wanted ? waits : "Son coupé sur ce téléphone.";
  if (words.textContent !== said) words.textContent = said;
  button.textContent = wanted ? "Couper le son" : "Remettre le son";
}

function wake() {
  if (wanted && sound.state !== "running") sound.resume().catch(() => {});
}

async function turn(on) {
  wanted = on;
  kept((storage) => (on ? storage.removeItem(KEPT) : storage.setItem(KEPT, "off")));
  tell();
  if (!on) return;
  await sound.resume().catch(() => {});
  play("ok");
}

// A browser lets a page make a sound only after a touch, and may take it back when the page was away.
if (button && "AudioContext" in window) {
  wanted = kept((storage) => storage.getItem(KEPT)) !== "off";
  sound = new AudioContext();
  sound.addEventListener("statechange", tell);
  for (const touch of TOUCHES) document.addEventListener(touch, wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  button.addEventListener("click", () => turn(!wanted));
  tell();
  button.hidden = false;
}

export function play(kind) {
  if (!wanted || sound?.state !== "running" || !TUNES[kind]) return;
  const [type, loud, ...notes] = TUNES[kind];
  for (const [frequency, start, length] of notes) {
    const begins = sound.currentTime + start;
    const tone = new OscillatorNode(sound, { type, frequency });
    const volume = new GainNode(sound, { gain: 0 });
    // A note that begins or ends at once cracks.
    volume.gain.setValueAtTime(0, begins);
    volume.gain.linearRampToValueAtTime(loud, begins + 0.01);
    volume.gain.setValueAtTime(loud, begins + length - 0.02);
    volume.gain.linearRampToValueAtTime(0, begins + length);
    tone.connect(volume).connect(sound.destination);
    tone.start(begins);
    tone.stop(begins + length);
  }
}
