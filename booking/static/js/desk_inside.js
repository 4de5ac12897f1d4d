// Who is inside now, counted from what this phone shows: it answers without network as well.

import { hour } from "./desk_answer.js";
import { now } from "./desk_clock.js";

const count = (place, wanted) => [...place.querySelectorAll("a.number.here")].filter(({ dataset }) => wanted(dataset.face)).length;
const people = (number, word) => `${number} ${word}${number < 2 ? "" : "s"}`;

function line(name, words) {
  const one = document.createElement("li");
  const strong = document.createElement("strong");
  strong.textContent = name;
  one.append(strong, document.createElement("br"), words);
  return one;
}

export function insideDialog(desk, place, { slot, roster }) {
  const open = document.querySelector("[data-inside-open]");
  const dialog = document.querySelector("[data-inside]");
  if (!open || !dialog) return;
  const part = (name) => dialog.querySelector(`[data-inside-${name}]`);

  function fill() {
    let total = 0;
    const lines = [];
    for (const group of place.querySelectorAll("section.group")) {
      const adults = count(group, (face) => face.startsWith("A"));
      const pupils = count(group, (face) => !face.startsWith("A"));
      total += adults + pupils;
      const announced = Number(group.dataset.adults ?? adults);
      const badges = group.querySelector("[data-tap]");
      const words = badges ? `${people(pupils, "élève")}, ${adults} sur ${people(announced, "adulte")}` : "Sans badge : à compter à l'œil";
      lines.push(line(badges?.dataset.group ?? group.querySelector("h2").textContent.trim(), words));
    }
    for (const company of document.querySelectorAll("[data-announced]")) {
      const here = Number(place.querySelector(`[data-company="${company.dataset.announced}"]`)?.dataset.count ?? 0);
      total += here;
      lines.push(line(company.querySelector("strong").textContent, `${here} sur ${people(Number(company.dataset.people), "personne")}`));
    }
    const sealed = desk.dataset.shell ? roster.sealedHere() : 0;
    if (sealed) lines.push(line(people(sealed, "badge"), "De groupes que ce téléphone n'a pas encore rouverts sans réseau"));
    part("at").textContent = `À ${hour(now())}`;
    part("total").textContent = total + sealed;
    part("word").textContent = total + sealed < 2 ? "présent pointé" : "présents pointés";
    part("groups").replaceChildren(...lines);
    part("sheet").href = `/accueil/${slot}/presents`;
    part("sheet").hidden = Boolean(desk.dataset.shell);
  }

  open.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    fill();
    dialog.showModal();
  });
}
