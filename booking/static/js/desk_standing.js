// Whether what is scanned on this phone counts; when it does not, the red words that say so, and who must scan.

const WHY = {
  "signed-out": "Vous n'êtes plus connecté : reconnectez-vous, ou faites scanner les badges par un autre téléphone du lycée.",
  stale: "Cette page est trop ancienne : rechargez-la.",
  "not-yours": "Cette visite n'est pas celle de votre compte : reconnectez-vous avec celui de son lycée, qui peut scanner d'un autre téléphone.",
};
const LINK_ENDED = "Ce lien d'accueil ne sert plus : faites scanner les badges par le lycée, ou demandez-lui un nouveau lien.";

export const counts = (standing) => !(standing in WHY);

// What an answer says of whoever sent: undefined, that it may.
export function standingOf(status, type) {
  if (status === 401 || status === 410) return "signed-out";
  if (status === 403 && type === "/problems/not-from-our-page") return "stale";
  if (status === 404 || (status === 403 && type === "/problems/not-yours")) return "not-yours";
  return status === 403 ? "signed-out" : undefined;
}

function keptWords(count) {
  if (!count) return "";
  return count === 1 ? " 1 pointage est gardé sur ce téléphone, il partira ensuite." : ` ${count} pointages sont gardés sur ce téléphone, ils partiront ensuite.`;
}

export function uncounted(standing, { helper, count }) {
  const why = helper && standing !== "stale" ? LINK_ENDED : WHY[standing];
  return { result: "uncounted", title: "Rien ne compte ici", advice: why + keptWords(count) };
}
