"""A phone at the door: what it has kept, and how it is taken from the network and given back."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page

from workshops.database import value

READY = """async () => {
  await navigator.serviceWorker.ready;
  const active = (await navigator.serviceWorker.getRegistration()).active;
  const opens = () => navigator.serviceWorker.controller && active.state === "activated";
  const waits = () => !opens() || !localStorage.getItem("technilab-desk-until");
  while (waits()) await new Promise((soon) => setTimeout(soon, 50));
}"""
KEPT = """async () => {
  const told = { ...localStorage };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, failed) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = failed;
    });
    for (const store of database.objectStoreNames) {
      told[`${name}/${store}`] = await new Promise((done) => {
        const asked = database.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result.map((one) => Object.fromEntries(Object.entries(one).map(
          ([key, value]) => [key, value instanceof ArrayBuffer || ArrayBuffer.isView(value)
            ? [...new Uint8Array(value.buffer ?? value)].map((byte) => String.fromCharCode(byte)).join("") : value]))));
      });
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const path = new URL(request.url).pathname;
      told[`${name}${path}`] = path.endsWith(".wasm") ? "" : await (await cache.match(request)).text();
    }
  }
  return told;
}"""


async def settled(page: Page) -> None:
    """The phone can be taken from the network: its worker is there, and its roster."""
    await page.evaluate(READY)


REACHES = "() => fetch('/health/live', { cache: 'no-store' }).then(() => true, () => false)"


async def taken_off(page: Page) -> None:
    """The phone has no network any more, nor has its worker, which Chromium takes off it a little later than the page.

    Asked of the worker itself: a page that is read again too soon still comes from the server. Raises TimeoutError.
    """
    async with asyncio.timeout(60):
        while True:
            await page.context.set_offline(True)
            workers = page.context.service_workers
            if workers and not any([await worker.evaluate(REACHES) for worker in workers]):
                return
            await asyncio.sleep(0.05)


async def taken_up(page: Page) -> None:
    """The phone is taken up again: its page asks at once what it asks every three seconds."""
    await page.evaluate("() => { document.dispatchEvent(new Event('visibilitychange')); }")


async def kept_on(page: Page) -> dict[str, object]:
    """Everything that the phone has written down: IndexedDB by store, caches by address, local storage."""
    told: dict[str, object] = await page.evaluate(KEPT)
    return told


async def stored(count: int, asked: str, *arguments: object) -> None:
    """What the phone has shown at once reaches the database soon after it."""
    async with asyncio.timeout(60):
        while True:
            if await value(asked, *arguments) == count:
                return
            await asyncio.sleep(0.05)
