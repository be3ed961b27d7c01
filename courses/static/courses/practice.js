// A knowledge check offers the practice questions of the lesson's own course, and a field to search in them. A question
// of another course that is chosen already stays to be seen: the checklist says what is wrong with it.
const words = (text) => text.toLocaleLowerCase().split(/\s+/).filter(Boolean);

function improve(select) {
  const place = select.closest("[data-practice-banks]");
  if (!place || select.dataset.practice) return;
  select.dataset.practice = "on";
  const banks = JSON.parse(place.dataset.practiceBanks);
  const groups = Array.from(select.querySelectorAll("optgroup"));
  const blank = Array.from(select.children).filter((each) => each.tagName === "OPTION");
  const options = groups.flatMap((group) => Array.from(group.children, (option) => ({
    option, group, isOwn: banks.includes(group.label), text: option.text.toLocaleLowerCase(),
  })));
  const search = Object.assign(document.createElement("input"), {
    type: "search", id: `${select.id}-search`, autocomplete: "off", placeholder: select.dataset.search,
  });
  search.setAttribute("aria-label", select.dataset.search);
  search.className = "practice-search";
  const note = Object.assign(document.createElement("p"), { className: "help practice-note" });
  note.setAttribute("role", "status");
  const show = () => {
    const asked = words(search.value);
    const found = options.filter(({ isOwn, text }) => isOwn && asked.every((word) => text.includes(word)));
    const shown = options.filter((each) => found.includes(each) || each.option.selected);
    const chosen = select.value;
    for (const group of groups) group.replaceChildren(...shown.filter((each) => each.group === group).map((each) => each.option));
    select.replaceChildren(...blank, ...groups.filter((group) => group.children.length));
    select.value = chosen;
    const hasOwn = options.some(({ isOwn }) => isOwn);
    search.hidden = !hasOwn;
    note.textContent = hasOwn ? (found.length ? "" : select.dataset.nothing) : select.dataset.none;
    note.hidden = !note.textContent;
  };
  search.addEventListener("input", show);
  // Enter would save the page.
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  select.addEventListener("change", show);
  select.before(search, note);
  show();
}

const all = (root) => root.querySelectorAll("select[data-practice]").forEach(improve);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) if (node.nodeType === 1) all(node);
}).observe(document.documentElement, { childList: true, subtree: true });
all(document);
