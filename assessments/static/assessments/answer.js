// An answer is first put down on this device and then sent, in order, until the server has acknowledged it. So nothing
// is lost by a link that breaks, a lid that closes or a page that is left; any page of the attempt sends what waits.
// Without this script the buttons do the same, one request at a time. Decision 0034.
const paper = document.querySelector("[data-queue]");
const said = paper.dataset;
const form = document.querySelector("form[data-answer]");
const line = document.querySelector("[data-receipt]");
const position = Number(form?.dataset.position);
const NOT_ANSWER = ["token", "seen", "language", "csrfmiddlewaretoken"];

// --- what waits on this device: ids and what was typed, nothing of the question

// On a computer that others use it goes with the tab; elsewhere it outlives it. Keyed by person: see also suluh.js.
const key = `suluh.answers.${said.person}.${said.attempt}`;
const store = pick("shared" in said ? "sessionStorage" : "localStorage");
let memory = null;

function pick(name) {
  try {
    const found = window[name];
    found.setItem("suluh.try", "1");
    found.removeItem("suluh.try");
    return found;
  } catch {
    return null; // storage is switched off: answers wait in the page only
  }
}

function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read() {
  let found = memory;
  try {
    if (!memory?.isOnlyHere) found = JSON.parse(store.getItem(key)) ?? memory;
  } catch {
    // as it stands in the page
  }
  return found ?? { device: randomId(), next: 1, waiting: [], saved: {}, leave: said.leave };
}

function write(queue) {
  memory = queue;
  try {
    store.setItem(key, JSON.stringify(queue));
  } catch {
    memory.isOnlyHere = true; // full or switched off
  }
  mark();
}

const waits = (number) => read().waiting.some((entry) => entry.position === number && !entry.refused);
const toSend = () => read().waiting.filter((entry) => !entry.refused).sort((a, b) => a.sequence - b.sequence);

// --- what the page says

function say(text, state, code = "", time = "", link = "") {
  if (!line) return;
  line.classList.toggle("is-saved", state === "recorded");
  line.classList.toggle("is-here", state === "here");
  line.classList.toggle("is-unsaved", state === "unsaved");
  line.textContent = text;
  // Code and time keep their own direction in a line of any script.
  for (const [part, before] of [[code, " "], [time, " · "]]) {
    if (!part) continue;
    const isolated = document.createElement("bdi");
    isolated.textContent = part;
    line.append(before, isolated);
  }
  if (link) {
    const again = document.createElement("a");
    again.href = location.href;
    again.textContent = link;
    line.append(" ", again);
  }
  if (state === "unsaved") line.scrollIntoView({ block: "nearest" });
}

// The map of the paper says of each question whether it is only on this device.
function mark() {
  for (const place of document.querySelectorAll(".paper-map [data-number]")) {
    const isHere = waits(Number(place.dataset.number));
    place.classList.toggle("is-here", isHere);
    const words = place.querySelector("a .visually-hidden") ?? place.querySelector("a").appendChild(hiddenText());
    words.dataset.before ??= words.textContent;
    words.textContent = isHere ? ` ${said.only}` : words.dataset.before;
  }
}

function hiddenText() {
  const words = document.createElement("span");
  words.className = "visually-hidden";
  return words;
}

// Says whether the page did not know it yet.
function answered(number) {
  const place = document.querySelector(`.paper-map [data-number="${number}"]`);
  if (!place || place.classList.contains("is-answered")) return false;
  place.classList.add("is-answered");
  (place.querySelector("a .visually-hidden") ?? place.querySelector("a").appendChild(hiddenText())).dataset.before = ` ${said.answered}`;
  return true;
}

// --- putting an answer down

const fields = () => [...new FormData(form)].filter(([name, value]) => !NOT_ANSWER.includes(name) && typeof value === "string");
let partly = false;
// As the server sees it (assessments/forms): no link is kept busy with what it would refuse.
const MOST_CHARACTERS = 100000;
const isTooLong = (chosen) => chosen.reduce((sum, [, value]) => sum + value.length, 0) > MOST_CHARACTERS;

function choose() {
  const queue = read();
  const chosen = fields();
  const entry = {
    position,
    sequence: queue.next++,
    seen: Math.max(Number(form.elements.seen.value), queue.saved[position]?.edits ?? 0),
    language: form.elements.language.value,
    chosen_at: new Date().toISOString(),
    fields: chosen,
    ...(isTooLong(chosen) ? { refused: said.long } : {}),
  };
  // Of one question only the last answer is sent; the one on its way is answered before the next goes.
  queue.waiting = queue.waiting.filter((other) => other.position !== position || other.sequence === sending);
  queue.waiting.push(entry);
  write(queue);
  if (entry.refused) say(entry.refused, "unsaved");
  else say(said.saving, "here");
  flush();
}

