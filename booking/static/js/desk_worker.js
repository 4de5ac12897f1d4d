// Opens the desk without network. Keeps the shell and its code, which know nobody, and not one page of a visit.

const CACHE = `technilab-accueil-${VERSION}`;
const KEPT = new Set(FILES);
const DESK = /^\/accueil\/(\d+|jour)$/;
// Where a host begins: without network, the visits that this phone holds stand in for it.
const OURS = /^\/(lycee|accueil\/.*)?$/;
// A network that neither answers nor fails is no network to someone at the door.
const PATIENCE = 5000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

function kept(file) {
  return caches.open(CACHE).then((cache) => cache.match(file));
}

async function page(request, patient) {
  const patience = new Promise((_, reject) => patient || setTimeout(() => reject(new Error("slow")), PATIENCE));
  try {
    const answer = await Promise.race([fetch(request), patience]);
    // A proxy without its application is no answer either.
    if (answer.status < 502 || answer.status > 504) return answer;
  } catch {
    // What was kept answers below.
  }
  return (await kept(SHELL)) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  // What the shell cannot stand in for is waited for as long as the browser does.
  if (request.mode === "navigate") {
    if (OURS.test(pathname)) event.respondWith(page(request, !DESK.test(pathname)));
  } else if (KEPT.has(pathname + search)) event.respondWith(kept(pathname + search).then((file) => file ?? fetch(request)));
});
