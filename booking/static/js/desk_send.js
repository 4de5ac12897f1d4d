// Sends what waits, in order, and tells each answer. A scan sent twice is one scan: nothing here needs to be sure that
// a lost answer was a lost request.

import { heard, isFresh, measureAgain, shownAt } from "./desk_clock.js";
import { forget, keep, waiting } from "./desk_queue.js";
import { standingOf } from "./desk_standing.js";
import { within } from "./no_net.js";

const AT_ONCE = 50;
const PATIENCE = 8000;
const RETRY_FIRST = 2000;
const RETRY_LAST = 30000;

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
    signal: within(PATIENCE),
  });
  return { status: answer.status, told: answer.status < 500 ? await answer.json() : null };
}

// How far this clock is off, before it dates anything: away from the network, it may have been set since the scan.
async function askTheHour() {
  for (let tries = 3, sure = isFresh(); !sure && tries; tries -= 1) {
    const asked = Date.now();
    sure = heard(await fetch("/health/live", { cache: "no-store", signal: within(PATIENCE) }), asked);
  }
}

async function send(acts) {
  if (acts[0].act === "undo") return call("DELETE", `/api/v1/checkins/${acts[0].scan_id}`);
  await askTheHour();
  // Both as this phone's clock shows them now: the server reads from them how long ago each scan was made.
  const iso = (instant) => new Date(instant).toISOString();
  const scans = acts.map(({ scan_id, slot, badge, scanned_at, sure, does }) => ({
    ...{ scan_id, slot_id: slot, badge, scanned_at: sure ? iso(shownAt(Date.parse(scanned_at))) : scanned_at },
    ...(does && does !== "arrival" ? { act: does } : {}),
  }));
  return call("POST", "/api/v1/checkins", { sent_at: iso(Date.now()), scans });
}

// The first acts that may leave in one request: scans of one slot, or one undo.
function together(acts, most) {
  if (acts[0].act === "undo") return acts.slice(0, 1);
  const end = acts.findIndex((act) => act.act === "undo" || act.slot !== acts[0].slot);
  return acts.slice(0, Math.min(most, end < 0 ? acts.length : end));
}

export function sender({ slot, onAnswer, onState }) {
  const unsendable = new Set();
  let running = null;
  let again = false;
  let timer = 0;
  let delay = RETRY_FIRST;
  let most = AT_ONCE;

  async function next() {
    const acts = (await waiting()).filter((act) => !unsendable.has(act.order));
    const here = acts.filter((act) => act.slot === slot);
    return here.length ? here : acts;
  }

  function later(net, count) {
    onState({ net, count });
    clearTimeout(timer);
    timer = setTimeout(flush, delay);
    delay = Math.min(delay * 2, RETRY_LAST);
  }

  async function refused(acts, told) {
    if (acts.length > 1) {
      // One of them is not acceptable: alone, it no longer holds back the others.
      most = 1;
      return;
    }
    await forget(acts);
    onAnswer({ result: "refused", title: told.title, advice: told.detail, scan_id: acts[0].scan_id }, acts[0]);
  }

  async function run() {
    clearTimeout(timer);
    for (let acts = await next(); acts.length; acts = await next()) {
      if (!csrf) {
        // The shell holds no form's token: its page, which comes back with the network, sends.
        onState({ net: "offline", count: acts.length });
        return;
      }
      onState({ net: "sending", count: acts.length });
      const batch = together(acts, most);
      let answer;
      try {
        answer = await send(batch);
      } catch {
        measureAgain();
        later("offline", acts.length);
        return;
      }
      const { status, told } = answer;
      const standing = batch[0].act === "undo" && status === 404 ? undefined : standingOf(status, told?.type);
      if (standing === "not-yours" && batch[0].slot !== slot) {
        // Another visit's, kept for the person who may send it.
        for (const act of batch) unsendable.add(act.order);
        continue;
      }
      if (standing) {
        onState({ net: standing, count: acts.length });
        return;
      }
      if (status === 429 || status >= 500) {
        later("busy", acts.length);
        return;
      }
      delay = RETRY_FIRST;
      if (status >= 400) {
        await refused(batch, told);
        continue;
      }
      await forget(batch);
      const answers = told.results ?? [told];
      batch.forEach((act, place) => onAnswer(answers[place], act));
      onState({ net: "sent", count: acts.length - batch.length });
    }
    most = AT_ONCE;
    onState({ net: "ok", count: 0 });
  }

  function flush() {
    if (running) again = true;
    else {
      running = run().finally(() => {
        running = null;
        if (again) {
          again = false;
          flush();
        }
      });
    }
    return running;
  }

  return {
    flush,
    async add(...acts) {
      await keep(...acts.map((act) => ({ ...act, slot })));
      flush();
    },
  };
}
