// The desk's hands: camera, typed code, tapped number, undo.

import { hour, show } from "./desk_answer.js";
import { loadReader, mayOpenAtOnce, openCamera } from "./desk_camera.js";
import { presence } from "./desk_presence.js";

// An answer that has not come by then is said to be waiting: nobody stands at the door wondering.
const SLOW = 600;
const KEPT = new Set(["present", "already", "undone"]);
const CLOCK_WRONG = 12 * 3600 * 1000;

// crypto.randomUUID exists on https and localhost only.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export function runDesk({ desk, slot, add, onNet }) {
  const refresh = presence(desk.querySelector("[data-presence]"), { onNet });
  // A phone whose battery died may wake up years ago; one that is some minutes off keeps its own time.
  const behind = Date.parse(desk.dataset.now) - Date.now();
  const skew = Math.abs(behind) > CLOCK_WRONG ? behind : 0;
  const refused = desk.querySelector("[data-refused]");
  const slow = new Map();
  let latest = "";

  function point(badge, known = {}) {
    const scan_id = newId();
    latest = scan_id;
    const wait = { result: "waiting", title: "Pointage gardé", advice: "Sur ce téléphone, en attente du réseau.", ...known };
    slow.set(scan_id, setTimeout(() => latest === scan_id && show(wait, { slot }), SLOW));
    add({ act: "scan", scan_id, badge: badge.slice(0, 512), scanned_at: new Date(Date.now() + skew).toISOString() });
  }

  function answered(told, act) {
    clearTimeout(slow.get(act.scan_id));
    slow.delete(act.scan_id);
    // Answers to older scans arrive in a burst when the network returns: the last badge keeps the large words, and the
    // refusals among the others are listed, for pupils who have gone in by then.
    if (act.scan_id === latest) show(told, { slot });
    else if (!KEPT.has(told.result)) list(told, act);
    if (slow.size) return;
    for (const number of desk.querySelectorAll(".pending")) number.classList.remove("pending");
    refresh();
  }

  function list(told, act) {
    const line = document.createElement("li");
    const whose = told.face ? ` : numéro ${told.face}, ${told.group}` : "";
    line.textContent = `${hour(act.scanned_at)}, ${told.title.toLowerCase()}${whose}`;
    refused.hidden = false;
    refused.querySelector("ul").append(line);
  }

  const hand = desk.querySelector("[data-hand]");
  hand.addEventListener("submit", (event) => {
    event.preventDefault();
    point(hand.elements.badge.value);
    hand.elements.badge.value = "";
    hand.elements.badge.focus();
  });

  desk.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-tap]");
    if (!form) return;
    event.preventDefault();
    const { group, mark } = form.dataset;
    event.submitter.classList.add("pending");
    point(event.submitter.value, { face: event.submitter.dataset.face, group, mark });
  });

  const ask = document.querySelector("[data-ask]");
  let asked = null;
  desk.addEventListener("click", (event) => {
    const link = event.target.closest("[data-scan]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const group = link.dataset.group || link.closest("[data-tap]").dataset.group;
    asked = { scan_id: link.dataset.scan, face: link.dataset.face, group };
    ask.querySelector("[data-ask-title]").textContent = `Annuler le pointage du numéro ${asked.face} ?`;
    ask.querySelector("[data-ask-words]").textContent = `${group}, présent depuis ${link.dataset.hour}.`;
    ask.returnValue = "keep";
    ask.showModal();
  });
  ask.addEventListener("close", () => {
    if (ask.returnValue !== "undo") return;
    latest = asked.scan_id;
    const wait = { result: "waiting", title: "Annulation gardée", advice: "Elle partira avec le réseau.", ...asked };
    slow.set(latest, setTimeout(() => show(wait, { slot }), SLOW));
    add({ act: "undo", scan_id: asked.scan_id });
  });

  camera(desk, point);
  return answered;
}

async function camera(desk, point) {
  const place = desk.querySelector("[data-cam]");
  const over = place.querySelector("[data-cam-over]");
  const words = place.querySelector("[data-cam-said]");
  const video = place.querySelector("[data-cam-video]");
  if (!navigator.mediaDevices?.getUserMedia) return;
  place.hidden = false;

  const files = { zxing: desk.dataset.zxing, wasm: desk.dataset.wasm };

  async function start() {
    over.hidden = true;
    try {
      await openCamera(video, { files, onCode: point });
      place.dataset.reading = "yes";
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
    delete place.dataset.reading;
  });
  if (await mayOpenAtOnce()) start();
  else loadReader(files).catch(() => {});
}
