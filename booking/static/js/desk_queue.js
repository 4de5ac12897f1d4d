// What this phone has still to tell the desk, in order. A scan is written here before it is sent, and leaves when it
// has been answered: a lost network, a reload or an empty battery loses none. Numbers and codes only, never a name.

const DATABASE = "technilab-desk";
const STORE = "waiting";

let opened;
let memory = null;
let order = 0;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "order", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  }).catch(() => {
    // Some private windows refuse any storage: the queue then lives as long as the page.
    memory = [];
    return null;
  });
  return opened;
}

async function inStore(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const asked = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export async function keep(act) {
  await open();
  if (memory) memory.push({ ...act, order: (order += 1) });
  else await inStore("readwrite", (store) => store.add(act));
}

export async function waiting() {
  await open();
  return memory ? [...memory] : inStore("readonly", (store) => store.getAll());
}

export async function forget(acts) {
  await open();
  if (memory) {
    const gone = new Set(acts.map((act) => act.order));
    memory = memory.filter((act) => !gone.has(act.order));
    return;
  }
  await inStore("readwrite", (store) => {
    for (const act of acts) store.delete(act.order);
  });
}
