// The desk's hands: camera, typed code, tapped number, undo.

import { hour, show } from "./desk_answer.js";
import { onDialog } from "./desk_ask.js";
import { camera } from "./desk_camera.js";
import { isCode, plainCode } from "./desk_code.js";
import { grid } from "./desk_grid.js";
import { presence } from "./desk_presence.js";
import { rosterOf } from "./desk_roster.js";

// An answer that has not come by then is said from what the phone knows: nobody stands at the door wondering.
const SLOW = 600;
const KEPT = new Set(["present", "already", "undone", "left"]);
const CLOCK_WRONG = 12 * 3600 * 1000;
const MISTYPED = {
  result: "mistyped",
  title: "Code mal tapé",
  advice: "Un caractère ne va pas : relisez les 6 caractères du badge.",
};

// crypto.randomUUID exists on https and localhost only.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

// What the phone says by itself, from the roster that it has kept.
function answerOf(found, since, scan) {
  if (found.place) {
    const { face, group } = found.place;
    const whose = { face, group: group.label, mark: group.mark };
    if (since) {
      return { ...whose, result: "already", title: `Déjà pointé à ${hour(since)}`, advice: "Rien à faire : ce badge est compté une fois." };
    }
    return { ...whose, ...scan, result: "present", title: "Présent", advice: "Gardé sur ce téléphone, en attente du réseau." };
  }
  if (found.expected === false) {
    return {
      result: "elsewhere",
      title: "Pas attendu ici",
      advice: "Badge d'un autre créneau, ou inconnu. Le pointage est gardé : la réponse viendra avec le réseau.",
    };
  }
  return { result: "waiting", title: "Pointage gardé", advice: "Sur ce téléphone, en attente du réseau." };
}

export async function runDesk({ desk, slot, add, isAway, onNet }) {
  const place = desk.querySelector("[data-presence]");
  const shown = desk.dataset.shell ? grid(place) : null;
  const roster = rosterOf(slot, { helper: Boolean(desk.dataset.helper), onOpen: () => shown?.draw(roster) });
  const refresh = presence(place, { slot, roster, shell: Boolean(shown), onNet });
  // A phone whose battery died may wake up years ago; one that is some minutes off keeps its own time.
  const behind = Date.parse(desk.dataset.now) - Date.now();
  const skew = Math.abs(behind) > CLOCK_WRONG ? behind : 0;
  const refused = desk.querySelector("[data-refused]");
  const slow = new Map();
  let latest = "";

  function tellSoon(scan_id, told, badge = "") {
    const tell = () => latest === scan_id && show(told, { slot, badge });
    slow.set(scan_id, setTimeout(tell, isAway() ? 0 : SLOW));
  }

  async function point(text, { known = {}, act = "arrival" } = {}) {
    const scan_id = newId();
    const scanned_at = new Date(Date.now() + skew).toISOString();
    latest = scan_id;
    const found = await roster.recognise(text);
    const at = found.place?.at;
    const since = at && roster.since(at)?.since;
    if (act === "arrival") {
      tellSoon(scan_id, { ...known, ...answerOf(found, since, { scan_id, first_scanned_at: scanned_at }) }, found.badge);
      if (at && !since) await roster.mark(at, { since: scanned_at, scan_id });
      shown?.draw(roster);
    } else tellSoon(scan_id, { result: "waiting", title: "Noté", advice: "Sur ce téléphone, en attente du réseau.", ...known });
    await add({ act: "scan", does: act, scan_id, badge: found.badge.slice(0, 512), scanned_at });
  }

  async function answered(told, act) {
    clearTimeout(slow.get(act.scan_id));
    slow.delete(act.scan_id);
    // Answers to older scans arrive in a burst when the network returns: the last badge keeps the large words, and the
    // refusals among the others are listed, for pupils who have gone in by then.
    if (act.scan_id === latest) show(told, { slot, badge: act.badge });
    else if (!KEPT.has(told.result)) list(told, act);
    const at = act.badge?.startsWith("H1.") ? act.badge.slice(3) : null;
    if (at && !KEPT.has(told.result) && roster.since(at)?.scan_id === act.scan_id) await roster.mark(at, null);
    if (slow.size) return;
    for (const number of desk.querySelectorAll(".pending")) number.classList.remove("pending");
    shown?.draw(roster);
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
    const field = hand.elements.badge;
    if (isCode(plainCode(field.value))) {
      point(field.value);
      field.value = "";
    } else show(MISTYPED, { slot });
    field.focus();
  });

  desk.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-tap]");
    if (!form) return;
    event.preventDefault();
    const { group, mark } = form.dataset;
    event.submitter.classList.add("pending");
    point(event.submitter.value, { known: { face: event.submitter.dataset.face, group, mark } });
  });

  desk.querySelector("[data-told-welcome]")?.addEventListener("click", (event) => {
    point(event.currentTarget.dataset.badge, { act: "welcome" });
  });

  onDialog(desk, {
    onDeparture: (asked) => point(asked.badge, { known: asked, act: "departure" }),
    async onUndo(asked) {
      latest = asked.scan_id;
      tellSoon(latest, { result: "waiting", title: "Annulation gardée", advice: "Elle partira avec le réseau.", ...asked });
      const found = await roster.recognise(asked.badge);
      if (found.place && roster.since(found.place.at)?.scan_id === asked.scan_id) await roster.mark(found.place.at, null);
      shown?.draw(roster);
      await add({ act: "undo", scan_id: asked.scan_id, scanned_at: new Date().toISOString() });
    },
  });

  await roster.ready;
  camera(desk, point);
  return answered;
}
