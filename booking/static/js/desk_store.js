// What this phone keeps: the scans that wait (hashes and codes, never a number), and the roster of
// each visit, whose lines are sealed under the badges themselves (see booking/day/phone_roster/rules.py).

const DATABASE = "technilab-desk";
const VERSION = 2;
const STORES = { waiting: { keyPath: "order", autoIncrement: true }, visits: { keyPath: "slot" } };
const OF_A_VISIT = ["lines", "groups", "here"];
// Told to the other pages, which open no database for it: until when, by this phone's clock, there is something to forget.
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
        if (!there.has(name)) database.createObjectStore(name, { keyPath: ["slot", "at"] });
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

// Every ["slot", "at"] key of one visit. Deleted by this one request: a cursor would go on, and take away what the same
// transaction has put meanwhile.
export const keysOf = (slot) => IDBKeyRange.bound([slot], [slot, []]);

// Everything about one visit is written at once: never a line without its group.
export async function keepVisit(visit, lines, groups) {
  await inStores(["visits", "lines", "groups"], "readwrite", (stores) => {
    stores.lines.delete(keysOf(visit.slot));
    stores.groups.delete(keysOf(visit.slot));
    for (const line of lines) stores.lines.put(line);
    for (const group of groups) stores.groups.put(group);
    stores.visits.put(visit);
  });
  await remember();
}

// What is known of a visit beside its roster: this phone's clock, whether its scans count.
export async function noteOf(slot, told) {
  await inStores(["visits"], "readwrite", ({ visits }) => {
    visits.get(slot).onsuccess = ({ target }) => target.result && visits.put({ ...target.result, ...told });
  });
  await remember();
}

export async function keptVisits() {
  return (await inStores(["visits"], "readonly", ({ visits }) => visits.getAll())) ?? [];
}

// When a visit's roster goes, as this phone's clock will show it.
const goesAt = ({ forget_at, clock }) => forget_at - (clock?.skew ?? 0);

async function remember() {
  const until = Math.max(0, ...(await keptVisits()).map(goesAt));
  if (until) localStorage.setItem(UNTIL, until);
  else localStorage.removeItem(UNTIL);
}

// The rosters whose time is over, or all of them. Scans that wait stay: they are nobody's without the server. Read and
// deleted in one transaction: another tab may be keeping one of them anew.
export async function forgetVisits({ all = false } = {}) {
  await inStores(["visits", ...OF_A_VISIT], "readwrite", (stores) => {
    stores.visits.getAll().onsuccess = ({ target }) => {
      for (const visit of target.result) {
        if (!all && goesAt(visit) > Date.now()) continue;
        stores.visits.delete(visit.slot);
        for (const name of OF_A_VISIT) stores[name].delete(keysOf(visit.slot));
      }
    };
  });
  await remember();
}

export async function howManyWait() {
  return (await inStores(["waiting"], "readonly", ({ waiting }) => waiting.count())) ?? 0;
}
