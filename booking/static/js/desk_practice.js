// Practice: what the server would answer, said by the page itself. Nothing is sent and nothing is written down.

import { hour } from "./desk_answer.js";

// The badges of booking/web/desk/practice.py: whatever desk reads one, it counts nowhere.
const PRACTICE = /^B1\.(EXERCICE){3}[A-Z2-7]{2}$/;
export const isPractice = (text) => PRACTICE.test(text.trim().toUpperCase());

export const ON_A_DESK = {
  result: "practice",
  title: "Badge d'exercice",
  advice: "L'appareil lit bien. Ce badge ne compte nulle part : passez aux badges des élèves.",
};

const REFUSED = { result: "unknown", title: "Badge inconnu", advice: "C'est l'exercice : le jour venu, tapez les 6 caractères du badge, ou envoyez au lycée." };
const ADVICE = "Exercice : rien n'est compté.";

export function practiceSender(desk, { onAnswer }) {
  const here = new Map();
  const { code, number } = desk.dataset;
  const node = ({ badge }) => [...desk.querySelectorAll(".number[data-face]")].find((one) => badge === code ? one.dataset.face === number : (one.value || one.dataset.badge) === badge);

  function answer(act) {
    const found = node(act);
    if (!found) return { ...REFUSED, scan_id: act.scan_id };
    const { group, mark } = found.closest("[data-tap]").dataset;
    const face = found.dataset.face;
    const told = { scan_id: act.scan_id, face, group, mark, advice: ADVICE, first_scanned_at: act.scanned_at };
    const before = here.get(face);
    if (act.act === "undo") {
      here.delete(face);
      return { ...told, result: "undone", title: "Pointage annulé" };
    }
    if (act.does === "departure") return { ...told, result: "left", left_at: act.scanned_at, title: `Parti à ${hour(act.scanned_at)}` };
    if (before) return { ...told, result: "already", first_scanned_at: before, title: `Déjà pointé à ${hour(before)}` };
    here.set(face, act.scanned_at);
    return { ...told, result: "present", title: "Présent" };
  }

  return {
    flush() {},
    async add(...acts) {
      for (const act of acts) {
        // A typed code shows its number, as the server would have it.
        const found = node(act);
        const badge = found ? found.value || found.dataset.badge : act.badge;
        await onAnswer(answer(act), { ...act, badge });
      }
    },
  };
}
