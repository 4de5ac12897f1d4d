// The desk: a badge is read, typed or tapped, put in the queue, sent, answered. The page works without this file, apart
// from the camera and the queue.

import { sender } from "./desk_send.js";

const desk = document.querySelector("[data-desk]");
const net = document.querySelector("[data-net]");
const slot = Number((desk ?? net).dataset.slot);

let state = { net: "ok", count: 0 };
let online = true;

function waitingWords(count) {
  return count === 1 ? "1 pointage en attente, il partira tout seul." : `${count} pointages en attente, ils partiront tout seuls.`;
}

function tellNet() {
  const away = !online || state.net === "offline";
  let words = "";
  if (state.net === "signed-out") {
    const kept = state.count ? `${state.count} en attente sur ce téléphone` : "rien n'est perdu";
    words = `Vous n'êtes plus connecté, ${kept}\u00a0: `;
  } else if (away) {
    words = state.count ? `Hors ligne : ${waitingWords(state.count)}` : "Hors ligne : les pointages seront gardés sur ce téléphone.";
  } else if (state.net === "busy") {
    words = `Le serveur est occupé : ${waitingWords(state.count)}`;
  }
  if (net.textContent !== words) net.textContent = words;
  if (state.net === "signed-out") {
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

if (desk) {
  const { runDesk } = await import("./desk_page.js");
  onAnswer = runDesk({
    desk,
    slot,
    add: send.add,
    onNet(there, signedIn = true) {
      online = there;
      if (there && !signedIn) state = { ...state, net: "signed-out" };
      else if (there && state.net === "offline") send.flush();
      tellNet();
    },
  });
}
