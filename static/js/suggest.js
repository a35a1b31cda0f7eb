// What may answer the question, beside the form while it is being written. Nothing here holds up writing or sending:
// it asks after a pause, and an answer that comes late, or not at all, changes nothing.

const PAUSE_MS = 400;
const LEAST_LETTERS = 8; // fewer say nothing yet
const WIDE = matchMedia("(min-width: 64rem)"); // two columns, as .columns has them

const box = document.querySelector("[data-suggest]");
const field = document.getElementById(box.dataset.for);
const said = document.querySelector("[data-suggest-said]");
const aside = document.querySelector(".columns > aside");
const below = document.createComment("");
let pause;
let request;
let asked = "";

function show(html) {
  if (box.contains(document.activeElement)) return; // somebody is at it
  box.innerHTML = html; // ours: names in it are escaped by the server
  said.textContent = box.firstElementChild?.dataset.said ?? "";
}

function forget() {
  request?.abort();
  asked = "";
  show("");
}

async function ask() {
  const problem = field.value.trim();
  if ([...problem.replace(/\s/g, "")].length < LEAST_LETTERS) return forget();
  if (problem === asked) return;
  asked = problem;
  request?.abort();
  const mine = (request = new AbortController());
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", "intake"]) data.set(name, field.form.elements.namedItem(name).value);
  data.set("problem", problem);
  try {
    const answer = await fetch(box.dataset.suggest, {
      method: "POST",
      body: data,
      headers: { "HX-Request": "true" },
      signal: mine.signal,
    });
    const html = answer.status === 200 ? (await answer.text()).trim() : "";
    if (mine === request && asked === problem) show(html);
  } catch (error) {
    if (error.name !== "AbortError") asked = ""; // no network: the next pause asks again
  }
}

function typed(event) {
  if (event.isComposing) return; // half a word; compositionend follows
  clearTimeout(pause);
  pause = setTimeout(ask, PAUSE_MS);
}

function place() {
  if (WIDE.matches) aside.prepend(box);
  else below.after(box);
}

box.before(below);
place();
WIDE.addEventListener("change", place);
field.addEventListener("input", typed);
field.addEventListener("compositionstart", () => clearTimeout(pause));
field.addEventListener("compositionend", typed);
field.form.addEventListener("submit", () => {
  clearTimeout(pause);
  request?.abort();
});
window.addEventListener("pageshow", typed); // what was typed before is there again
