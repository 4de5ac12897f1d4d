// The roster of one visit on this phone: recognises a badge at once, also without network. What is open is in memory,
// what is written down is sealed (desk_seal.js); `here` tells which anonymous lines came in, and when.

import { isCode, plainCode } from "./desk_code.js";
import { waiting } from "./desk_queue.js";
import { bytesOf, canSeal, keyOfBadge, locate, plainKey, seal, textOf, unseal } from "./desk_seal.js";
import { inStores, keepVisit, keptVisits } from "./desk_store.js";

const TOKEN = /^B1\.[A-Z2-7]{26}$/;
// What a number of the grid sends: the hash of its badge's token.
const HASHED = /^H1\.([0-9A-F]{64})$/;

export function rosterOf(slot, { helper = false, onOpen = () => {} } = {}) {
  const places = new Map();
  const here = new Map();
  let known = false;

  const ready = (async () => {
    if (!canSeal) return;
    known = (await keptVisits()).some((visit) => visit.slot === slot);
    const came = (await inStores(["here"], "readonly", (stores) => stores.here.index("slot").getAll(slot))) ?? [];
    for (const one of came) here.set(one.at, one);
  })().catch(() => {});

  function openGroup(group) {
    for (const badge of group.badges) places.set(badge.at, { ...badge, group });
    onOpen(group);
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
    const [starts_at, ends_at, forget_at] = [told.starts_at, told.ends_at, told.forget_at].map(Date.parse);
    await keepVisit({ slot, helper, title, version, starts_at, ends_at, forget_at }, lines, groups);
    known = true;
    await settle(told.here);
  }

  // Who is here as the server knows it, and those whose scan has not left this phone yet.
  async function settle(came) {
    const unsent = new Set((await waiting()).map((act) => act.scan_id));
    for (const [at, one] of here) if (!unsent.has(one.scan_id)) here.delete(at);
    for (const one of came) here.set(one.at, { slot, ...one });
    await inStores(["here"], "readwrite", (stores) => {
      stores.here.index("slot").openKeyCursor(IDBKeyRange.only(slot)).onsuccess = ({ target }) => {
        if (!target.result) {
          for (const one of here.values()) stores.here.put(one);
          return;
        }
        stores.here.delete(target.result.primaryKey);
        target.result.continue();
      };
    });
  }

  async function openBy(token, at) {
    const line = await inStores(["lines"], "readonly", ({ lines }) => lines.get([slot, at]));
    if (!line) return;
    const { group, key } = await unseal(await keyOfBadge(token, slot), line);
    const box = await inStores(["groups"], "readonly", ({ groups }) => groups.get([slot, group]));
    openGroup(await unseal(await plainKey(bytesOf(key)), box));
  }

  // What was shown, typed or tapped: `badge` is what to send, which is all that the queue will hold of it.
  async function recognise(text) {
    await ready;
    const shown = text.trim().toUpperCase();
    if (canSeal && TOKEN.test(shown)) {
      const at = await locate(shown);
      if (!places.has(at)) await openBy(shown, at).catch(() => {});
      return { badge: `H1.${at}`, place: places.get(at), expected: known ? places.has(at) : null };
    }
    const [, hashed] = shown.match(HASHED) ?? [];
    if (hashed) return { badge: `H1.${hashed.toLowerCase()}`, place: places.get(hashed.toLowerCase()), expected: null };
    const code = plainCode(shown);
    const matches = [...places.values()].filter((one) => one.code === code);
    if (matches.length === 1) return { badge: `H1.${matches[0].at}`, place: matches[0], expected: true };
    return { badge: isCode(code) ? code : shown, place: undefined, expected: null };
  }

  async function mark(at, one) {
    if (one) here.set(at, { slot, at, ...one });
    else here.delete(at);
    await inStores(["here"], "readwrite", (stores) => {
      if (one) stores.here.put(here.get(at));
      else stores.here.delete([slot, at]);
    });
  }

  const since = (at) => here.get(at);
  const groups = () => new Set([...places.values()].map((one) => one.group));
  return { take, settle, recognise, mark, ready, since, groups };
}
