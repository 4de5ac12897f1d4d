// The desk's hands: camera, typed code, tapped number, undo.

import { hour, show } from "./desk_answer.js";
import { onDialog } from "./desk_ask.js";
import { camera } from "./desk_camera.js";
import { isKnown, kept as clock, now, watch } from "./desk_clock.js";
import { isCode, plainCode, tokenIn } from "./desk_code.js";
import { declaredOf, gridOf, missingOf } from "./desk_grid.js";
import { insideDialog } from "./desk_inside.js";
import { isPractice, ON_A_DESK } from "./desk_practice.js";
import { presence } from "./desk_presence.js";
import { waiting } from "./desk_queue.js";
import { rosterOf } from "./desk_roster.js";
import { onHandScanner } from "./desk_scanner.js";
import { counts, uncounted } from "./desk_standing.js";
import { noteOf } from "./desk_store.js";

// An answer that has not come by then is said from what the phone knows: nobody stands at the door wondering.
const SLOW = 600;
const KEPT = new Set(["present", "already", "undone", "left"]);
const MISTYPED = {
  result: "mistyped",
  title: "Code mal tapé",
  advice: "Un caractère ne va pas : relisez les 6 caractères du badge.",
};

// The number in large on a badge, typed where its code is asked.
const numbered = (face) => ({ result: "mistyped", title: "C'est le numéro", advice: `${face} est le numéro : touchez-le plus bas.` });

// crypto.randomUUID exists on https and localhost only.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