// An order or a matching that is not whole is no answer yet; leaving the page would lose it.
const isWhole = () =>
  ![...form.querySelectorAll("[data-whole]")].some((rows) => {
    const open = [...rows.querySelectorAll("select")].filter((select) => !select.value).length;
    return open && open < rows.querySelectorAll("select").length;
  });
let typing = 0;

form?.addEventListener("change", () => {
  clearTimeout(typing);
  partly = !isWhole();
  if (!partly) choose();
});
form?.addEventListener("input", (event) => {
  if (!event.target.matches("textarea, input[type=text], input[type=number], input:not([type])")) return;
  clearTimeout(typing);
  partly = true;
  typing = setTimeout(() => {
    partly = !isWhole();
    if (!partly) choose();
  }, 1500);
});

// What waits, or was refused, is in the form again after a reload or a change of language.
function restore() {
  const entry = read().waiting.filter((each) => each.position === position).pop();
  if (!entry || !form) return;
  fill(entry.fields);
  if (entry.refused) say(entry.refused, "unsaved");
  else say(said.saving, "here");
}

function fill(chosen) {
  const rest = chosen.slice();
  for (const element of form.elements) {
    if (!element.name || element.name === "go" || NOT_ANSWER.includes(element.name)) continue;
    const at = rest.findIndex(
      ([name, value]) => name === element.name && (!["radio", "checkbox"].includes(element.type) || value === element.value)
    );
    const [found] = at < 0 ? [] : rest.splice(at, 1);
    if (["radio", "checkbox"].includes(element.type)) element.checked = Boolean(found);
    else element.value = found?.[1] ?? "";
  }
}

// --- sending, one at a time in this browser

let sending = null;
let flushing = null;
let pause = 0;
let again = 0;

async function flush() {
  if (flushing) {
    // It may be past what was chosen just now.
    await flushing;
    if (!toSend().length) return true;
  }
  flushing ??= inTurn(sendAll).finally(() => (flushing = null));
  return flushing;
}

// Tabs share the queue; where the browser can, they take turns. Sent twice is no harm: the server knows the number.
function inTurn(work) {
  return navigator.locks ? navigator.locks.request(key, work) : work();
}

// Resolves to whether the link works: what is not sent then waits for the next try.
async function sendAll() {
  clearTimeout(again);
  for (let entry = toSend()[0]; entry; entry = toSend()[0]) {
    sending = entry.sequence;
    const state = await send(entry);
    sending = null;
    if (state === "down") {
      pause = Math.min(60, Math.max(2, pause * 2));
      again = setTimeout(flush, pause * (750 + 500 * Math.random()));
      return false;
    }
    pause = 0;
    // A new sign-in or a new page sends it again.
    if (state === "away" || state === "token") break;
  }
  return true;
}

async function send(entry) {
  const body = new URLSearchParams(entry.fields);
  body.set("token", said.token);
  for (const name of ["seen", "language", "sequence", "chosen_at"]) body.set(name, entry[name]);
  body.set("device", read().device);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), 25000);
  let response, answer;
  try {
    response = await fetch(said.url.replace(/0\/$/, `${entry.position}/`), {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: late.signal,
    });
    // A server in front of ours may refuse it unread.
    answer = response.status === 413 ? { state: "invalid", error: said.long } : await response.json();
  } catch {
    answer = null;
  } finally {
    clearTimeout(timer);
  }
  if (!answer || response.status >= 500 || response.status === 429) {
    if (entry.position === position || !form) {
      const isLost = !store || memory?.isOnlyHere;
      say(isLost ? said.nowhere : said.here, isLost ? "unsaved" : "here");
    }
    return "down";
  }
  settled(entry, answer);
  return answer.state;
}

function settled(entry, answer) {
  const here = entry.position === position;
  const isLast = !toSend().some((other) => other.position === entry.position && other.sequence > entry.sequence);
  if (answer.left !== undefined) setClock(answer.left);
  if (answer.state === "away" || answer.state === "token") {
    if (here || !form) say(answer.error, "unsaved");
    return;
  }
  const queue = read();
  if (answer.state === "recorded") queue.saved[entry.position] = { edits: answer.edits, receipt: answer.receipt, at: answer.saved_at };
  if (answer.state === "invalid") {
    // Refused for what it is: it stays on the device, to be mended, and is not sent again.
    queue.waiting = queue.waiting.map((other) => (other.sequence === entry.sequence ? { ...other, refused: answer.error } : other));
  } else {
    queue.waiting = queue.waiting.filter((other) => other.sequence !== entry.sequence);
  }
  const isNews = answer.state === "recorded" && answered(entry.position);
  write(queue);
  if (!here) {
    if (!form && isNews) sent.add(entry.position);
    if (answer.state !== "recorded" && answer.state !== "older" && answer.error) say(answer.error, "unsaved");
    return;
  }
  if (answer.state === "recorded") {
    form.elements.seen.value = answer.edits;
    line.dataset.hash = answer.hash;
    if (isLast) sayRecorded(answer.receipt, answer.saved_at);
  } else if (answer.state !== "older" && isLast) {
    say(answer.error, "unsaved", "", "", answer.state === "invalid" ? "" : said.again);
  }
}

