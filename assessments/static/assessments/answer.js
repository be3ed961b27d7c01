// Saves an answer as soon as it is chosen and shows its receipt. Without this script the buttons do the same.
const form = document.querySelector("form[data-answer]");
const line = form?.querySelector("[data-receipt]");
let saving = Promise.resolve();
let underWay = 0;

async function save() {
  const data = new URLSearchParams(new FormData(form));
  line.textContent = form.dataset.saving;
  try {
    const response = await fetch(location.href, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    const answer = await response.json();
    if (response.ok) {
      form.elements.seen.value = answer.edits;
      const time = new Date(answer.saved_at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
      line.textContent = `${form.dataset.saved} ${answer.receipt} · ${time}`;
    } else {
      line.textContent = answer.error;
    }
  } catch {
    line.textContent = form.dataset.failed;
  }
}

form?.addEventListener("change", () => {
  const complete = [...form.querySelectorAll("select")].every((select) => select.value);
  if (!complete) return;
  underWay += 1;
  saving = saving.then(save).finally(() => { underWay -= 1; });
});

// A press on a button waits for a save that is under way, so that the form knows the newest receipt.
form?.addEventListener("submit", (event) => {
  if (!underWay) return;
  event.preventDefault();
  const button = event.submitter;
  saving.then(() => form.requestSubmit(button));
});
