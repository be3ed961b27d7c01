// The page of whoever checks a certificate: reads the token behind “#” or from a code, and says what this device knows of
// it. With a link the site's own answer stands above. Without this script the form works. Decision 0044.
const root = document.querySelector("[data-check]");
const { code: codeAt, verdict: verdictAt, scanning: scanningAt, noble, decoder, page, many, list: listAt } = root.dataset;
const code = await import(codeAt);
const { decide, taken, age } = await import(verdictAt);
const isSigned = await code.signatureChecker(noble);

const part = (name) => document.querySelector(`[data-part="${name}"]`);
const ownKeys = [...document.querySelectorAll("[data-public]")].map((each) => code.fromBase64url(each.dataset.public));
// What the site said above: a state, nothing of what it does not know; undefined on a page that answers for nothing.
const { answered } = root.dataset;
const isAnswer = answered !== undefined;
let list = null;
// Whether the site is still being asked for a newer list than the one in use.
let isAsking = false;
// Says once more what was said of the last code, with the list of now.
let again = null;
// On a link that takes longer to send the list, what the device has is said first.
const SOON = 1000;

// --- words

function words(name, values = {}) {
  const text = root.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  // Days, numbers and hosts keep their own direction in a line of any script.
  return text.replace(/%\((\w+)\)s/g, (_whole, key) => `\u2068${values[key] ?? ""}\u2069`);
}

// Into an element, so that a day is not broken in two.
function write(place, text) {
  place.replaceChildren(
    ...text.split(/\u2068|\u2069/).map((piece, at) => {
      if (at % 2 === 0) return piece;
      const value = document.createElement("bdi");
      value.textContent = piece;
      value.classList.toggle("one-line", /^\d{4}-/.test(piece));
      return value;
    }),
  );
}

function ago(days) {
  const language = document.documentElement.lang;
  try {
    if (Intl.RelativeTimeFormat.supportedLocalesOf(language).length)
      return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
  } catch {
    // an old browser
  }
  return "";
}

function listLine({ listDay, days }) {
  if (!listDay) return words("list_none");
  const before = ago(days);
  return before ? words("list", { day: listDay, ago: before }) : words("list_day", { day: listDay });
}

// --- what the device holds

async function fetchList() {
  try {
    const answer = await fetch(listAt, { cache: "no-cache" });
    if (!answer.ok || !isSigned) return {};
    return { found: await code.readList(await answer.json(), ownKeys, isSigned), isKept: answer.headers.has("Suluh-Kept") };
  } catch {
    return {};
  }
}

// What the service worker has of before.
async function keptList() {
  try {
    const kept = await caches.match(listAt, { ignoreVary: true });
    return kept && isSigned ? await code.readList(await kept.json(), ownKeys, isSigned) : null;
  } catch {
    return null;
  }
}

function showDevice() {
  const line = part("list");
  if (!line) return;
  const known = age(list, Date.now());
  write(line, listLine(known));
  part("list-old").hidden = !known.isOld;
  part("list-clock").hidden = !known.isClockBehind;
}

async function register() {
  const isKept = part("kept");
  try {
    const registration = await navigator.serviceWorker.register(root.dataset.worker);
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ language: document.documentElement.lang });
    if (isKept) isKept.textContent = words("ready");
    return registration;
  } catch {
    if (isKept) isKept.textContent = words("not_ready");
    return null;
  }
}

// --- what is said of a code

const GOOD = ["genuine"];
const HARM = ["altered", "revoked", "unknown_key", "distrusted", "not_ours"];
// Said of a number or a list, because the device was asked in the place of the site.
const NO_CODE = ["number_only", "many"];

