// On every page: one submit per form, the keys "/" and Ctrl+Enter, the account menu, the current place in the navigation.

const RELEASE_MS = 8000; // a send that was stopped (Esc, lost network) must not lock the form for good
const sent = new Map();

const buttonsOf = (form) => [...form.elements].filter((element) => element.type === "submit");

function release(form) {
  clearTimeout(sent.get(form));
  sent.delete(form);
  buttonsOf(form).forEach((button) => button.removeAttribute("aria-disabled"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.set(form, setTimeout(() => release(form), RELEASE_MS));
  // aria-disabled, not disabled: a disabled button would drop its own name and value from what is sent.
  buttonsOf(form).forEach((button) => button.setAttribute("aria-disabled", "true"));
});

// Back from the next page, the browser may show this one as it was left: locked.
window.addEventListener("pageshow", () => [...sent.keys()].forEach(release));

const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // keyCode 229: the key that ends a composition
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.form;
    const button = form && buttonsOf(form)[0];
    if (button && !event.repeat) {
      event.preventDefault();
      form.requestSubmit(button);
    }
  } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "Escape") {
    const menu = document.querySelector("details.account[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

document.addEventListener("click", (event) => {
  const menu = document.querySelector("details.account[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

for (const current of document.querySelectorAll(".nav [aria-current], .queues [aria-current]")) {
  const row = current.closest("ul");
  row.scrollLeft = current.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
}
