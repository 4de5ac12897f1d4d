// What this phone has still to tell the desk, in order. A scan is written here before it is sent, and leaves when it
// has been answered: a lost network, a reload or an empty battery loses none. Hashes and codes only, never a name.

import { inStores } from "./desk_store.js";

// Where no storage is allowed, the queue lives as long as the page.
let memory = [];
let order = 0;

function inQueue(mode, act) {
  return inStores(["waiting"], mode, ({ waiting: queue }) => act(queue));
}

// Several at once are all kept, or none is.
export async function keep(...acts) {
  const key = await inQueue("readwrite", (queue) => acts.map((act) => queue.add(act)).pop());
  if (key === null) for (const act of acts) memory.push({ ...act, order: (order += 1) });
}

export async function waiting() {
  return (await inQueue("readonly", (queue) => queue.getAll())) ?? [...memory];
}

export async function forget(acts) {
  const gone = new Set(acts.map((act) => act.order));
  memory = memory.filter((act) => !gone.has(act.order));
  await inQueue("readwrite", (queue) => {
    for (const place of gone) queue.delete(place);
  });
}
