// The desk: a badge is read, typed or tapped, put in the queue, sent, answered. The page works without this file, apart
// from the camera, the queue and what is kept for lack of network.

import { learn, measureAgain } from "./desk_clock.js";
import { practiceSender } from "./desk_practice.js";
import { sender } from "./desk_send.js";
import { counts } from "./desk_standing.js";
import { forgetVisits } from "./desk_store.js";

const desk = document.querySelector("[data-desk]");
const net = document.querySelector("[data-net]");
const slot = Number((desk ?? net).dataset.slot);

// Someone who came by a desk link has no account to sign in with again.
const helper = Boolean(desk?.dataset.helper);

// An exercise sends nothing.
const practice = "practice" in (desk?.dataset ?? {});

// The page says the server's hour as it was made; its shell says what this phone has kept of it.
if (desk?.dataset.now) learn(Date.parse(desk.dataset.now), Date.now() - performance.now());

let state = { net: "ok", count: 0 };
// Whether what is scanned here counts: empty, or why not.
let standing = desk?.dataset.standing ?? "";
let online = navigator.onLine;

// A page too old for its own token opens anew by itself, and once: should it be too old again, it goes on saying so.
const OPENED_ANEW = `desk-opened-anew-${slot}`;
const noteOpenedAnew = (yes) => (yes ? sessionStorage.setItem(OPENED_ANEW, "") : sessionStorage.removeItem(OPENED_ANEW));

function waitingWords(count) {
  return count === 1 ? "1 pointage en attente, il partira tout seul." : `${count} pointages en attente, ils partiront tout seuls.`;
}

function wordsOf({ net: how, count }) {
  if (standing === "stale") return "Cette page est trop ancienne\u00a0: ";
  if (standing && helper) {
    return `Ce lien d'accueil ne sert plus, ${count ? `${count} en attente sur ce téléphone` : "rien n'est perdu"} : demandez-en un autre au lycée.`;
  }
  if (standing) {
    const kept = count ? `${count} en attente sur ce téléphone` : "rien n'est perdu";
    return `${standing === "not-yours" ? "Ce n'est pas votre visite" : "Vous n'êtes plus connecté"}, ${kept}\u00a0: `;
  }
  if (!online || how === "offline") {
    return count ? `Hors ligne : ${waitingWords(count)}` : "Hors ligne : les pointages seront gardés sur ce téléphone.";
  }
  if (how === "busy") return `Le serveur est occupé : ${waitingWords(count)}`;
  return count > 1 ? `${count} en attente` : "";
}

function tellNet() {
  if (practice) return;
  const words = wordsOf(state);
  if (net.textContent !== words) net.textContent = words;
  if (standing === "stale" || (standing && !helper)) {
    const link = document.createElement("a");
    link.href = standing === "stale" ? location.pathname : `/connexion?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = standing === "stale" ? "rechargez-la" : "reconnectez-vous";
    net.append(link);
  }
  net.hidden = !words;
}

let onAnswer = () => {};
let onStanding = () => {};
const send = practice ? practiceSender(desk, { onAnswer: (told, act) => onAnswer(told, act) }) : sender({
  slot,
  onAnswer: (told, act) => onAnswer(told, act),
  onState(now) {
    state = now;
    if (!counts(now.net)) standing = now.net;
    else if (now.net === "sent") {
      standing = "";
      noteOpenedAnew(false);
    }
    tellNet();
    onStanding();
  },
});

window.addEventListener("online", () => {
  online = true;
  tellNet();
  send.flush();
});
window.addEventListener("offline", () => {
  online = false;
  measureAgain();
  tellNet();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) measureAgain();
  else send.flush();
});
send.flush();
tellNet();
if (!practice) forgetVisits().catch(() => {});
setInterval(() => forgetVisits().catch(() => {}), 60_000);

// The page that opens without network, from now on. Old browsers and plain http have none.
navigator.serviceWorker?.register("/accueil/travailleur.js", { scope: "/", updateViaCache: "none" }).catch(() => {});

if (desk && !helper && !practice) {
  const { preload } = await import("./desk_preload.js");
  preload(document.querySelectorAll("[data-preload]"));
}

if (desk) {
  const { runDesk } = await import("./desk_page.js");
  ({ answered: onAnswer, onStanding } = await runDesk({
    desk,
    slot,
    add: send.add,
    practice,
    isAway: () => !practice && (!online || state.net === "offline" || Boolean(standing)),
    standing: () => ({ net: standing, helper, count: state.count }),
    onNet(there, barred) {
      online = there;
      const stale = standing === "stale";
      if (there && (barred || !stale || sessionStorage.getItem(OPENED_ANEW) === null)) {
        standing = barred ?? "";
        if (stale && !barred) noteOpenedAnew(true);
      }
      if (there && !standing && state.net === "offline") send.flush();
      tellNet();
      onStanding();
    },
  }));
}
