// Saves an answer as soon as it is chosen, shows its receipt, and does not let go of the page while one is unsaved.
// Without this script the buttons do the same, one request at a time.
const form = document.querySelector("form[data-answer]");
const line = form?.querySelector("[data-receipt]");
let changed = false;
let partly = false;
let saving = null;

function say(text, state, code = "", time = "") {
  line.classList.toggle("is-saved", state === "saved");
  line.classList.toggle("is-unsaved", state === "unsaved");
  line.textContent = text;
  // Code and time keep their own direction in a line of any script.
  for (const [part, before] of [[code, " "], [time, " · "]]) {
    if (!part) continue;
    const isolated = document.createElement("bdi");
    isolated.textContent = part;
    line.append(before, isolated);
  }
  if (state === "unsaved") line.scrollIntoView({ block: "nearest" });
}

async function save() {
  changed = false;
  say(form.dataset.saving, "saving");
  try {
    const response = await fetch(location.href, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    const answer = await response.json();
    if (response.ok) {
      form.elements.seen.value = answer.edits;
      const time = new Date(answer.saved_at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short", hourCycle: "h23" });
      say(form.dataset.saved, "saved", answer.receipt, time);
    } else {
      say(answer.error, "unsaved");
    }
  } catch {
    changed = true;
    say(form.dataset.failed, "unsaved");
  }
}

// One save at a time; resolves to whether everything chosen has reached the server or been answered by it.
async function settle() {
  while (saving) await saving;
  if (changed) {
    saving = save();
    await saving;
    saving = null;
  }
  return !changed;
}

form?.addEventListener("change", () => {
  // An order or a matching that is not whole is no answer yet; leaving the page would lose it.
  partly = [...form.querySelectorAll("[data-whole]")].some((rows) => {
    const open = [...rows.querySelectorAll("select")].filter((select) => !select.value).length;
    return open && open < rows.querySelectorAll("select").length;
  });
  if (partly) return;
  changed = true;
  settle();
});

// The link comes back: what waits is saved without a tap.
addEventListener("online", () => changed && settle());
setInterval(() => changed && !saving && settle(), 15000);

// A button or a link of the page leads on only when nothing is left unsaved.
form?.addEventListener("submit", (event) => {
  partly = false;
  if (!changed && !saving) return;
  event.preventDefault();
  const button = event.submitter;
  settle().then((done) => done && form.requestSubmit(button));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!form || !link || (!changed && !saving)) return;
  event.preventDefault();
  settle().then((done) => done && location.assign(link.href));
});

addEventListener("beforeunload", (event) => (changed || partly) && event.preventDefault());
