// Pictures and films of a lesson. Everything is there without this: it spares who has a slow link.
const link = navigator.connection;

for (const box of document.querySelectorAll(".media__play")) {
  const player = box.querySelector("video, audio");
  // A press plays at once; opening by other ways, such as a search in the page, does not.
  box.querySelector("summary").addEventListener("click", () => {
    if (box.open) player.pause();
    else setTimeout(() => player.play().catch(() => {}));
  });
}

if (link && (link.saveData || /2g$/.test(link.effectiveType))) {
  for (const text of document.querySelectorAll(".media__text")) text.open = true;
  for (const image of document.querySelectorAll("img[data-show], img[data-poster]")) if (!image.complete) hold(image);
}

// Words first; the picture when it is asked for.
function hold(image) {
  const { src, srcset, dataset } = image;
  image.removeAttribute("srcset");
  image.removeAttribute("src");
  image.hidden = true;
  if (!dataset.show) return;
  const box = document.createElement("div");
  const button = document.createElement("button");
  box.className = "picture__held stack";
  button.type = "button";
  button.className = "button";
  button.textContent = dataset.show;
  if (image.alt) box.append(Object.assign(document.createElement("p"), { textContent: image.alt, lang: image.lang, dir: image.dir || "auto" }));
  box.append(button);
  image.before(box);
  button.addEventListener("click", () => {
    Object.assign(image, { srcset, src, hidden: false, tabIndex: -1 });
    box.remove();
    image.focus();
  });
}
