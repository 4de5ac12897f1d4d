// Reads one calendar object with ical.js and says what it understood, as JSON. Instants come out in UTC.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const zones = new Map();
for (const component of calendar.getAllSubcomponents("vtimezone")) {
  const zone = new ICAL.Timezone(component);
  zones.set(zone.tzid, zone);
}

function instant(entry, name) {
  const property = entry.getFirstProperty(name);
  const time = property.getFirstValue();
  const tzid = property.getParameter("tzid");
  if (tzid) {
    if (!zones.has(tzid)) throw new Error(`no VTIMEZONE for ${tzid}`);
    time.zone = zones.get(tzid);
  } else if (time.zone !== ICAL.Timezone.utcTimezone) {
    throw new Error(`${name} floats: it has no zone`);
  }
  return new Date(time.toUnixTime() * 1000).toISOString();
}

const entry = calendar.getFirstSubcomponent("vevent");
const people = (name) =>
  entry.getAllProperties(name).map((one) => ({
    mail: one.getFirstValue(),
    name: one.getParameter("cn"),
    role: one.getParameter("role") ?? null,
    partstat: one.getParameter("partstat") ?? null,
    rsvp: one.getParameter("rsvp") ?? null,
  }));

console.log(
  JSON.stringify({
    method: calendar.getFirstPropertyValue("method"),
    first: calendar.jCal[1].map((property) => property[0]),
    parts: calendar.getAllSubcomponents().map((component) => component.name),
    uid: entry.getFirstPropertyValue("uid"),
    sequence: entry.getFirstPropertyValue("sequence"),
    status: entry.getFirstPropertyValue("status"),
    summary: entry.getFirstPropertyValue("summary"),
    location: entry.getFirstPropertyValue("location"),
    starts_at: instant(entry, "dtstart"),
    ends_at: instant(entry, "dtend"),
    organizer: people("organizer"),
    attendees: people("attendee"),
  }),
);
