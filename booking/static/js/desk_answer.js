// The answer to a badge: large words, a sound, a vibration. Never colour alone.

import { play } from "./desk_sound.js";

const KINDS = { present: "ok", already: "seen", undone: "off", left: "off", waiting: "wait", declared: "all", practice: "seen" };
const BUZZ = { ok: 60, all: [60, 60, 60, 60, 240], seen: [40, 60, 40], bad: [220, 90, 220] };

// A browser lets a page vibrate after a touch, and complains before.
function buzz(kind) {
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(BUZZ[kind] ?? 0);
}

const place = document.querySelector("[data-told]");
const part = (name) => place.querySelector(`[data-told-${name}]`);

export function hour(instant) {
  const at = new Date(instant);
  const [hours, minutes] = at.toLocaleTimeString("fr-FR", { timeZone: "Europe/Paris", timeStyle: "short" }).split(":");
  return unbroken(`${Number(hours)} h ${minutes}`);
}

// « 9 h 04 » stays on one line.
function unbroken(words) {
  return words.replaceAll(" h ", "\u00a0h\u00a0").replaceAll(" :", "\u00a0:");
}

// On a small screen the answer sticks to its lower edge, but no higher than the camera: what is missing is scrolled.
function bringIntoView() {
  const below = place.parentElement.getBoundingClientRect().bottom - innerHeight;
  if (below > 0) scrollBy(0, below);
}

// `whole`: the group of which nobody is missing any more, by this answer.
export function show(told, { slot, badge = "", silent = false, whole = null }) {
  const last = Boolean(whole) && told.result === "present";
  const kind = last ? "all" : KINDS[told.result] ?? "bad";
  place.className = `told told-${kind}`;
  part("number").dataset.faced = told.face ? "yes" : "no";
  part("number").textContent = told.face || { wait: "…", off: "" }[kind] || (kind === "bad" ? "✕" : "");
  part("title").textContent = last ? "Groupe complet" : unbroken(told.title);
  const mark = told.mark && told.badge_mark ? `${told.mark} ici, ${told.badge_mark} sur le badge` : told.mark;
  const who = [told.group, mark, told.result === "present" && hour(told.first_scanned_at)];
  part("who").textContent = who.filter(Boolean).join(" · ");
  part("advice").textContent = unbroken([last && `${whole.here} ${whole.here < 2 ? "élève" : "élèves"} sur ${whole.pupils}.`, told.advice].filter(Boolean).join(" "));
  const object = part("object");
  if (object) {
    const place = whole && document.querySelector(`#objets-${whole.reservation} form`);
    object.hidden = !place;
    object.textContent = "Noter l'objet";
    object.href = place ? `#${place.parentElement.id}` : "";
  }
  const undo = part("undo");
  const left = told.result === "left";
  undo.hidden = told.result !== "present" && !left;
  // A departure is taken back on the page of departures.
  undo.href = left ? `/accueil/${slot}/departs` : `/accueil/${slot}/pointages/${told.scan_id}/annulation`;
  Object.assign(undo.dataset, { badge, scan: told.scan_id ?? "", face: told.face ?? "", group: told.group ?? "" });
  if (left) delete undo.dataset.scan;
  undo.dataset.hour = told.result === "present" ? hour(told.first_scanned_at) : "";
  const welcome = part("welcome");
  if (welcome) {
    welcome.hidden = !(told.may_welcome && badge);
    welcome.dataset.badge = badge;
  }
  const receive = part("whole");
  if (receive) {
    receive.hidden = !(told.may_welcome && told.reservation_id);
    receive.formAction = `${receive.form.dataset.groups}${told.reservation_id}/reception`;
  }
  bringIntoView();
  if (silent) return;
  buzz(kind);
  play(kind);
}
