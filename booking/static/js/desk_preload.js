// The other visits of the day, kept on this phone as well: a host passes from one to the next without network.

import { rosterOf } from "./desk_roster.js";
import { keptVisits } from "./desk_store.js";
import { within } from "./no_net.js";

const PATIENCE = 8000;

async function keep(slot) {
  const known = (await keptVisits()).find((one) => one.slot === slot)?.version;
  const answer = await fetch(`/accueil/${slot}/telephone${known ? `?connu=${known}` : ""}`, { signal: within(PATIENCE) });
  if (!answer.ok || answer.redirected) return;
  const told = await answer.json();
  const roster = rosterOf(slot);
  await roster.ready;
  if (told.groups) await roster.take(told);
  else await roster.settle(told.here);
}

// Without network, they are as they were.
export async function preload(links) {
  for (const { dataset } of links) await keep(Number(dataset.preload)).catch(() => {});
}