function show(verdict, { said = null, notes = [], known = age(list, Date.now()), values = {} } = {}) {
  const copy = root.querySelector("template").content.cloneNode(true);
  const box = copy.querySelector("[data-box]");
  const isOpen = isAsking && said !== null && verdict !== "specimen";
  const isDoubtful = known.isOld || known.isClockBehind || notes.length || isOpen;
  const isGood = GOOD.includes(verdict) && !isDoubtful && (!isAnswer || answered === "valid");
  box.classList.add(isGood ? "result--passed" : HARM.includes(verdict) ? "result--wrong" : "result--failed");
  box.dataset.verdict = verdict;
  const spoken = [];
  const put = (name, text) => {
    const place = copy.querySelector(`[data-slot="${name}"]`);
    if (text) write(place, text);
    else place.remove();
    if (text) spoken.push(place.textContent);
  };
  put("heading", words(verdict, { day: known.listDay, ...values }));
  put("text", words(`${verdict}_text`));
  put("notes", notes.join(" "));
  const isAboutList = said && verdict !== "specimen";
  put("list", isAboutList ? listLine(known) : "");
  put("asking", isOpen ? words("asking") : "");
  put("old", isAboutList && known.isOld ? words("list_old") : "");
  put("clock", said && known.isClockBehind ? words("clock") : "");
  const facts = copy.querySelector("[data-facts]");
  if (said) fill(facts, said);
  else facts.remove();
  const place = part("result");
  place.querySelector("h2").textContent = words(NO_CODE.includes(verdict) ? "of_device" : "of_code");
  place.querySelector("[data-answer]").replaceChildren(copy);
  place.hidden = false;
  speak("spoken", spoken);
  return place;
}

// To readers of the screen: the answer and what is to be heeded with it; what the paper says as well stands below. The
// place is there before the words, and emptied between two, so that the same words are heard twice.
function speak(name, texts) {
  const place = part(name);
  place.replaceChildren();
  const lines = texts.map((text) => Object.assign(document.createElement("p"), { textContent: text }));
  setTimeout(() => place.replaceChildren(...lines), 100);
}

function fill(facts, said) {
  const language = document.documentElement.lang;
  const put = (name, text) => (facts.querySelector(`[data-fact="${name}"]`).textContent = text);
  put("number", said.number);
  put("name", said.name || words("no_name"));
  put("kind", words(`kind_${said.kind}`));
  const titles = list?.courses[said.course_code] ?? {};
  put("course", titles[language] ?? titles[said.language] ?? titles.en ?? said.course_code);
  put("edition", `${said.edition}.${said.revision}`);
  put("language", languageName(said.language, language));
  put("issued", said.issued_on);
  put("until", said.valid_until);
}

function languageName(of, language) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(of) ?? of;
  } catch {
    return of;
  }
}

async function check(token, { foreign = "", number = "" } = {}) {
  again = () => check(token, { foreign, number });
  if (!isSigned) return show("no_checker");
  const trusted = list?.keys.map((key) => code.fromBase64url(key.public)) ?? [];
  const known = await decide({
    token,
    keys: [...trusted, ...ownKeys],
    distrusted: list?.distrusted.map(code.fromBase64url) ?? [],
    list,
    now: Date.now(),
    isSigned,
    code,
  });
  const notes = [];
  if (foreign) notes.push(words("foreign", { host: foreign }));
  if (number && known.said && letters(number) !== letters(known.said.number))
    notes.push(words("other_number", { number: known.said.number }));
  if (answered === "" && known.said) notes.push(words("not_answered"));
  return show(known.verdict, { said: known.said, notes, known });
}

