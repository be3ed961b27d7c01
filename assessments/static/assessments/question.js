// Two small helps of questions; without this script both types work: a region is chosen from the list below its picture.
for (const region of document.querySelectorAll(".hotspot [data-for]")) {
  const input = document.getElementById(region.dataset.for);
  if (!input || input.disabled) continue;
  region.classList.add("is-active");
  region.addEventListener("click", () => input.click());
  const show = () => region.classList.toggle("is-chosen", input.checked);
  // Of radio buttons only the one that was chosen says so.
  input.form?.addEventListener("change", show);
  addEventListener("pageshow", show);
}

// How many words: by the rules of the language where the browser knows them, as Thai or Khmer write without spaces.
for (const line of document.querySelectorAll("[data-words]")) {
  const field = document.getElementById(line.dataset.words);
  const language = field?.closest("[lang]")?.lang;
  const cut = window.Intl?.Segmenter ? new Intl.Segmenter(language, { granularity: "word" }) : null;
  const count = () => {
    const words = cut ? [...cut.segment(field.value)].filter((each) => each.isWordLike) : field.value.match(/\S+/g) || [];
    line.querySelector("bdi").textContent = words.length.toLocaleString(document.documentElement.lang);
    line.hidden = false;
  };
  field?.addEventListener("input", count);
  addEventListener("pageshow", count);
}
