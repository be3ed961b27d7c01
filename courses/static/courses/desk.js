// The translator's desk without waiting for pages. Everything works without this: then each press sends the whole page.
const form = document.querySelector("form[data-desk]");
const said = document.querySelector("[data-said]");
const textOf = (element) => element?.closest("[data-text]");
const boxOf = (text) => text?.querySelector("textarea");
const wasOf = (text) => text.querySelector(`[name="${text.id}-was"]`);
const isTyped = (text) => boxOf(text) && boxOf(text).value.trim() !== wasOf(text).value.replace(/\r\n/g, "\n").trim();
let leaves = false;

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const text = textOf(event.target);
  const button = text?.querySelector('[value^="accept:"]');
  if (!button) return;
  event.preventDefault();
  send(text, button);
});

form?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const text = textOf(button);
  if (!text) return;
  if (button.name.endsWith("-take")) {
    event.preventDefault();
    take(text, button.value);
  } else if (button.name === "do" && navigator.onLine !== false) {
    event.preventDefault();
    send(text, button);
  }
});

// What is taken over can be undone by the browser's own undo.
function take(text, words) {
  const box = boxOf(text);
  box.focus();
  box.select();
  if (!document.execCommand("insertText", false, words)) box.value = words;
  text.querySelector(`[name="${text.id}-taken"]`).value = words;
}

async function send(text, button) {
  if (text.getAttribute("aria-busy") === "true") return;
  const data = new FormData();
  for (const field of [...text.querySelectorAll("[name]"), ...form.querySelectorAll(":scope > [type=hidden]")]) {
    if (field.localName !== "button") data.append(field.name, field.value);
  }
  data.set("do", button.value);
  text.setAttribute("aria-busy", "true");
  said.textContent = form.dataset.sending;
  let answer;
  try {
    const response = await fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "desk" } });
    if (response.headers.get("content-type")?.includes("json")) answer = await response.json();
  } catch {
    text.removeAttribute("aria-busy");
    return plainly(button);
  }
  text.removeAttribute("aria-busy");
  if (!answer) return lost(text);
  show(text, button, answer);
}

// Without a link the page itself says so, and keeps what was typed.
function plainly(button) {
  leaves = true;
  form.requestSubmit(button);
  leaves = navigator.onLine !== false;
}

function lost(text) {
  said.textContent = form.dataset.lost;
  let note = text.querySelector("[data-note]");
  if (!note) {
    note = Object.assign(document.createElement("p"), { className: "message message--warning" });
    note.dataset.note = "";
    text.querySelector(".toolbar").after(note);
  }
  note.textContent = form.dataset.lost;
}

function show(text, button, answer) {
  const at = text.id;
  const next = answer.next && document.getElementById(answer.next);
  const holder = document.createElement("template");
  holder.innerHTML = answer.card;
  const card = holder.content.querySelector("[data-text]");
  if (card) text.replaceWith(card);
  else text.remove();
  holder.innerHTML = answer.progress;
  document.querySelector("[data-progress]")?.replaceWith(holder.content);
  said.textContent = answer.message;
  if (!answer.is_done) {
    const wrong = card?.querySelector(".findings input, textarea") ?? boxOf(card);
    return wrong?.focus();
  }
  if (!/^(accept|confirm):/.test(button.value)) return (boxOf(card) ?? card)?.focus();
  if (next && answer.next !== at) {
    next.scrollIntoView({ block: "center" });
    return (boxOf(next) ?? next.querySelector("button"))?.focus();
  }
  if ([...form.querySelectorAll("[data-text]")].some(isTyped)) return;
  leaves = true;
  location.assign(answer.next ? `${answer.next_url}#${answer.next}` : answer.next_url);
}

form?.addEventListener("submit", () => (leaves = true));
addEventListener("beforeunload", (event) => {
  if (!leaves && form && [...form.querySelectorAll("[data-text]")].some(isTyped)) event.preventDefault();
});
