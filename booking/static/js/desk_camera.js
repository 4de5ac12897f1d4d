// The camera: reads every QR code in view, about ten times a second, with the phone's own reader where it has one.

const PAUSE = 60;
// A badge that stays in view is told once; it may be told again when it has been away this long.
const AWAY = 3000;
const CHOSEN = "technilab-desk-camera";

async function nativeReader() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const read = (codes) => codes.filter((code) => code.format === "qr_code").map((code) => code.rawValue);
  return async (video) => read(await detector.detect(video));
}

async function wasmReader({ zxing, wasm }) {
  const { prepareZXingModule, readBarcodes } = await import(zxing);
  // Left alone, the library fetches its wasm from another site.
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    const frame = context.getImageData(0, 0, canvas.width, canvas.height);
    // "QRCode" would be its whole family: a small one was read out of a badge's corner.
    const codes = await readBarcodes(frame, { formats: ["QRCodeModel2"], tryHarder: true, maxNumberOfSymbols: 8 });
    return codes.filter((code) => code.isValid).map((code) => code.text);
  };
}

let reader;

// Asked for as soon as the page opens: the network may be gone when the camera is wanted.
function loadReader(files) {
  reader ??= nativeReader()
    .then((native) => native ?? wasmReader(files))
    .catch((failure) => {
      reader = undefined;
      throw failure;
    });
  return reader;
}

function streamOf(which) {
  const video = { ...which, width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

// The camera that was chosen, else the one that looks away from whoever holds the phone.
async function streamOfChosen(chosen) {
  const away = { facingMode: { ideal: "environment" } };
  if (!chosen) return streamOf(away);
  return streamOf({ deviceId: { exact: chosen } }).catch((failure) => {
    if (failure.name === "NotAllowedError") throw failure;
    return streamOf(away);
  });
}

async function openCamera(video, { files, onCode, chosen }) {
  const stream = await streamOfChosen(chosen);
  const read = await loadReader(files).catch((failure) => {
    for (const track of stream.getTracks()) track.stop();
    throw failure;
  });
  video.srcObject = stream;
  await video.play();
  const [track] = stream.getVideoTracks();
  const seen = new Map();
  let open = true;

  async function look() {
    if (!document.hidden && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth) {
      for (const code of await read(video).catch(() => [])) {
        const last = seen.get(code) ?? -Infinity;
        seen.set(code, performance.now());
        if (performance.now() - last > AWAY) onCode(code);
      }
    }
    if (open) setTimeout(look, PAUSE);
  }
  look();

  function close() {
    open = false;
    track.stop();
  }
  track.addEventListener("ended", () => {
    close();
    video.dispatchEvent(new Event("lost"));
  });
  return { track, close };
}

// A phone that falls asleep at the door stops reading; a browser takes the screen back whenever the page goes away.
async function stayAwake() {
  let held = null;
  const ask = async () => {
    if (document.hidden || (held && !held.released)) return;
    held = await navigator.wakeLock?.request("screen").catch(() => null);
  };
  document.addEventListener("visibilitychange", ask);
  await ask();
}

async function mayOpenAtOnce() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false;
  }
}

export async function camera(desk, onCode) {
  const place = desk.querySelector("[data-cam]");
  const over = place.querySelector("[data-cam-over]");
  const words = place.querySelector("[data-cam-said]");
  const video = place.querySelector("[data-cam-video]");
  stayAwake();
  if (!navigator.mediaDevices?.getUserMedia) {
    place.remove();
    return;
  }
  place.dataset.there = "yes";

  const files = { zxing: desk.dataset.zxing, wasm: desk.dataset.wasm };

  const tools = place.querySelector("[data-cam-tools]");
  let opened = null;
  let offer = null;
  // Some private windows refuse any storage: a choice is then for this time only.
  let chosen = null;
  try {
    chosen = localStorage.getItem(CHOSEN);
  } catch {}

  function onChoice(camera) {
    chosen = camera;
    try {
      localStorage.setItem(CHOSEN, camera);
    } catch {}
    start();
  }

  // Lamp, zoom and other cameras: their code comes with the first that has them, once badges are read.
  async function offerMore({ track }) {
    const can = track.getCapabilities?.() ?? {};
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    if (!can.torch && !can.zoom && cameras.length < 2) return;
    offer ??= (await import("./desk_lens.js")).lens(tools, { onChoice });
    offer(track, can, cameras);
  }

  async function start() {
    over.hidden = true;
    opened?.close();
    try {
      opened = await openCamera(video, { files, onCode, chosen });
      place.dataset.reading = "yes";
      await offerMore(opened).catch(() => {});
    } catch (failure) {
      over.hidden = false;
      words.textContent =
        failure.name === "NotAllowedError"
          ? "L'appareil photo est bloqué pour ce site : autorisez-le dans le navigateur, ou tapez le code du badge."
          : "L'appareil photo ne répond pas : réessayez, ou tapez le code du badge.";
    }
  }

  place.querySelector("[data-cam-open]").addEventListener("click", start);
  video.addEventListener("lost", () => {
    over.hidden = false;
    tools.hidden = true;
    delete place.dataset.reading;
  });
  if (await mayOpenAtOnce()) start();
  else loadReader(files).catch(() => {});
}
