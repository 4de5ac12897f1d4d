// A form that is sent without network stays: the browser would put its own page in its place. A machine that says it has
// none may still reach this server, which is asked.

import { answers, tell } from "./no_net.js";

let reached = null;

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  form.querySelector(".no-net")?.remove();
  if (event.defaultPrevented || navigator.onLine || form.method !== "post" || form === reached) return;
  event.preventDefault();
  if (await answers()) {
    reached = form;
    form.requestSubmit(submitter);
  } else {
    tell(form).scrollIntoView({ block: "nearest" });
  }
});
