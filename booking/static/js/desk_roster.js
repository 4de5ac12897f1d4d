// The roster of one visit on this phone: recognises a badge at once, also without network. What is open is in memory,
// what is written down is sealed (desk_seal.js); `here` tells which anonymous lines came in, and when.

import { kept as clock, isKnown, now } from "./desk_clock.js";
import { isCode, plainCode } from "./desk_code.js";
import { waiting } from "./desk_queue.js";
import { bytesOf, canSeal, keyOfBadge, locate, plainKey, seal, textOf, unseal } from "./desk_seal.js";
import { inStores, keepVisit, keptVisits, keysOf } from "./desk_store.js";

// As booking/day/checkin/rules.py says it.
const DECLARED_BEFORE = 30 * 60_000;
const TOKEN = /^B1\.[A-Z2-7]{26}$/;
// What a number of the grid sends: the hash of its badge's token.
const HASHED = /^H1\.([0-9A-F]{64})$/;

export function rosterOf(slot, { helper = false, onOpen = () => {} } = {}) {
  const places = new Map();
  const here = new Map();
  // The scans of this page that have had no answer: another tab, or a roster that is taken meanwhile, removes none.
  const own = new Set();
  let visit;

  const ready = (async () => {
    if (!canSeal) return;
    visit = (await keptVisits()).find((one) => one.slot === slot);
    const came = (await inStores(["here"], "readonly", (stores) => stores.here.getAll(keysOf(slot)))) ?? [];
    for (const one of came) here.set(one.at, one);
  })().catch(() => {});

  function openGroup(group) {
    for (const badge of group.badges) places.set(badge.at, { ...badge, group });
    onOpen();
  }

  // What the server told: opened in memory, sealed on the phone, the keys forgotten.
  async function take(told) {
    await ready;
    if (!canSeal) return;
    const lines = [];
    const groups = [];
    for (const { badges, ...group } of told.groups) {
      const opened = { ...group, badges: badges.map(({ at, face, code }) => ({ at, face, code })) };
      openGroup(opened);
      const at = crypto.randomUUID();
      const secret = crypto.getRandomValues(new Uint8Array(32));
      groups.push({ slot, at, ...(await seal(await plainKey(secret), opened)) });
      for (const badge of badges) {
        const line = { face: badge.face, group: at, key: textOf(secret) };
        lines.push({ slot, at: badge.at, ...(await seal(await plainKey(bytesOf(badge.key)), line)) });
      }
    }
    const { title, version } = told;
    const [opens_at, starts_at, ends_at, forget_at] = ["opens_at", "starts_at", "ends_at", "forget_at"].map((name) => Date.parse(told[name]));
    visit = { slot, helper, title, version, opens_at, starts_at, ends_at, forget_at, clock: clock() };
    await keepVisit(visit, lines, groups);
    await settle(told.here);
  }

  // Who is here as the server knows it, and those whose scan has not left this phone yet, whichever tab made it.
  async function settle(came) {
    const unsent = new Set([...own, ...(await waiting()).map((act) => act.scan_id)]);
    const merge = (before) => {
      const left = before.filter((one) => unsent.has(one.scan_id));
      here.clear();
      for (const one of [...left, ...came.map((one) => ({ slot, ...one }))]) here.set(one.at, one);
    };
    merge([...here.values()]);
    await inStores(["here"], "readwrite", (stores) => {
      stores.here.getAll(keysOf(slot)).onsuccess = ({ target }) => {
        merge([...target.result, ...here.values()]);
        stores.here.delete(keysOf(slot));
        for (const one of here.values()) stores.here.put(one);
      };
    });
  }

  // Whether this phone holds a line for the badge; another tab may be writing them anew, group and lines at once.
  async function openBy(token, at, again = true) {
    const line = await inStores(["lines"], "readonly", ({ lines }) => lines.get([slot, at]));
    if (!line) return false;
    try {
      const { group, key } = await unseal(await keyOfBadge(token, slot), line);
      const box = await inStores(["groups"], "readonly", ({ groups }) => groups.get([slot, group]));
      openGroup(await unseal(await plainKey(bytesOf(key)), box));
    } catch {
      return again ? openBy(token, at, false) : true;
    }
    return true;
  }

  // What was shown, typed or tapped: `badge` is what to send, which is all that the queue will hold of it.
  async function recognise(text) {
    await ready;
    const shown = text.trim().toUpperCase();
    if (canSeal && TOKEN.test(shown)) {
      const at = await locate(shown);
      const held = places.has(at) || (await openBy(shown, at).catch(() => false));
      return { badge: `H1.${at}`, place: places.get(at), expected: visit ? held : null };
    }
    const [, hashed] = shown.match(HASHED) ?? [];
    if (hashed) return { badge: `H1.${hashed.toLowerCase()}`, place: places.get(hashed.toLowerCase()), expected: null };
    const code = plainCode(shown);
    const matches = [...places.values()].filter((one) => one.code === code);
    if (matches.length === 1) return { badge: `H1.${matches[0].at}`, place: matches[0], expected: true };
    return { badge: isCode(code) ? code : shown, place: undefined, expected: null };
  }

  // Who came in, or no longer counts: each place with its scan or null, all written down at once.
  async function mark(lines) {
    for (const [at, one] of lines) {
      if (one) {
        here.set(at, { slot, at, ...one });
        own.add(one.scan_id);
      } else here.delete(at);
    }
    await inStores(["here"], "readwrite", (stores) => {
      for (const [at, one] of lines) {
        if (one) stores.here.put({ slot, at, ...one });
        else stores.here.delete([slot, at]);
      }
    });
  }

  // An answer came to a scan that this page has marked: refused, it marks nobody.
  async function answered({ scan_id, badge }, counted) {
    own.delete(scan_id);
    const at = badge?.startsWith("H1.") && badge.slice(3);
    if (at && !counted && here.get(at)?.scan_id === scan_id) await mark([[at, null]]);
  }

  const since = (at) => here.get(at);
  const groups = () => new Set([...places.values()].map((one) => one.group));
  // By a clock that was never compared with the server's, nothing is too early.
  const isEarly = (at = now()) => Boolean(visit && isKnown() && at < visit.opens_at);
  // Since when a group may be declared present; never through a desk link.
  const declaredFrom = () => (visit && !helper && !visit.helper ? new Date(visit.starts_at - DECLARED_BEFORE).toISOString() : null);
  // Badges here whose group is still sealed on this phone.
  const sealedHere = () => [...here.values()].filter((one) => !places.has(one.at) && !one.left_at && !one.elsewhere).length;
  return { sealedHere, declaredFrom, take, settle, recognise, mark, answered, ready, since, groups, isEarly };
}
