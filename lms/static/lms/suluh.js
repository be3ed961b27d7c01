// Small comforts. Every page works without them.
const zone = document.documentElement.lang || undefined;

for (const time of document.querySelectorAll("time[data-local][datetime]")) {
  const at = new Date(time.dateTime);
  if (isNaN(at)) continue;
  time.title = time.textContent.trim();
  // Of what happened a moment ago the hour is enough.
  const isToday = time.dataset.local === "time" && at.toDateString() === new Date().toDateString();
  const style = { ...(isToday ? {} : { dateStyle: "medium" }), timeStyle: "short", hourCycle: "h23" };
  try {
    time.textContent = new Intl.DateTimeFormat(zone, style).format(at);
  } catch {
    // An old browser keeps the server's text.
  }
}

// A second tap on a slow link must not send twice. Disabled after the event, so that the button's name is sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[method=post]") || event.defaultPrevented) return;
  if (navigator.onLine === false) {
    event.preventDefault();
    return offline();
  }
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => buttons(form).forEach((button) => (button.disabled = true)));
});

// Going back must find a form that can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once][data-sent]")) {
    delete form.dataset.sent;
    buttons(form).forEach((button) => (button.disabled = false));
  }
});

// Without a link the browser would show its own error page in place of what was typed.
function offline() {
  // An open menu, such as the one in which "Sign out" was pressed, would cover it.
  for (const panel of panels) panel.open = false;
  const note = document.querySelector("[data-offline]");
  note.hidden = false;
  note.scrollIntoView({ block: "center" });
}
addEventListener("online", () => (document.querySelector("[data-offline]").hidden = true));

function buttons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

// Browsers that cannot show a closed outline beside the lesson get an open one.
if (matchMedia("(min-width: 62em)").matches && !CSS.supports("selector(::details-content)")) {
  for (const box of document.querySelectorAll(".outline-box, .menu-box")) box.open = true;
}

// One open panel in the header at a time; Escape closes it.
const panels = [...document.querySelectorAll(".site-header details")];
for (const panel of panels) {
  panel.addEventListener("toggle", () => panel.open && panels.forEach((other) => (other.open = other === panel)));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
}

// A change of language keeps the place on the page, and what is chosen in a knowledge check and not sent yet.
const page = location.pathname.replace(/^\/[a-z-]+(?=\/)/, "");
const choosable = () => [...document.querySelectorAll("section.check :is(input, select)")].filter((each) => each.type !== "hidden");
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    const chosen = choosable().map((each) => [each.name, each.value, each.checked ?? null]);
    try {
      sessionStorage.setItem("place", JSON.stringify({ page, down: scrollY / document.body.scrollHeight, chosen }));
    } catch {
      // Without storage the page opens at its top.
    }
  });
}
try {
  const kept = JSON.parse(sessionStorage.getItem("place"));
  sessionStorage.removeItem("place");
  if (kept?.page === page) {
    for (const each of choosable()) {
      const same = kept.chosen.find(([name, value]) => name === each.name && (each.tagName === "SELECT" || value === each.value));
      if (!same || each.disabled) continue;
      if (each.tagName === "SELECT") each.value = same[1];
      else each.checked = same[2];
    }
    if (!location.hash) scrollTo({ top: kept.down * document.body.scrollHeight, behavior: "instant" });
  }
} catch {
  // The same.
}

// A tab that was closed without a link left answers on this device: only a page of their test sends them.
for (const note of document.querySelectorAll("[data-unsent]")) {
  try {
    for (const store of [localStorage, sessionStorage]) {
      const key = Object.keys(store).find((each) => each.startsWith("suluh.answers.") && each.endsWith(note.dataset.unsent));
      if (key && JSON.parse(store.getItem(key)).waiting.some((each) => !each.refused)) note.hidden = false;
    }
  } catch {
    // Without storage nothing was left.
  }
}

// Signing out leaves no answer behind on this computer (assessments/answer.js), and asks before one is lost.
document.addEventListener("submit", (event) => {
  if (!event.target.matches('[action$="/logout/"]') || event.defaultPrevented) return;
  try {
    for (const store of [localStorage, sessionStorage]) {
      for (const key of Object.keys(store).filter((each) => each.startsWith("suluh.answers."))) {
        const queue = JSON.parse(store.getItem(key));
        if (queue.waiting.some((each) => !each.refused) && !confirm(queue.leave)) return event.preventDefault();
        store.removeItem(key);
      }
    }
  } catch {
    // Without storage nothing was left.
  }
});
