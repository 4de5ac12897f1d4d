// The strip of the day's visits: what the desks beside count, asked for twice a minute and when the page comes back.

import { within } from "./no_net.js";

const EVERY = 30000;
const PATIENCE = 8000;

export function followDay(strip) {
  async function ask() {
    if (document.hidden) return;
    const answer = await fetch("/accueil/jour", { signal: within(PATIENCE) });
    // Signed out, it sends to the door: the counts stay as they were.
    if (!answer.ok || answer.redirected) return;
    const day = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const count of strip.querySelectorAll("[data-count]")) {
      const told = day.querySelector(`[data-count="${count.dataset.count}"]`);
      if (told) count.textContent = `${told.dataset.here}/${told.dataset.expected}`;
    }
  }

  // Without network the next question is soon enough.
  const askQuietly = () => ask().catch(() => {});
  document.addEventListener("visibilitychange", askQuietly);
  setInterval(askQuietly, EVERY);
}
