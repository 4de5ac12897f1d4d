// Who is here, live: asks for the numbers every few seconds, and again at once after an answer. The phone's own roster
// follows: whole when the page opens, then who came in.

import { heard } from "./desk_clock.js";
import { standingOf } from "./desk_standing.js";
import { within } from "./no_net.js";

const EVERY = 3000;
const PATIENCE = 8000;

export function presence(place, { slot, roster, grid, shell, onNet, onFresh }) {
  let etag = "";
  let version = "";
  let asking = null;
  let timer = 0;

  async function fetched(path, headers = {}) {
    const asked = Date.now();
    const answer = await fetch(path, { headers, signal: within(PATIENCE) });
    heard(answer, asked);
    // Signed out, a page sends to the door instead of the numbers; a link that has ended says so.
    return { answer, standing: answer.redirected ? "signed-out" : standingOf(answer.status) };
  }

  async function follow() {
    const { answer, standing } = await fetched(`/accueil/${slot}/telephone${version ? `?connu=${version}` : ""}`);
    if (!answer.ok || standing) return;
    const told = await answer.json();
    if (told.groups) await roster.take(told);
    else await roster.settle(told.here);
    version = told.version;
  }

  async function ask() {
    clearTimeout(timer);
    try {
      onNet(true, shell ? await cameBack() : await refreshed());
    } catch {
      onNet(false);
    }
    timer = setTimeout(refresh, EVERY);
  }

  // The shell stands in for the page while there is no network: the page itself takes over again, once it may.
  async function cameBack() {
    const { answer, standing } = await fetched(`/accueil/${slot}/presence`);
    if (!standing && answer.ok && !document.querySelector("dialog[open]")) location.reload();
    return standing;
  }

  async function refreshed() {
    const sent = grid.sent();
    const { answer, standing } = await fetched(place.dataset.presence, etag ? { "If-None-Match": etag } : {});
    if (answer.ok && !standing) {
      etag = answer.headers.get("ETag") ?? "";
      replace(await answer.text(), sent);
      // Without its own roster the desk still works: the next change tries again.
      await follow().catch(() => {});
    } else if (answer.status === 304) grid.settle(sent);
    onFresh();
    return standing;
  }

  function replace(fragment, sent) {
    const held = document.activeElement?.id;
    const inside = held && place.contains(document.activeElement);
    place.innerHTML = fragment;
    grid.settle(sent);
    if (inside) document.getElementById(held)?.focus({ preventScroll: true });
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
  if (!shell) follow().catch(() => {});
  return refresh;
}
