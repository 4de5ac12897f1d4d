// A form that leaves the desk waits until the server answers: without network the browser would put its own page in
// place of this one, and what is typed would be lost. Until it is sent, this tab keeps it.

import { forget, keep, keptOf } from "./desk_typed.js";
import { answers, tell } from "./no_net.js";

let reached = null;

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
