// The preview frame without a reload: every choice is applied to the place where the frame is now. Without this the
// form does the same.
const form = document.querySelector("form[data-preview]");
const stage = document.querySelector("[data-stage]");
const frame = stage.querySelector("iframe");
const alone = document.querySelector("a[data-alone]");
const chosen = (name) => form.elements[name].value;
form.querySelector("[data-show]").hidden = true;

// /<language>/courses/try/<trial>~<look>/<the rest>
const parts = (path) => path.match(/^\/[^/]+\/courses\/try\/([^/~]+)(?:~[^/]*)?\/(.*)$/);

function address(rest) {
  const look = [chosen("scheme"), chosen("size")].filter(Boolean).join("-");
  const trial = parts(new URL(frame.src).pathname)[1];
  return `/${chosen("language")}/courses/try/${trial}${look && `~${look}`}/${rest}`;
}

function now() {
  try {
    return parts(frame.contentWindow.location.pathname)?.[2];
  } catch {
    return undefined; // the frame shows an error of the browser
  }
}

function fit() {
  stage.className = `suluh-preview__stage suluh-preview__stage--${chosen("screen")}`;
  frame.style.scale = "";
  const scale = Math.min(1, stage.clientWidth / frame.offsetWidth);
  frame.style.scale = scale < 1 ? scale : "";
  stage.style.blockSize = scale < 1 ? `${Math.ceil(frame.offsetHeight * scale)}px` : "";
  stage.dataset.fits = "";
}

form.addEventListener("change", (event) => {
  const { name } = event.target;
  const where = new URLSearchParams(new FormData(form));
  history.replaceState(null, "", `?${where}`);
  if (name === "screen") return fit();
  const place = chosen("place");
  frame.src = address(name === "place" ? place && `${place}/` : (now() ?? ""));
});

frame.addEventListener("load", () => {
  const rest = now();
  if (rest === undefined) return;
  alone.href = frame.contentWindow.location.pathname;
  const key = rest.split("/")[0];
  if ([...form.elements.place.options].some((each) => each.value === key)) form.elements.place.value = key;
});
new ResizeObserver(fit).observe(stage.parentElement);
fit();
