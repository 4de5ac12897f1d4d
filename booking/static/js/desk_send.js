// Sends what waits, in order, and tells each answer. A scan sent twice is one scan: nothing here needs to be sure that
// a lost answer was a lost request.

import { forget, keep, waiting } from "./desk_queue.js";

const AT_ONCE = 50;
const PATIENCE = 8000;
const RETRY_FIRST = 2000;
const RETRY_LAST = 30000;

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

// An answer that takes longer is given up; old phones have no AbortSignal.timeout.
export function within(milliseconds) {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), milliseconds);
  return patience.signal;
}

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
    signal: within(PATIENCE),
  });
  return { status: answer.status, told: answer.status < 500 ? await answer.json() : null };
}

function send(acts) {
  if (acts[0].act === "undo") return call("DELETE", `/api/v1/checkins/${acts[0].scan_id}`);
  const scans = acts.map(({ scan_id, slot, badge, scanned_at, does }) => ({
    ...{ scan_id, slot_id: slot, badge, scanned_at },
    ...(does && does !== "arrival" ? { act: does } : {}),
  }));
  return call("POST", "/api/v1/checkins", { scans });
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
    if (acts[0].slot !== slot) {
      // Another visit's, kept for the person who may send it.
      unsendable.add(acts[0].order);
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
        later("offline", acts.length);
        return;
      }
      const { status, told } = answer;
      if (status === 401 || (status === 403 && told.type !== "/problems/not-yours")) {
        onState({ net: "signed-out", count: acts.length });
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
    async add(act) {
      await keep({ ...act, slot });
      flush();
    },
  };
}
