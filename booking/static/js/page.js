// Comforts of every page. Each works without this file; none of them decides anything.

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

// A page left open overnight is printed today.
addEventListener("beforeprint", () => {
  const page = document.querySelector("[data-printed]");
  if (page) page.dataset.printed = new Date().toLocaleDateString("fr-FR", { dateStyle: "full" });
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

// A second click on the same button sends nothing: the first is on its way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

// The page came back from the browser's memory: its forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
