// What is asked about a number that is here: undo its scan, or note that it leaves before the end. One that the host has
// just declared is unticked at once: its next tap brings it back.

import { now } from "./desk_clock.js";

const JUST = 30 * 60_000;

export function onDialog(desk, { onUndo, onDeparture }) {
  const ask = document.querySelector("[data-ask]");
  let asked = null;
  desk.addEventListener("click", (event) => {
    const link = event.target.closest("[data-scan]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { scan, face, hour, badge, declared } = link.dataset;
    const group = link.dataset.group || link.closest("[data-tap]").dataset.group;
    asked = { scan_id: scan, face, group, badge };
    if (declared && Math.abs(now() - Date.parse(declared)) < JUST) {
      onUndo(asked);
      return;
    }
    ask.querySelector("[data-ask-title]").textContent = `Annuler le pointage du numéro ${face} ?`;
    ask.querySelector("[data-ask-words]").textContent = `${group}, présent depuis ${hour}.`;
    ask.returnValue = "keep";
    ask.showModal();
  });
  ask.addEventListener("close", () => {
    if (ask.returnValue === "undo") onUndo(asked);
    if (ask.returnValue === "departure") onDeparture(asked);
  });
}
