// Whether the server is there, and what stands below a form that could not reach it.

const PATIENCE = 5000;
const WORDS = "Pas de réseau : ce que vous avez rempli reste ici. Touchez de nouveau le bouton quand il revient.";

// An answer that takes longer is given up; old phones have no AbortSignal.timeout.
export function within(milliseconds) {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), milliseconds);
  return patience.signal;
}

export async function answers() {
  try {
    return (await fetch("/health/live", { cache: "no-store", signal: within(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

export function tell(form) {
  const told = form.querySelector(".no-net") ?? document.createElement("p");
  told.className = "no-net note note-warn mt-3";
  told.setAttribute("role", "alert");
  told.textContent = WORDS;
  form.append(told);
  return told;
}
