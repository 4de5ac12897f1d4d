// Who is here, live: asks for the numbers every few seconds, and again at once after an answer. The phone's own roster
// follows: whole when the page opens, then who came in.

import { within } from "./desk_send.js";

const EVERY = 3000;
const PATIENCE = 8000;

export function presence(place, { slot, roster, shell, onNet }) {
  let etag = "";
  let version = "";
  let asking = null;
  let timer = 0;

  async function fetched(path, headers = {}) {
    const answer = await fetch(path, { headers, signal: within(PATIENCE) });
    // Signed out, a page sends to the door instead of the numbers.
    return { answer, signedIn: !answer.redirected && answer.status !== 401 };
  }

  async function follow() {
    const { answer, signedIn } = await fetched(`/accueil/${slot}/telephone${version ? `?connu=${version}` : ""}`);
    if (!answer.ok || !signedIn) return signedIn;
    const told = await answer.json();
    if (told.groups) await roster.take(told);
    else await roster.settle(told.here);
    version = told.version;
    return true;
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
    const { answer, signedIn } = await fetched(`/accueil/${slot}/presence`);
    if (signedIn && answer.ok && !document.querySelector("dialog[open]")) location.reload();
    return signedIn;
  }

  async function refreshed() {
    const { answer, signedIn } = await fetched(place.dataset.presence, etag ? { "If-None-Match": etag } : {});
    if (answer.ok && signedIn) {
      etag = answer.headers.get("ETag") ?? "";
      replace(await answer.text());
      // Without its own roster the desk still works: the next change tries again.
      await follow().catch(() => {});
    }
    return signedIn;
  }

  function replace(fragment) {
    const held = document.activeElement?.id;
    const inside = held && place.contains(document.activeElement);
    const pending = [...place.querySelectorAll(".pending")].map((number) => number.id);
    place.innerHTML = fragment;
    // A number touched meanwhile still waits for its own answer.
    for (const id of pending) document.querySelector(`button#${id}`)?.classList.add("pending");
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