function sayRecorded(receipt, at) {
  const time = new Date(at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short", hourCycle: "h23" });
  say(said.recorded, "recorded", receipt, time);
}

// The link comes back, the lid opens, the tab is looked at: what waits is sent without a tap.
const sent = new Set();
const wake = () => document.visibilityState === "visible" && flush().then(lookAgain);
addEventListener("online", wake);
addEventListener("pageshow", wake);
document.addEventListener("visibilitychange", wake);

// The look over the paper was made before what waited was sent.
function lookAgain(works) {
  if (!form && works && sent.size) location.reload();
}

// Another tab of this browser: what was chosen there is chosen here.
addEventListener("storage", (event) => {
  if (event.key !== key) return;
  memory = null;
  mark();
  const queue = read();
  const entry = queue.waiting.filter((each) => each.position === position && !each.refused).pop();
  if (form && entry) {
    fill(entry.fields);
    say(said.saving, "here");
  } else if (form && (queue.saved[position]?.edits ?? 0) > Number(form.elements.seen.value)) {
    form.elements.seen.value = queue.saved[position].edits;
    sayRecorded(queue.saved[position].receipt, queue.saved[position].at);
  }
});

// --- leaving the page

async function settle() {
  clearTimeout(typing);
  if (partly && form && isWhole()) choose();
  partly = false;
  return toSend().length ? await flush() : true;
}

// A button or a link leads on only when nothing is left unsent that the link could carry. Signing out asks: suluh.js.
let leads = false;

document.addEventListener("submit", (event) => {
  if (event.target === form) partly = partly && isWhole();
  if (leads || (!toSend().length && !partly)) {
    partly = false;
    if (event.target.matches("[data-hand-in]")) forget();
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const isSigningOut = event.target.matches('[action$="/logout/"]');
  settle().then((works) => {
    if (!works && !isSigningOut) return;
    leads = true;
    event.target.requestSubmit(event.submitter);
    leads = false;
  });
}, true);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!toSend().length && !partly) return;
  event.preventDefault();
  settle().then((works) => works && location.assign(link.href));
});

addEventListener("beforeunload", (event) => {
  const losesAll = toSend().length && (!store || memory?.isOnlyHere || "shared" in said);
  if (partly || losesAll) event.preventDefault();
});

function forget() {
  memory = null;
  store?.removeItem(key);
}

// --- the clock: seconds that the server told, counted here; the time of day on this device plays no part

const clock = document.querySelector("[data-clock]");
const shown = document.querySelector("[data-clock-shown]");
const spoken = document.querySelector("[data-clock-said]");
let end = 0;
let announced = null;

function setClock(left) {
  if (!clock) return;
  end = performance.now() + left * 1000;
}

function tick() {
  const left = Math.ceil((end - performance.now()) / 1000);
  const rest = Math.max(0, left);
  const parts = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60];
  const text = parts.slice(parts[0] ? 0 : 1).map((each, at) => (at ? String(each).padStart(2, "0") : each)).join(":");
  let isolated = shown.querySelector("bdi");
  if (!isolated) {
    isolated = document.createElement("bdi");
    isolated.dir = "ltr";
    shown.replaceChildren(isolated);
  }
  isolated.textContent = text;
  clock.classList.toggle("is-short", rest <= 60);
  const words = left <= 0 ? "over" : left <= 60 ? "one" : left <= 300 ? "five" : "";
  // Said once when it is reached; not when a page is opened later.
  if (words && announced !== null && announced !== words) spoken.textContent = clock.dataset[words];
  announced = words;
  if (left <= -Number(clock.dataset.grace) - 1) {
    clearInterval(ticking);
    flush().finally(() => location.assign(said.stateUrl));
  }
}

let ticking = 0;
if (clock) {
  setClock(Number(clock.dataset.left));
  // Whether it is hidden stays so on the next page.
  try {
    clock.open = sessionStorage.getItem("suluh.clock") !== "hidden";
    clock.addEventListener("toggle", () => sessionStorage.setItem("suluh.clock", clock.open ? "shown" : "hidden"));
  } catch {
    // it is shown
  }
  tick();
  ticking = setInterval(tick, 1000);
  // A closed lid stops this clock, so the server is asked again.
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const state = await (await fetch(said.stateUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" })).json();
      if (state.closed) location.assign(said.stateUrl);
      else setClock(state.left);
    } catch {
      // no link: it goes on as it stood
    }
  });
}

restore();
mark();
flush().then(lookAgain);
