// Who is here, live: asks for the numbers every few seconds, and again at once after an answer.

import { within } from "./desk_send.js";

const EVERY = 3000;
const PATIENCE = 8000;

export function presence(place, { onNet }) {
  let etag = "";
  let asking = null;
  let timer = 0;

  async function ask() {
    clearTimeout(timer);
    try {
      const answer = await fetch(place.dataset.presence, {
        headers: etag ? { "If-None-Match": etag } : {},
        signal: within(PATIENCE),
      });
      // Signed out, the page sends to the door instead of the numbers.
      if (answer.ok && !answer.redirected) {
        etag = answer.headers.get("ETag") ?? "";
        replace(await answer.text());
      }
      onNet(true, !answer.redirected);
    } catch {
      onNet(false);
    }
    timer = setTimeout(refresh, EVERY);
  }

  function replace(fragment) {
    const held = document.activeElement?.id;
    const within = held && place.contains(document.activeElement);
    place.innerHTML = fragment;
    if (within) document.getElementById(held)?.focus({ preventScroll: true });
    const state = place.querySelector("[data-state]")?.dataset.state;
    if (state === "done" || state === "called_off") location.reload();
  }

  function refresh() {
    if (document.hidden) {
      timer = setTimeout(refresh, EVERY);
      return null;
    }
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  document.addEventListener("visibilitychange", refresh);
  timer = setTimeout(refresh, EVERY);
  return refresh;
}
