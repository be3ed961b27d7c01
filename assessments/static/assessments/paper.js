// Typing in answer sheets. Enter goes to the next place, as whoever types from paper expects: a sheet that is half typed
// is not stored by it. Without this script the Tab key goes on.
const sheet = document.querySelector("form[data-sheet]");
const places = [...sheet.querySelectorAll("input:not([type=hidden]), select, textarea, button")];

sheet.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.target.localName !== "input") return;
  event.preventDefault();
  places[places.indexOf(event.target) + 1].focus();
});

// Who types sits in the time zone of the hall, more often than not.
const zone = sheet.querySelector("[data-guess]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && [...zone.options].some((each) => each.value === own)) zone.value = own;