// What the phone says by itself, from the roster that it has kept.
function answerOf(found, { since, declared } = {}, scan, { known, early }) {
  // A number touched before the roster has come is one of this visit's: it is on the page.
  if (found.place || known.face) {
    const whose = found.place ? { face: found.place.face, group: found.place.group.label, mark: found.place.group.mark } : known;
    if (early) {
      const advice = "La visite est un autre jour : ce pointage est noté, mais ne compte pas. Scannez le badge ce jour-là.";
      return { ...whose, result: "too_early", title: "Trop tôt", advice };
    }
    if (declared) {
      const advice = "L'hôte l'avait déclaré présent : son badge le confirme, il est compté une fois.";
      return { ...whose, result: "already", title: `Déjà là à ${hour(since)}`, advice };
    }
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

export async function runDesk({ desk, slot, add, practice, isAway, standing, onNet }) {
  const place = desk.querySelector("[data-presence]");
  const shell = Boolean(desk.dataset.shell);
  const roster = rosterOf(slot, { helper: Boolean(desk.dataset.helper), onOpen: () => grid.draw() });
  const grid = gridOf(place, { slot, roster });
  const refresh = practice ? () => {} : presence(place, { slot, roster, grid, shell, onNet, onFresh });
  const refused = desk.querySelector("[data-refused]");
  const slow = new Map();
  let latest = "";
  let barredBy = "";
  let shown = null;

  // In large, and otherwise where nobody of the group is missing any more.
  function say(told, { badge = "", silent = false, whole = told.result === "present" ? grid.wholeBy(badge) : null } = {}) {
    show(told, { slot, badge, silent, whole });
    shown = { told, badge, whole };
  }

  // The others of the group may have come before another phone meanwhile.
  function onFresh() {
    if (shown?.told.result === "present" && !shown.whole && grid.wholeBy(shown.badge)) say(shown.told, { badge: shown.badge });
  }

  function tellSoon(scan_id, told, badge = "") {
    const tell = () => {
      const { net } = standing();
      if (counts(net) && told.result === "present") grid.say(badge);
      if (latest === scan_id) say(counts(net) ? told : uncounted(net, standing()), { badge });
    };
    slow.set(scan_id, setTimeout(tell, isAway() ? 0 : SLOW));
  }

  async function point(text, { known = {}, act = "arrival" } = {}) {
    if (!practice && isPractice(text)) {
      say(ON_A_DESK);
      return;
    }
    const scan_id = newId();
    const scanned_at = new Date(now()).toISOString();
    latest = scan_id;
    const found = await roster.recognise(text);
    const at = found.place?.at;
    const seen = (at && roster.since(at)) || {};
    const counted = seen.since && !seen.declared;
    const scan = { act: "scan", does: act, scan_id, badge: found.badge.slice(0, 512), scanned_at, sure: isKnown() };
    if (act === "arrival") {
      const early = roster.isEarly();
      tellSoon(scan_id, { ...known, ...answerOf(found, seen, { scan_id, first_scanned_at: scanned_at }, { known, early }) }, scan.badge);
      if (!counted) grid.note(scan, { told: false });
      if (at && !counted && !early && counts(standing().net)) await roster.mark([[at, { since: scanned_at, scan_id }]]);
    } else {
      tellSoon(scan_id, { result: "waiting", title: "Noté", advice: "Sur ce téléphone, en attente du réseau.", ...known });
      grid.note(scan);
    }
    await add(scan);
  }

  // « Tout le groupe est là »: one declaration a number, each with its own id, kept and sent as scans are.
  async function declareAll(group) {
    const at = new Date(now());
    if (isKnown() && at < new Date(group.dataset.from)) {
      say({ result: "too_early", title: "Trop tôt", advice: `Un groupe se déclare présent à partir de ${hour(group.dataset.from)}.` });
      return;
    }
    const { net } = standing();
    const numbers = missingOf(group);
    const acts = numbers.map((one) => ({ act: "scan", does: "declaration", scan_id: newId(), badge: one.value, scanned_at: at.toISOString(), sure: isKnown() }));
    const pupils = numbers.filter((one) => !one.dataset.face.startsWith("A")).length;
    latest = "";
    for (const act of acts) grid.note(act, { told: counts(net) });
    const advice = `${pupils} ${pupils < 2 ? "élève déclaré présent" : "élèves déclarés présents"}. Touchez le numéro des absents.`;
    const whole = grid.wholeOf(group.closest(".group"));
    if (counts(net)) say({ result: "declared", title: "Groupe là", group: group.dataset.group, advice }, { whole });
    else say(uncounted(net, standing()));
    // Written down before they leave: a phone that loses the network meanwhile knows them all the same.
    const came = [];
    for (const { badge, scan_id, scanned_at } of counts(net) ? acts : []) {
      const found = (await roster.recognise(badge)).place;
      if (found) came.push([found.at, { since: scanned_at, scan_id, declared: true }]);
    }
    await roster.mark(came);
    await add(...acts);
  }

  async function takeBackAll(group) {
    const acts = declaredOf(group).map(({ dataset }) => ({ act: "undo", scan_id: dataset.scan, badge: dataset.badge, scanned_at: new Date(now()).toISOString() }));
    latest = "";
    say({ result: "undone", title: "Déclaration annulée", group: group.dataset.group, advice: "Les badges scannés restent comptés." });
    for (const act of acts) grid.note(act);
    const left = [];
    for (const { badge, scan_id } of acts) {
      const found = (await roster.recognise(badge)).place;
      if (found && roster.since(found.at)?.scan_id === scan_id) left.push([found.at, null]);
    }
    await roster.mark(left);
    await add(...acts);
  }

  async function answered(told, act) {
    clearTimeout(slow.get(act.scan_id));
    slow.delete(act.scan_id);
    const counted = KEPT.has(told.result);
    if (practice && counted && told.result !== "already" && act.act === "scan") grid.note(act);
    grid.answered(act, told, counted);
    // Answers to older scans arrive in a burst when the network returns: the last badge keeps the large words, and the
    // refusals among the others are listed, for pupils who have gone in by then.
    if (act.scan_id === latest) say(told, { badge: act.badge });
    else if (!counted) list(told, act);
    await roster.answered(act, counted);
    if (!slow.size) refresh();
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
    const token = tokenIn(field.value);
    if (token || isCode(plainCode(field.value))) {
      point(token ?? field.value);
      field.value = "";
    } else {
      const typed = plainCode(field.value);
      say(place.querySelector(`.number[data-face="${CSS.escape(typed)}"]`) ? numbered(typed) : MISTYPED);
      field.select();
    }
    field.focus();
  });

  desk.addEventListener("submit", (event) => {
    const group = event.target.closest("[data-whole]");
    const form = event.target.closest("[data-tap]");
    if (!form && !group) return;
    event.preventDefault();
    if (group) {
      if ("back" in event.target.dataset) takeBackAll(group);
      else declareAll(group);
      return;
    }
    point(event.submitter.value, { known: { face: event.submitter.dataset.face, group: form.dataset.group, mark: form.dataset.mark } });
  });

  desk.querySelector("[data-told-welcome]")?.addEventListener("click", (event) => {
    point(event.currentTarget.dataset.badge, { act: "welcome" });
  });

  // What a group built opens where it is noted.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#objets-"]');
    if (!link) return;
    event.preventDefault();
    const panel = document.querySelector(link.getAttribute("href"));
    panel.open = true;
    panel.scrollIntoView();
    panel.querySelector("select").focus({ preventScroll: true });
  });

  onDialog(desk, {
    onDeparture: (asked) => point(asked.badge, { known: asked, act: "departure" }),
    async onUndo(asked) {
      latest = asked.scan_id;
      tellSoon(latest, { result: "waiting", title: "Annulation gardée", advice: "Elle partira avec le réseau.", ...asked });
      const { badge, place: found } = await roster.recognise(asked.badge);
      const undo = { act: "undo", scan_id: asked.scan_id, badge, scanned_at: new Date(now()).toISOString() };
      grid.note(undo);
      if (found && roster.since(found.at)?.scan_id === asked.scan_id) await roster.mark([[found.at, null]]);
      await add(undo);
    },
  });

  insideDialog(desk, place, { slot, roster });
  watch(() => noteOf(slot, { clock: clock() }).catch(() => {}));
  await roster.ready;
  for (const act of await waiting()) if (act.slot === slot) grid.note(act, { told: !roster.isEarly(Date.parse(act.scanned_at)) });
  if (shell) grid.draw();
  else grid.lay();
  onStanding();
  onHandScanner((token) => point(token));
  camera(desk, point);
  return { answered, onStanding };

  // Whether what is scanned here counts has changed, or how much waits: said at once, before the next badge is shown.
  function onStanding() {
    const { net } = standing();
    const barred = !counts(net);
    if (!barred && !barredBy) return;
    for (const timer of slow.values()) clearTimeout(timer);
    grid.bar(barred);
    if (barred) say(uncounted(net, standing()), { silent: barredBy === net });
    // Let in again, the page opens anew: its forms have the token of who is there now.
    else location.reload();
    if (net !== barredBy) noteOf(slot, { standing: barred ? net : "" }).catch(() => {});
    barredBy = barred ? net : "";
  }
}