// As certificates/numbers.py: a page may also have been opened by the uuid, of which a token knows nothing.
const letters = (number) => number.toUpperCase().replace(/^SLH|[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
const isUuid = (text) => /^[0-9a-f-]{32,36}\/?$/i.test(text);

// --- what is asked: by the address, or by what was scanned, chosen or pasted

async function readAddress() {
  // The site was asked to check a whole list, and the device answered in its place.
  if (location.pathname === many) return show("many");
  const found = taken(location.href, location.origin);
  const number = root.dataset.number || found.number;
  const anchor = location.hash.slice(1);
  if (anchor && !document.getElementById(anchor)) {
    if (found.token) await check(found.token, { number: isUuid(number) ? "" : number });
    else show("not_ours");
  } else if (!isAnswer && (found.number || new URLSearchParams(location.search).get("number"))) {
    // The site was asked for this number, and the device answered in its place.
    show("number_only");
  }
  for (const link of document.querySelectorAll(".languages a")) link.hash = location.hash;
}

async function readText(text) {
  again = null;
  const found = taken(text, location.origin);
  if (found.foreign) return focusOn(found.token ? await check(found.token, found) : show("not_ours", { notes: [words("foreign", { host: found.foreign })] }));
  const query = location.search.includes("language=") ? location.search : "";
  if (!found.token) {
    if (!found.number && !/\d/.test(text)) return focusOn(show("not_ours"));
    const typed = found.number || text.trim().slice(0, 60);
    if (navigator.onLine === false) return focusOn(show("number_only"));
    location.assign(`${page}${encodeURIComponent(typed)}${query}`);
    return null;
  }
  let claimed = "";
  try {
    claimed = code.layOut(found.token).said.number;
  } catch {
    return focusOn(await check(found.token));
  }
  // With a link the site answers too. Its address holds the number that the token claims; the token stays behind “#”.
  if (navigator.serviceWorker?.controller || navigator.onLine) {
    const isHere = location.pathname === `${page}${claimed}`;
    location.assign(`${page}${claimed}${query}#${found.token}`);
    if (!isHere) return null;
  }
  return focusOn(await check(found.token));
}

function focusOn(place) {
  place.focus();
  place.scrollIntoView({ block: "nearest" });
  return place;
}

async function offerScanning() {
  const box = part("scan");
  if (!box) return;
  box.hidden = false;
  const scanning = await import(scanningAt);
  const read = await scanning.codeReader(decoder);
  const note = part("scan-note");
  const camera = part("camera"), picture = part("picture");
  if (read) {
    picture.hidden = false;
    camera.hidden = !navigator.mediaDevices?.getUserMedia;
  }
  picture.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    note.textContent = "";
    const text = await scanning.readPicture(file, read);
    event.target.value = "";
    if (text) await readText(text);
    else note.textContent = words("no_code");
  });
  const video = part("video"), stop = part("stop");
  let isStopped = true;
  const end = () => (isStopped = true);
  stop.addEventListener("click", end);
  document.addEventListener("visibilitychange", () => document.hidden && end());
  camera.addEventListener("click", async () => {
    isStopped = false;
    camera.hidden = true;
    video.hidden = stop.hidden = false;
    stop.focus();
    note.textContent = words("looking");
    let text = "";
    try {
      text = await scanning.watch(video, read, () => isStopped);
      note.textContent = "";
    } catch {
      note.textContent = words("no_camera");
    }
    video.hidden = stop.hidden = true;
    camera.hidden = false;
    camera.focus();
    if (text) await readText(text);
  });
  part("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.elements.code;
    if (field.value.trim()) readText(field.value);
    else field.focus();
  });
}

async function renew(registration) {
  part("renew-note").textContent = words("asking");
  const { found, isKept } = await fetchList();
  registration?.update().catch(() => {});
  await use(found);
  speak("renew-note", [words(found && !isKept ? "renewed" : "not_renewed")]);
}

async function use(found) {
  isAsking = false;
  if (found) list = found;
  showDevice();
  await again?.();
}

const registering = register();
const fetching = fetchList();
addEventListener("hashchange", readAddress);
const scanning = offerScanning();
const isSoon = await Promise.race([fetching.then(() => true), new Promise((go) => setTimeout(go, SOON, false))]);
if (!isSoon) {
  isAsking = true;
  list = await keptList();
  showDevice();
  await readAddress();
}
await use((await fetching).found);
if (isSoon) await readAddress();
await scanning;
part("renew")?.addEventListener("click", async () => renew(await registering));
document.documentElement.dataset.ready = "";
