// Signing out: what this phone has kept goes, scans that were not sent excepted. Those hold no number and no name.

import { forgetVisits, howManyWait } from "./desk_store.js";
import { forgetAll } from "./desk_typed.js";

export { forgetVisits };

// Where a link has ended: what waits on this phone, and how it will leave.
export async function tellWaiting(place) {
  const count = await howManyWait();
  const waits = count === 1 ? "1 pointage attend sur ce téléphone : il partira" : `${count} pointages attendent sur ce téléphone : ils partiront`;
  place.textContent = `${waits} quand l'accueil de la visite y sera rouvert, par un nouveau lien ou par le compte du lycée.`;
  place.hidden = !count;
}

function question(count) {
  const waits =
    count === 1
      ? "1 pointage attend encore le réseau sur ce téléphone. Il y reste si vous vous déconnectez, et partira"
      : `${count} pointages attendent encore le réseau sur ce téléphone. Ils y restent si vous vous déconnectez, et partiront`;
  return `${waits} quand vous rouvrirez l'accueil. Se déconnecter ?`;
}

export async function leave(form) {
  const waits = await howManyWait();
  if (waits && !window.confirm(question(waits))) return;
  forgetAll();
  await forgetVisits({ all: true });
  for (const name of await caches.keys()) if (name.startsWith("technilab-accueil-")) await caches.delete(name);
  for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) await one.unregister();
  if (waits) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "waiting", value: "1" }));
  form.submit();
}
