// The desk without network: fills the shell with the visit that this phone has kept, or lists those it has.

import { hour } from "./desk_answer.js";
import { restore } from "./desk_clock.js";
import { forgetVisits, howManyWait, keptVisits } from "./desk_store.js";
import { frenchDay } from "./french_day.js";

const slot = Number(location.pathname.match(/^\/accueil\/(\d+)$/)?.[1]);
const shell = document.querySelector("[data-shell-page]");
const day = (instant) => frenchDay(instant, { weekday: "short", day: "numeric", month: "long" });
const moment = (instant) => `${day(instant)}, ${hour(instant)}`;

await forgetVisits().catch(() => {});
const visits = await keptVisits();
const visit = visits.find((one) => one.slot === slot);

// A host who opens the site wants the visit under way: there is one, it opens.
const begins = !location.pathname.startsWith("/accueil/");

if (begins && visits.length === 1) location.replace(`/accueil/${visits[0].slot}`);
else if (visit) {
  const desk = document.querySelector("[data-shell-desk]");
  desk.hidden = false;
  desk.querySelector("h1").textContent = visit.title;
  desk.querySelector("[data-shell-when]").textContent = moment(visit.starts_at);
  document.title = `Accueil : ${visit.title}`;
  const place = desk.querySelector("[data-slot]");
  place.dataset.slot = slot;
  place.dataset.desk = "";
  if (visit.helper) place.dataset.helper = "yes";
  place.dataset.standing = visit.standing ?? "";
  const others = visits.filter((one) => day(one.starts_at) === day(visit.starts_at)).sort((one, other) => one.starts_at - other.starts_at);
  const nav = desk.querySelector("[data-shell-day]");
  nav.hidden = others.length < 2;
  for (const one of others) {
    const link = document.createElement("a");
    link.href = `/accueil/${one.slot}`;
    link.textContent = `${hour(one.starts_at)} · ${one.title}`;
    if (one.slot === slot) link.setAttribute("aria-current", "page");
    nav.append(link);
  }
  restore(visit.clock);
  shell.remove();
  document.querySelector("header").remove();
  await import("./desk.js");
} else {
  document.querySelector("[data-shell-desk]").remove();
  const waits = await howManyWait();
  const list = shell.querySelector("ul");
  for (const one of visits) {
    const link = document.createElement("a");
    link.href = `/accueil/${one.slot}`;
    link.textContent = `${one.title}, ${moment(one.starts_at)}`;
    list.append(document.createElement("li"));
    list.lastElementChild.append(link);
  }
  shell.querySelector("[data-shell-none]").hidden = visits.length > 0;
  const told = shell.querySelector("[data-shell-waiting]");
  told.hidden = !waits;
  told.textContent = `${waits} en attente sur ce téléphone : les pointages partiront avec le réseau, à l'accueil de leur visite.`;
  shell.hidden = false;
}
