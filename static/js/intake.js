// Keeps what is being typed into the consultation form, at every pause and when the page is left. The server holds it;
// nothing stays in the browser, which is often a shared one.

const PAUSE_MS = 1500;

const form = document.querySelector("form[data-keep]");
const note = form.querySelector("[data-kept]");
let pause;
let changed = false;
let leaving = false; // it is being sent: the draft must not overtake it
let request;

function body() {
  const data = new FormData(form);
  data.delete("files"); // they go along when the form is sent
  data.delete("drop");
  return data;
}

async function keep() {
  clearTimeout(pause);
  if (!changed || leaving) return;
  changed = false;
  request?.abort();
  request = new AbortController();
  try {
    const { status } = await fetch(form.dataset.keep, { method: "POST", body: body(), signal: request.signal });
    if (status !== 204) return;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    note.textContent = note.dataset.kept.replace("{time}", time);
  } catch (error) {
    if (error.name !== "AbortError") changed = true; // no network: the next pause tries again
  }
}

function typed(event) {
  if (event.isComposing) return; // half a word; compositionend follows
  changed = true;
  clearTimeout(pause);
  pause = setTimeout(keep, PAUSE_MS);
}

form.addEventListener("input", typed);
form.addEventListener("change", typed);
form.addEventListener("compositionend", typed);
form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(pause);
  request?.abort();
});
window.addEventListener("pageshow", () => (leaving = false));
window.addEventListener("pagehide", () => {
  if (changed && !leaving) navigator.sendBeacon(form.dataset.keep, body());
});
