// While a consultation is taken down: nothing is looked for in the middle of a Japanese conversion, and an article's
// answer becomes the answer given.

let converting = false;
document.addEventListener("compositionstart", () => (converting = true), true);
document.addEventListener("compositionend", () => (converting = false), true);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (converting && event.target.name === "problem") event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-answer]");
  if (!button) return;
  const form = document.querySelector("form[data-draft^=case-new]");
  const { answered, answer } = form.elements;
  answered.checked = true;
  const text = document.getElementById(button.dataset.answer).textContent;
  answer.value = answer.value.trim() ? `${answer.value}\n\n${text}` : text;
  for (const field of [answered, answer]) field.dispatchEvent(new Event("input", { bubbles: true }));
  answer.focus();
});
