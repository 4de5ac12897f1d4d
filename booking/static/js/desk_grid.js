// The numbers and their count. What lies under them is the server's page, or in the shell what this phone knows; over
// it lies what was scanned here since and has had no answer from the server's page yet. One grid for both.

import { hour } from "./desk_answer.js";

const HERE = "a.number.here";
const SAID = `${HERE}[data-declared]`;

// The numbers of a group that its host may declare present, spare ones left out; and those that it has declared.
export const missingOf = (one) => [...one.parentElement.querySelectorAll("button.number")].filter(({ dataset }) => !dataset.face.startsWith("R"));
export const declaredOf = (one) => [...one.parentElement.querySelectorAll(SAID)];

function made(tag, { text = "", ...attributes } = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  if (text) one.textContent = text;
  one.append(...children);
  return one;
}

const word = (count) => (count < 2 ? "présent" : "présents");
const isPupil = (face) => !face.startsWith("A");
const saidWords = (count) => `dont ${count} ${count < 2 ? "déclaré" : "déclarés"} par l'hôte, en pointillé`;

// « Tout le groupe est là », and the same taken back: as templates/desk/_whole.html has them.
function whole(group, from) {
  const form = (words, attributes) => made("form", { ...attributes }, made("button", { class: "btn btn-outline-primary", text: words }));
  return made("div", { class: "whole", "data-whole": "", "data-group": group.label, "data-from": from }, form("Tout le groupe est là"), form("Annuler la déclaration", { "data-back": "" }));
}

function absent({ id, face, badge }) {
  const words = `Numéro ${face}, pas encore là : pointer`;
  return made("button", { text: face, class: "number", id, name: "badge", value: badge, "data-face": face, "aria-label": words });
}

function present({ id, face, badge }, { scan_id, since, declared }, href) {
  const at = hour(since);
  const words = `Numéro ${face}, ${declared ? "déclaré présent à" : "présent depuis"} ${at} : annuler`;
  const role = href ? {} : { role: "button" };
  if (declared) role["data-declared"] = new Date(since).toISOString();
  return made("a", { text: face, class: "number here", id, href: href ?? "#", ...role, "data-scan": scan_id, "data-badge": badge, "data-face": face, "data-hour": at, "aria-label": words });
}

function gone({ id, face }, words) {
  return made("span", { class: "number gone", id }, made("s", { text: face }), made("small", { text: words }), made("span", { class: "visually-hidden", text: ", parti" }));
}

// A group drawn without the server: `known` tells what of it is no news of this phone's.
function sectionOf(group, known, from) {
  const title = made("h2", { id: `groupe-${group.reservation}`, text: group.label });
  const count = made("span", { "data-here": "0" }, made("strong", { text: "0" }), ` ${word(0)}`);
  let declared = 0;
  const numbers = group.badges.map(({ at, face }) => {
    const place = { id: `n-${group.reservation}-${face}`, face, badge: `H1.${at}` };
    const came = known(at);
    if (!came) return made("li", {}, absent(place));
    if (came.elsewhere) return made("li", {}, gone(place, "ailleurs"));
    if (came.left_at) return made("li", {}, gone(place, hour(came.left_at)));
    if (isPupil(face)) count.dataset.here = Number(count.dataset.here) + 1;
    if (isPupil(face) && came.declared) declared += 1;
    return made("li", {}, present(place, came));
  });
  return made(
    "section",
    { class: "group", "aria-labelledby": title.id, "data-pupils": group.pupils, "data-reservation": group.reservation },
    made("div", { class: "group-head" }, title, made("p", {}, count, ` sur ${group.pupils}`)),
    made("p", { class: "soft small", text: `${group.college} · ${group.mark}` }),
    ...(group.phone ? [made("p", { class: "call" }, made("a", { href: `tel:${group.phone.replace(/[^0-9+]/g, "")}`, text: `Appeler le collège : ${group.phone}` }))] : []),
    made("p", { class: "group-moves", "data-said": declared }),
    ...(from ? [whole(group, from)] : []),
    made("form", { "data-tap": "", "data-group": group.label, "data-mark": group.mark }, made("ul", { class: "numbers" }, ...numbers)),
  );
}

