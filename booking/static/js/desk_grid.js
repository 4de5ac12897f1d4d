// The numbers of the groups that are open on this phone, drawn without the server.

import { hour } from "./desk_answer.js";

function made(tag, { text = "", ...attributes } = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  if (text) one.textContent = text;
  one.append(...children);
  return one;
}

function numberOf({ at, face }, { reservation }, since) {
  const id = `n-${reservation}-${face}`;
  const badge = `H1.${at}`;
  if (!since) {
    const words = `Numéro ${face}, pas encore là : pointer`;
    return made("button", { text: face, class: "number", id, name: "badge", value: badge, "data-face": face, "aria-label": words });
  }
  const at_hour = hour(since.since);
  const words = `Numéro ${face}, présent depuis ${at_hour} : annuler`;
  const href = "#";
  return made("a", { text: face, class: "number here", id, href, role: "button", "data-scan": since.scan_id, "data-badge": badge, "data-face": face, "data-hour": at_hour, "aria-label": words });
}

function sectionOf(group, roster) {
  const here = group.badges.filter((badge) => roster.since(badge.at) && !badge.face.startsWith("A")).length;
  const title = made("h2", { id: `groupe-${group.reservation}`, text: group.label });
  const counted = made("p", { text: `${here} ${here < 2 ? "présent" : "présents"}` });
  const numbers = group.badges.map((badge) => made("li", {}, numberOf(badge, group, roster.since(badge.at))));
  return made(
    "section",
    { class: "group", "aria-labelledby": title.id },
    made("div", { class: "group-head" }, title, counted),
    made("p", { class: "soft small", text: `${group.college} · ${group.mark}` }),
    made("form", { "data-tap": "", "data-group": group.label, "data-mark": group.mark }, made("ul", { class: "numbers" }, ...numbers)),
  );
}

export function grid(place) {
  const list = place.querySelector("[data-grid]");
  return {
    draw(roster) {
      const held = document.activeElement?.id;
      list.replaceChildren(...[...roster.groups()].map((group) => sectionOf(group, roster)));
      if (held) document.getElementById(held)?.focus({ preventScroll: true });
    },
  };
}
