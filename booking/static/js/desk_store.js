// What this phone keeps: the scans that wait (hashes and codes, never a number), and the roster of
// each visit, whose lines are sealed under the badges themselves (see booking/phone_roster/rules.py).

const DATABASE = "technilab-desk";
const VERSION = 2;
const STORES = { waiting: { keyPath: "order", autoIncrement: true }, visits: { keyPath: "slot" } };
const OF_A_VISIT = ["lines", "groups", "here"];
// Told to the other pages, which open no database for it: until when there is something to forget.
const UNTIL = "technilab-desk-until";

let opened;

function ask(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

// Some private windows refuse any storage: null then.
function open() {
  opened ??= (async () => {
    const asked = indexedDB.open(DATABASE, VERSION);
    asked.onupgradeneeded = () => {
      const database = asked.result;
      const there = new Set(database.objectStoreNames);
      for (const [name, how] of Object.entries(STORES)) if (!there.has(name)) database.createObjectStore(name, how);
      for (const name of OF_A_VISIT) {
        if (!there.has(name)) database.createObjectStore(name, { keyPath: ["slot", "at"] }).createIndex("slot", "slot");
      }
    };
    const database = await ask(asked);
    database.onversionchange = () => database.close();
    return database;
  })().catch(() => null);
  return opened;
}

// One transaction: `act` gets the stores by name and returns one request, whose result is the answer. Null: no storage.
export async function inStores(names, mode, act) {
  const database = await open();
  if (!database) return null;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode);
    const asked = act(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

function removeOf(store, slot) {
  store.index("slot").openKeyCursor(IDBKeyRange.only(slot)).onsuccess = ({ target }) => {
    if (!target.result) return;
    store.delete(target.result.primaryKey);
    target.result.continue();
  };
}

// Everything about one visit is written at once: never a line without its group.
export async function keepVisit(visit, lines, groups) {
  await inStores(["visits", "lines", "groups"], "readwrite", (stores) => {
    removeOf(stores.lines, visit.slot);
    removeOf(stores.groups, visit.slot);
    for (const line of lines) stores.lines.put(line);
    for (const group of groups) stores.groups.put(group);
    stores.visits.put(visit);
  });
  remember(Math.max(visit.forget_at, Number(localStorage.getItem(UNTIL)) || 0));
}

function remember(until) {
  if (until) localStorage.setItem(UNTIL, until);
  else localStorage.removeItem(UNTIL);
}

export async function keptVisits() {
  return (await inStores(["visits"], "readonly", ({ visits }) => visits.getAll())) ?? [];
}

// The rosters whose time is over, or all of them. Scans that wait stay: they are nobody's without the server.
export async function forgetVisits({ all = false, now = Date.now() } = {}) {
  const visits = await keptVisits();
  const over = visits.filter((visit) => all || visit.forget_at <= now);
  if (over.length) {
    await inStores(["visits", ...OF_A_VISIT], "readwrite", (stores) => {
      for (const { slot } of over) {
        stores.visits.delete(slot);
        for (const name of OF_A_VISIT) removeOf(stores[name], slot);
      }
    });
  }
  const left = visits.filter((visit) => !over.includes(visit));
  remember(Math.max(0, ...left.map((visit) => visit.forget_at)));
}

export async function howManyWait() {
  return (await inStores(["waiting"], "readonly", ({ waiting }) => waiting.count())) ?? 0;
}