export function gridOf(place, { slot, roster }) {
  const shell = place.querySelector("[data-grid]");
  const total = document.querySelector("[data-total]");
  // By badge: the last thing that this phone did with it, and its element as it lies under.
  const news = new Map();
  const under = new Map();
  let barred = false;

  function nodeFor({ node, here, declared, ...one }, act) {
    const counted = act.sent || (act.told && !barred);
    let over = node.cloneNode(true);
    if (counted && act.act === "undo" && here && node.dataset.scan === act.scan_id) over = absent(one);
    else if (counted && act.does === "departure") over = gone(one, hour(act.since));
    else if (counted && (act.does === "arrival" || act.does === "declaration") && (!here || declared)) {
      over = present(one, { ...act, declared: act.does === "declaration" }, act.sent && !shell ? `/accueil/${slot}/pointages/${act.scan_id}/annulation` : undefined);
    }
    if (!act.sent) over.classList.add("pending");
    return over;
  }

  function paint() {
    for (const [badge, one] of under) {
      const act = news.get(badge);
      const seen = act ? [act.act, act.does, act.scan_id, act.told, act.sent, act.since, barred].join() : "";
      if (one.seen === seen) continue;
      one.seen = seen;
      const held = one.li.contains(document.activeElement);
      one.li.replaceChildren(act ? nodeFor(one, act) : one.node);
      if (held) one.li.firstElementChild.focus({ preventScroll: true });
    }
    let [here, guests] = [0, 0];
    for (const section of place.querySelectorAll(".group")) {
      const counted = count(section.querySelector("[data-here]"), section);
      if (section.dataset.pupils) here += counted;
      else guests += counted;
    }
    tellAll(here, guests);
    for (const told of place.querySelectorAll("[data-said]")) tellSaid(told, told.closest(".group"));
    for (const one of place.querySelectorAll("[data-whole]")) offer(one);
  }

  // How many of them by the host's word, and what of it is still to say or to take back.
  function tellSaid(told, within) {
    let said = Number(told.dataset.said);
    for (const one of under.values()) {
      if (!isPupil(one.face) || !within.contains(one.li)) continue;
      said += Number(one.li.firstElementChild.matches(SAID)) - Number(one.declared);
    }
    told.textContent = saidWords(said);
    told.hidden = !said;
  }

  function offer(one) {
    const [all, back] = one.querySelectorAll("form");
    all.hidden = !missingOf(one).length;
    back.hidden = !declaredOf(one).length;
  }

  // The count under, and what the numbers over it change.
  function count(told, section) {
    let here = Number(told.dataset.here);
    for (const one of under.values()) {
      if (!isPupil(one.face) || !section.contains(one.li)) continue;
      here += Number(one.li.firstElementChild.matches(HERE)) - Number(one.here);
    }
    told.replaceChildren(made("strong", { text: String(here) }), ` ${word(here)}`);
    const complete = section.querySelector("[data-complete]");
    if (complete) complete.hidden = !isWhole(section, here);
    return here;
  }

  // Over the camera, all groups together; of a group that is still sealed on this phone nothing is known.
  function tellAll(here, guests) {
    const of = total.dataset.of ? ` sur ${total.dataset.of}` : "";
    const beside = guests ? ` et ${guests} ${guests < 2 ? "invité" : "invités"}` : "";
    total.hidden = Boolean(shell) && roster.sealedHere() > 0;
    total.replaceChildren(made("strong", { text: String(here) }), ` ${word(here)}${of}${beside}`);
  }

  const isWhole = ({ dataset }, here) => Number(dataset.pupils) > 0 && here >= Number(dataset.pupils);

  // A group once nobody of it is missing.
  function wholeOf(section) {
    const here = Number(section.querySelector("[data-here] strong").textContent);
    const { pupils, reservation } = section.dataset;
    return isWhole(section, here) ? { here, pupils: Number(pupils), reservation } : null;
  }

  // The same where a pupil's badge brings it there; a spare one that is read afterwards does not.
  function wholeBy(badge) {
    const one = under.get(badge);
    const whole = one && isPupil(one.face) ? wholeOf(one.li.closest(".group")) : null;
    return whole?.here === whole?.pupils ? whole : null;
  }

  // What lies under has changed: found anew, and covered again.
  function lay() {
    under.clear();
    for (const node of place.querySelectorAll(".number[data-face]")) {
      const badge = node.value || node.dataset.badge;
      under.set(badge, { li: node.parentElement, node, here: node.matches(HERE), declared: node.matches(SAID), id: node.id, face: node.dataset.face, badge, seen: "" });
    }
    paint();
  }

  function draw() {
    const held = document.activeElement?.id;
    const fresh = new Set([...news.values()].map((act) => act.scan_id));
    const known = (at) => (fresh.has(roster.since(at)?.scan_id) ? undefined : roster.since(at));
    shell.replaceChildren(...[...roster.groups()].map((group) => sectionOf(group, known, roster.declaredFrom())));
    lay();
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  }

  // Something was done with a badge: `told`, this phone has said so in large.
  function note({ act, does, badge, scan_id, scanned_at }, { told = true } = {}) {
    if (!badge?.startsWith("H1.") || (act === "scan" && does === "welcome")) return;
    news.set(badge, { act, does, scan_id, since: scanned_at, told, sent: false });
    paint();
  }

  function say(badge) {
    const act = news.get(badge);
    if (act) act.told = true;
    paint();
  }

  // The server has answered: counted, it stays until the page that shows it has come.
  function answered({ act, badge, scan_id }, told, counted) {
    const one = news.get(badge);
    if (one?.scan_id !== scan_id || one.act !== act) return;
    if (counted) Object.assign(one, { sent: true, since: told.left_at ?? told.first_scanned_at ?? one.since });
    else news.delete(badge);
    paint();
  }

  const sent = () => new Map([...news].filter(([, act]) => act.sent));

  // A page of the server's that was asked for after these were answered has come.
  function settle(answers) {
    for (const [badge, act] of answers) if (news.get(badge) === act) news.delete(badge);
    lay();
  }

  function bar(now) {
    barred = now;
    paint();
  }

  return { draw: shell ? draw : () => {}, lay, note, say, answered, sent, settle, bar, wholeBy, wholeOf };
}
