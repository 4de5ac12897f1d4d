// A form that leaves the desk waits until the server answers: without network the browser would put its own page in
// place of this one, and what is typed would be lost. Until it is sent, this tab keeps it.

import { forget, keep, keptOf } from "./desk_typed.js";
import { within } from "./desk_send.js";

const PATIENCE = 5000;
const WORDS = "Pas de réseau : ce que vous avez rempli reste ici. Touchez de nouveau le bouton quand il revient.";
let reached = null;

async function answers() {
  try {
    return (await fetch("/health/live", { cache: "no-store", signal: within(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

function tell(form) {
  const told = form.querySelector(".no-net") ?? document.createElement("p");
  told.className = "no-net note note-warn mt-3";
  told.setAttribute("role", "alert");
  told.textContent = WORDS;
  form.append(told);
  return told;
}

for (const form of document.querySelectorAll("form[data-kept]")) {
  for (const [name, typed] of keptOf(form)) {
    const field = form.elements[name];
    if (field.type === "checkbox") field.checked = true;
    else field.value = typed;
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
}

// On the window, after the desk has taken the forms that it sends by itself.
addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form === reached) {
    reached = null;
    forget(form);
    return;
  }
  event.preventDefault();
  const there = await answers();
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  if (!there) {
    keep(form);
    tell(form).scrollIntoView({ block: "nearest" });
    return;
  }
  reached = form;
  form.requestSubmit(submitter);
});
