// The script of the desk's pages: the desk itself, its shell without network, and the closing of a visit.

import "./page.js";
import "./desk_form.js";
import { followDay } from "./desk_strip.js";

const strip = document.querySelector(".desk-day");
if (strip) followDay(strip);

if (document.querySelector("[data-shell-page]")) await import("./desk_shell.js");
else if (document.querySelector("[data-net]")) await import("./desk.js");
