// The service worker of /verify/: keeps the page in every language, its scripts and the newest list, and answers with them
// when the site cannot be reached. What it has to keep stands in self.SULUH above (certificates/device.py).
const { version, page, pages, many, list, files } = self.SULUH;
const NAME = "suluh-verify";
const KEPT = `${NAME}-${version}`;
// Outlives a change of the page: an old list is better than none.
const LISTS = `${NAME}-list`;
const CHOSEN = `${page}language`;
// On a link that hangs nobody waits longer than this for what the device has itself.
const PATIENCE = 8000;

// Without cookies: what is kept belongs to nobody.
const plainly = (address) => new Request(address, { cache: "no-cache", credentials: "omit" });

async function keep(address) {
  const answer = await fetch(plainly(address));
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  await (await caches.open(KEPT)).put(address, answer);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(
    Promise.all([page, ...files].map(keep)).then(() => Promise.allSettled([...pages.map(keep), renewList()])),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name.startsWith(NAME) && ![KEPT, LISTS].includes(name)).map((name) => caches.delete(name))),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.data?.language)
    event.waitUntil(caches.open(LISTS).then((kept) => kept.put(CHOSEN, new Response(event.data.language))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  // Sent once and never again: a whole list is counted.
  if (request.method === "POST" && request.mode === "navigate" && address.pathname === many)
    return event.respondWith(fetch(request).catch(async (problem) => (await keptPage(address)) ?? Promise.reject(problem)));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") return event.respondWith(navigate(request, address));
  if (address.pathname === list) return event.respondWith(answerList(request));
  if (files.includes(address.pathname)) event.respondWith(found(KEPT, address.pathname).then((kept) => kept ?? fetch(request)));
});

const found = async (name, address) => (await caches.open(name)).match(address, { ignoreVary: true });

const inTime = (answer) =>
  Promise.race([answer, new Promise((_go, give) => setTimeout(() => give(new Error("no answer")), PATIENCE))]);

async function navigate(request, address) {
  const asked = fetch(request);
  try {
    const answer = await inTime(asked);
    // A proxy that cannot reach the site says so with one of these.
    if (![502, 503, 504].includes(answer.status)) return answer;
  } catch {
    // no link
  }
  return (await keptPage(address)) ?? asked;
}

async function keptPage(address) {
  const language = address.searchParams.get("language") ?? (await (await found(LISTS, CHOSEN))?.text());
  return (await found(KEPT, `${page}?language=${language}`)) ?? found(KEPT, page);
}

async function answerList(request) {
  try {
    return await inTime(renewList(request));
  } catch {
    const kept = await found(LISTS, list);
    return kept ? asKept(kept) : Response.error();
  }
}

// Told apart by the page from what the site has just sent.
const asKept = (answer) => new Response(answer.body, { headers: { "Content-Type": "application/json", "Suluh-Kept": "1" } });

// A list that is older than the one kept is not taken: a copy on the way may be old. Nor is one whose key the kept page
// does not know, because that page could not read it, and would stand there without any; the new page brings it along.
async function renewList() {
  const answer = await fetch(plainly(list));
  if (!answer.ok) throw new Error(`${list}: ${answer.status}`);
  // What is no list is not kept: it would stand in the way of every one that comes after it.
  const sent = await signedIn(answer.clone());
  if (!(await isReadable(answer.clone()))) return answer;
  const kept = await found(LISTS, list);
  const before = kept && (await isReadable(kept.clone())) && (await signedIn(kept.clone()).catch(() => null));
  if (before && isOlder(sent, before)) return asKept(kept);
  await (await caches.open(LISTS)).put(list, answer.clone());
  return answer;
}

// Whether the kept page holds the key that a list names.
async function isReadable(answer) {
  const { key } = await answer.json();
  const text = await (await found(KEPT, page))?.text();
  return !text || text.includes(`data-public="${key}"`);
}

const signedIn = async (answer) => JSON.parse((await answer.json()).signed);

// By the serial, which only grows, and not by the day: the site's clock may have stood ahead when one of them was signed.
// Lists of before there were serials have none; one that has is newer than they.
function isOlder(one, other) {
  if (one.serial || other.serial) return (one.serial ?? 0) < (other.serial ?? 0);
  return one.issued_at < other.issued_at;
}
