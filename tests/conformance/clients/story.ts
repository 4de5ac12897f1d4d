// The story of a visit by a client that openapi-typescript typed for openapi-fetch: `before` the day, then on the `day`.
import createClient from "openapi-fetch";

import type { paths } from "./technilab";

declare const process: { env: Record<string, string>; argv: string[] };

const baseUrl = process.env.URL;
const visitor = createClient<paths>({ baseUrl });
const teacher = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${process.env.TEACHER}` } });
const host = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${process.env.HOST}` } });

async function before() {
  const slots = await visitor.GET("/api/v1/slots", { params: { query: { level: "4e", pupils: 24 } } });
  const groups = await teacher.GET("/api/v1/groups");
  const slot = slots.data!.items[0];
  const body = { slot_id: slot.id, group_id: groups.data!.items[0].id, pupils: 24, adults: 2 };
  const reserve = (key: string) =>
    teacher.POST("/api/v1/reservations", { params: { header: { "Idempotency-Key": key } }, body });
  const first = (await reserve("the first")).data!;
  const again = (await reserve("the first")).data!;
  const cancelled = await teacher.POST("/api/v1/reservations/{reservation}/cancellation", {
    params: { path: { reservation: first.id } },
    body: { reason: "Sortie reportée" },
  });
  const booked = (await reserve("the second")).data!;
  const busy = await reserve("the third");
  const path = { params: { path: { reservation: booked.id } } };
  const seen = (await teacher.GET("/api/v1/reservations/{reservation}", path)).data!;
  const sheet = await teacher.GET("/api/v1/reservations/{reservation}/badges.pdf", { ...path, parseAs: "text" });
  return {
    uai: slot.school.uai,
    repeated: first.id === again.id,
    cancelled: cancelled.data!.state,
    state: booked.state,
    busy: busy.error!.type,
    schools: [seen.college.uai, seen.lycee.uai],
    level: seen.group.level,
    badges: sheet.data!.slice(0, 4),
  };
}

async function day(at: string, slot: number, reservation: number, tokens: string[]) {
  const scans = tokens.map((badge) => ({ scan_id: crypto.randomUUID(), slot_id: slot, badge, scanned_at: at }));
  const told = (await host.POST("/api/v1/checkins", { body: { scans } })).data!;
  const roster = (await host.GET("/api/v1/slots/{slot}/roster", { params: { path: { slot } } })).data!;
  const count = { reservation_id: reservation, pupils: 24, adults: 2, note: "Des badges oubliés" };
  const closed = (
    await host.POST("/api/v1/slots/{slot}/closure", { params: { path: { slot } }, body: { headcounts: [count] } })
  ).data!;
  return {
    results: told.results.map((one) => one.result),
    present: roster.present,
    uai: roster.groups[0].college.uai,
    closed: closed.state,
    counted: closed.groups[0].counted,
  };
}

const played = process.argv[2] === "before" ? before() : day(...(JSON.parse(process.argv[3]) as Parameters<typeof day>));
played.then((told) => console.log(JSON.stringify(told)));
