// Comforts of every page. Each works without this file; none of them decides anything.

import { frenchDay } from "./french_day.js";

const menu = document.querySelector("details.who");

document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.querySelector(".errors")?.focus();

// What was just done is told once: the page read again says how things stand.
const told = new URL(location.href);
if (told.searchParams.has("fait")) {
  told.searchParams.delete("fait");
  told.searchParams.delete("nombre");
  history.replaceState(history.state, "", told);
}

// A page left open overnight is printed today.
addEventListener("beforeprint", () => {
  const page = document.querySelector("[data-printed]");
  if (page) page.dataset.printed = frenchDay(Date.now(), { dateStyle: "full" });
});

// What the scan page keeps on this device goes away with the session, or when its visit is over.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/deconnexion") return;
  event.preventDefault();
  import("./desk_forget.js").then(({ leave }) => leave(form)).catch(() => form.submit());
});

try {
  const until = Number(localStorage.getItem("technilab-desk-until"));
  if (until && until <= Date.now()) import("./desk_forget.js").then(({ forgetVisits }) => forgetVisits());
} catch {
  // A browser that refuses storage keeps nothing to forget.
}

const waits = document.querySelector("[data-waiting]");
if (waits) import("./desk_forget.js").then(({ tellWaiting }) => tellWaiting(waits)).catch(() => {});

// A file that weighs too much is told beside its field, and its form stays: refused on the way, it would be lost whole.
const megabytes = (bytes) => (Math.ceil(bytes / 100_000) / 10).toLocaleString("fr-FR");

function tooHeavy(field) {
  const { most } = field.dataset;
  const heavy = (field.files[0]?.size ?? 0) > Number(most);
  const id = `${field.id}-lourd`;
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  document.getElementById(id)?.remove();
  field.classList.toggle("is-invalid", heavy);
  field.setAttribute("aria-invalid", heavy);
  field.setAttribute("aria-describedby", [...described, ...(heavy ? [id] : [])].join(" "));
  if (heavy) {
    const told = document.createElement("p");
    told.id = id;
    told.className = "field-error";
    told.setAttribute("role", "alert");
    told.textContent = `Ce fichier pèse ${megabytes(field.files[0].size)}\u00a0Mo, ${megabytes(most)}\u00a0Mo au plus : choisissez-en un plus léger.`;
    field.after(told);
  }
  return heavy;
}

document.addEventListener("change", ({ target }) => {
  if (target.dataset.most) tooHeavy(target);
});

document.addEventListener("submit", (event) => {
  const heavy = [...event.target.querySelectorAll("[data-most]")].find(tooHeavy);
  if (!heavy) return;
  event.preventDefault();
  heavy.focus();
});

// A second click on the same button sends nothing: the first is on its way. After a file the page stays, to be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "stays" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

// A choice that changes its form: the page is drawn anew around it. Without this file, a button asks for that.
let drawing = 0;
document.addEventListener("change", async ({ target }) => {
  const { form, id } = target;
  const { draws } = target.dataset;
  if (!draws) return;
  const mine = ++drawing;
  const whole = () => {
    form.action = draws;
    form.submit();
  };
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(draws, { method: "POST", body, headers: { Accept: "text/html" } });
    const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(form.id);
    if (mine !== drawing) return;
    if (drawn) {
      form.closest("main").replaceWith(drawn.closest("main"));
      document.getElementById(id)?.focus();
    } else if (answer.redirected) location.assign(answer.url);
    else whole();
  } catch {
    whole();
  }
});

// A long import goes on by itself, one part after the other.
document.querySelector("form[data-goes-on]")?.requestSubmit();

// The page came back from the browser's memory: its forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// An address is copied by a button; without this file it is selected and copied by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
    button.textContent = "Copié";
  });
}
