// The desk: a badge is read, typed or tapped, put in the queue, sent, answered. The page works without this file, apart
// from the camera, the queue and what is kept for lack of network.

import { sender } from "./desk_send.js";
import { forgetVisits } from "./desk_store.js";

const desk = document.querySelector("[data-desk]");
const net = document.querySelector("[data-net]");
const slot = Number((desk ?? net).dataset.slot);

// Someone who came by a desk link has no account to sign in with again.
const helper = Boolean(desk?.dataset.helper);

let state = { net: "ok", count: 0 };
let online = navigator.onLine;

function waitingWords(count) {
  return count === 1 ? "1 pointage en attente, il partira tout seul." : `${count} pointages en attente, ils partiront tout seuls.`;
}

function wordsOf({ net: how, count }) {
  if (how === "signed-out" && helper) {
    return `Ce lien d'accueil ne sert plus, ${count ? `${count} en attente sur ce téléphone` : "rien n'est perdu"} : demandez-en un autre au lycée.`;
  }
  if (how === "signed-out") {
    const kept = count ? `${count} en attente sur ce téléphone` : "rien n'est perdu";
    return `Vous n'êtes plus connecté, ${kept}\u00a0: `;
  }
  if (!online || how === "offline") {
    return count ? `Hors ligne : ${waitingWords(count)}` : "Hors ligne : les pointages seront gardés sur ce téléphone.";
  }
  if (how === "busy") return `Le serveur est occupé : ${waitingWords(count)}`;
  return count > 1 ? `${count} en attente` : "";
}

function tellNet() {
  const words = wordsOf(state);
  if (net.textContent !== words) net.textContent = words;
  if (state.net === "signed-out" && !helper) {
    const link = document.createElement("a");
    link.href = `/connexion?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = "reconnectez-vous";
    net.append(link);
  }
  net.hidden = !words;
}

let onAnswer = () => {};
const send = sender({
  slot,
  onAnswer: (told, act) => onAnswer(told, act),
  onState(now) {
    state = now;
    tellNet();
  },
});

window.addEventListener("online", () => {
  online = true;
  tellNet();
  send.flush();
});
window.addEventListener("offline", () => {
  online = false;
  tellNet();
});
document.addEventListener("visibilitychange", () => document.hidden || send.flush());
send.flush();
tellNet();
forgetVisits().catch(() => {});
setInterval(() => forgetVisits().catch(() => {}), 60_000);

// The page that opens without network, from now on. Old browsers and plain http have none.
navigator.serviceWorker?.register("/accueil/travailleur.js", { scope: "/accueil/", updateViaCache: "none" }).catch(() => {});

if (desk) {
  const { runDesk } = await import("./desk_page.js");
  onAnswer = await runDesk({
    desk,
    slot,
    add: send.add,
    isAway: () => !online || state.net === "offline" || state.net === "signed-out",
    onNet(there, signedIn = true) {
      online = there;
      if (there && !signedIn) state = { ...state, net: "signed-out" };
      else if (there && state.net === "offline") send.flush();
      tellNet();
    },
  });
}
