// A canned text goes where the cursor stands, among what is typed already; without this script its link opens the form
// anew with the text in it.

const visited = new WeakSet(); // in a text that nobody has been in yet, the end is meant
for (const sign of ["input", "keydown", "pointerdown"]) {
  document.addEventListener(sign, (event) => visited.add(event.target));
}

const put = (area, text) => {
  const cursor = visited.has(area) ? [area.selectionStart, area.selectionEnd] : [area.value.length, area.value.length];
  area.focus();
  area.setSelectionRange(...cursor);
  // The old command alone can be undone with Ctrl+Z.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, ...cursor, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-canned]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const form = link.closest("form");
  const answer = await fetch(link.dataset.canned).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    put(form.elements.text, await answer.text());
  } else {
    location.assign(form.action); // signed out, say: the page asks for it, and the draft is still there
  }
});
